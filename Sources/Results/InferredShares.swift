import Experiments
import Specs

/// What is held to be true of cells that a refined sweep did not run, since those around them agree: never measured, and nowhere shown as if it were.
public struct InferredShares: Sendable {
  /// By the name of an event, of each cell of the grid.
  private let shares: [String: [Double?]]

  /// Of cells without a trial in blocks whose cells that were run all lie on one side at these thresholds: between the shares at the block's corners.
  public init(_ table: ResultTable, of events: [Event], success: SuccessThresholds) {
    var shares: [String: [Double?]] = [:]
    for event in events { shares[event.name] = Self.shares(of: event, in: table, success) }
    self.shares = shares
  }

  /// The share of trials in which an event would happen, for each cell of the grid; nil where the cell was run, or nothing is inferred of it.
  public subscript(event: Event) -> [Double?]? { shares[event.name] }

  private static func shares(of event: Event, in table: ResultTable, _ success: SuccessThresholds) -> [Double?]? {
    guard let search = table.search else { return nil }
    let map = search.map, repetitions = table.spec.repetitions
    var sides = [Side](repeating: [], count: map.cells.count), rates = [Double](repeating: 0, count: map.cells.count)
    for (place, cell) in map.cells.enumerated() where (0..<repetitions).contains(where: { table[cell, $0] != .notStored }) {
      let known = table.rows(ofCell: cell).compactMap { event.happened($0, success) }, happened = known.count { $0 }
      sides[place] = Side(happened: happened, of: known.count)
      rates[place] = known.isEmpty ? 0 : Double(happened) / Double(known.count)
    }
    var shares = [Double?](repeating: nil, count: map.cells.count)
    for block in search.blocks {
      let places = block.cells(map.strides), seen = places.reduce(into: Side()) { $0.formUnion(sides[$1]) }, corners = block.corners(map.strides)
      guard seen == .happens || seen == .doesNot, !corners.contains(where: { sides[$0].isEmpty }) else { continue }
      for place in places where sides[place].isEmpty && shares[map.cells[place]] == nil {
        shares[map.cells[place]] = between(corners.map { rates[$0] }, of: block, at: place, map)
      }
    }
    return shares
  }

  /// Linear along each axis between the corners, which come in the order of the block's.
  private static func between(_ corners: [Double], of block: SearchBox, at place: Int, _ map: SearchMap) -> Double {
    var values = corners
    for axis in map.counts.indices where block.low[axis] < block.high[axis] {
      let half = values.count / 2
      let share = Double(map.coordinate(place, axis) - block.low[axis]) / Double(block.high[axis] - block.low[axis])
      values = (0..<half).map { values[$0] + share * (values[half + $0] - values[$0]) }
    }
    return values[0]
  }
}
