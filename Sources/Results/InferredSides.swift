import Experiments
import Specs

/// What is held to be true of cells that a refined sweep did not run, since all around them agree: never measured, and nowhere shown as if it were.
public struct InferredSides: Sendable {
  /// By the name of an event, of each cell of the grid.
  private let sides: [String: [Bool?]]

  /// Of cells without a trial in patches that are bordered, at these thresholds, by cells of one side alone, and of which the search wants none.
  public init(_ table: ResultTable, of events: [Event], success: SuccessThresholds) {
    var sides: [String: [Bool?]] = [:]
    for event in events { sides[event.name] = Self.sides(of: event, in: table, success) }
    self.sides = sides
  }

  /// Whether an event would happen in at least half of the trials of a cell, for each cell of the grid; nil where the cell was run, or nothing is inferred
  /// of it. Nil altogether where the whole grid is wanted.
  public subscript(event: Event) -> [Bool?]? { sides[event.name] }

  private static func sides(of event: Event, in table: ResultTable, _ success: SuccessThresholds) -> [Bool?]? {
    guard let search = table.search else { return nil }
    let map = search.map
    let repetitions = table.spec.repetitions
    let known = map.cells.map { cell -> Side in
      guard (0..<repetitions).contains(where: { table[cell, $0] != .notStored }) else { return [] }
      let happened = table.rows(ofCell: cell).compactMap { event.happened($0, success) }
      return Side(happened: happened.count { $0 }, of: happened.count)
    }
    var sides = [Bool?](repeating: nil, count: map.cells.count)
    for patch in patches(known, map) where patch.border == .happens || patch.border == .doesNot {
      guard !patch.places.contains(where: { search.wants(cell: map.cells[$0], repetition: 0) }) else { continue }
      for place in patch.places { sides[map.cells[place]] = patch.border == .happens }
    }
    return sides
  }

  /// Places that were not run, as far as they hang together, and the sides of those around them.
  private static func patches(_ sides: [Side], _ map: SearchMap) -> [(places: [Int], border: Side)] {
    var isSeen = sides.map { !$0.isEmpty }, patches: [(places: [Int], border: Side)] = []
    for start in sides.indices where !isSeen[start] {
      var places = [start], border = Side(), next = 0
      isSeen[start] = true
      while next < places.count {
        let place = places[next]
        next += 1
        for shift in map.shifts(of: place) {
          border.formUnion(sides[place + shift])
          guard !isSeen[place + shift] else { continue }
          isSeen[place + shift] = true
          places.append(place + shift)
        }
      }
      patches.append((places, border))
    }
    return patches
  }
}
