import Experiments
import FrontierNumerics
import Specs

/// Which trials tell where the boundaries of a refined sweep pass, wave by wave (docs/spec.md, refine). A wave follows from what those before it measured
/// and from nothing else that is stored: a sweep that is resumed, or cut into shards, seeks in the same places.
///
/// Blocks of cells whose corners lie on different sides are halved until they are one step long. A block is also cut where any cell in it or on its faces is
/// of another side: a boundary that leaves a block is followed into the next, so of a piece that is found nothing is missed.
public struct BoundarySearch: Sendable {
  /// Waves of which every trial is stored.
  public private(set) var completedWaves = 0
  /// Whether no more is wanted.
  public private(set) var isFinished = false
  /// Cells of which trials are wanted so far.
  public var cells: Int { wanted.count { $0 > 0 } }
  /// What the search cannot have missed, in a sentence.
  public var limit: String {
    "A boundary cannot be missed where it encloses \(map.step) cells in a row along each axis of numbers; a thinner part may be"
  }
  /// Trials that are wanted so far.
  public var trials: Int { wanted.reduce(0) { $0 + Int($1) } }
  /// Blocks that no boundary was seen to pass, and those of one step that one does.
  private(set) var blocks: [SearchBox] = []
  let map: SearchMap

  private let repetitions: Int
  /// How many repetitions of each cell are wanted, from the first on.
  private var wanted: [Int32]
  /// Of each event, the side of each cell that was looked at.
  private var sides: [[Side]]
  /// Of each cell, whether some event's side is in doubt.
  private var isDoubtful: [Bool]

  /// So many repetitions are enough for a side if they agree.
  static let firstRepetitions = 4

  /// - Parameters:
  ///   - isStored: whether all that a trial has to say is known.
  ///   - outcomes: of a cell for each event whether it happened in each repetition; nil where that is not known.
  init(_ refinement: Refinement, of spec: SweepSpec, isStored: (_ cell: Int, _ repetition: Int) -> Bool, outcomes: (_ cell: Int) -> [[Bool?]]) {
    map = SearchMap(spec.grid, step: 1 << refinement.depth)
    repetitions = spec.repetitions
    wanted = [Int32](repeating: 0, count: spec.grid.count)
    sides = refinement.events.map { _ in [Side](repeating: [], count: spec.grid.count) }
    isDoubtful = [Bool](repeating: false, count: spec.grid.count)
    blocks = map.blocks
    var next: [Int: Int] = [:]
    for block in map.blocks { for cell in block.corners(map.strides) { next[cell] = min(Self.firstRepetitions, repetitions) } }
    while true {
      for (place, count) in next { wanted[place] = Int32(count) }
      guard next.allSatisfy({ place, count in (0..<count).allSatisfy { isStored(map.cells[place], $0) } }) else { return }
      completedWaves += 1
      for place in next.keys { look(at: place, outcomes(map.cells[place])) }
      next = wave()
      if next.isEmpty {
        isFinished = true
        return
      }
    }
  }

  /// Whether a trial is wanted so far.
  public func wants(cell: Int, repetition: Int) -> Bool { repetition < wanted[map.places[cell]] }

  private mutating func look(at place: Int, _ outcomes: [[Bool?]]) {
    let known = outcomes.map { $0.prefix(Int(wanted[place])).compactMap { $0 } }
    for (event, known) in known.enumerated() { sides[event][place] = Side(happened: known.count { $0 }, of: known.count) }
    isDoubtful[place] = known.contains { Side.isDoubtful(happened: $0.count { $0 }, of: $0.count, repetitions: repetitions) }
  }

  /// What is wanted next: of places a number of repetitions.
  private mutating func wave() -> [Int: Int] {
    var next: [Int: Int] = [:]
    for place in wanted.indices where isDoubtful[place] && wanted[place] < repetitions { next[place] = min(2 * Int(wanted[place]), repetitions) }
    // The boundary is drawn between the rates at both ends of a step, so it is where it would be in the whole grid if these are the same.
    for place in endsOfCrossedSteps() where wanted[place] < repetitions { next[place] = repetitions }
    blocks = []
    var open = map.blocks
    while let block = open.popLast() {
      guard isPassed(block), let parts = block.halves(map.strides, unlike: { unlikePairs(of: block, along: $0) }) else {
        blocks.append(block)
        continue
      }
      for place in parts.between where wanted[place] == 0 { next[place] = min(Self.firstRepetitions, repetitions) }
      open += [parts.first, parts.second]
    }
    return next
  }

  /// Whether cells of a block that were looked at lie on different sides.
  private func isPassed(_ block: SearchBox) -> Bool {
    let places = block.cells(map.strides)
    return sides.contains { sides in places.reduce(into: Side()) { $0.formUnion(sides[$1]) }.isMixed }
  }

  private func unlikePairs(of block: SearchBox, along axis: Int) -> Int {
    let corners = block.corners(map.strides), length = (block.high[axis] - block.low[axis]) * map.strides[axis]
    return sides.reduce(0) { sum, sides in
      sum
        + corners.count { corner in
          map.coordinate(corner, axis) == block.low[axis] && sides[corner].union(sides[corner + length]).isMixed
        }
    }
  }

  /// Cells beside each other that lie on different sides.
  private func endsOfCrossedSteps() -> [Int] {
    map.refined.flatMap { axis in
      wanted.indices.filter { place in
        wanted[place] > 0 && map.coordinate(place, axis) + 1 < map.counts[axis] && wanted[place + map.strides[axis]] > 0
          && sides.contains { $0[place].union($0[place + map.strides[axis]]) == [.happens, .doesNot] }
      }.flatMap { [$0, $0 + map.strides[axis]] }
    }
  }
}

/// On which side of a boundary a cell lies, or which sides some cells do; empty where nothing is known.
struct Side: OptionSet, Sendable {
  let rawValue: UInt8
  /// In at least half of the trials.
  static let happens = Side(rawValue: 1)
  static let doesNot = Side(rawValue: 2)
  /// It is known of no trial, as where nothing was trained.
  static let undefined = Side(rawValue: 4)

  init(rawValue: UInt8) { self.rawValue = rawValue }
  init(happened: Int, of known: Int) { self = known == 0 ? .undefined : 2 * happened >= known ? .happens : .doesNot }

  var isMixed: Bool { rawValue.nonzeroBitCount > 1 }

  /// Of a normal law, two-sided.
  private static let quantile = 1.96

  /// Whether the 95 % score interval of the rate holds one half, and the repetitions that are left could change the side.
  static func isDoubtful(happened: Int, of known: Int, repetitions: Int) -> Bool {
    let isDecided = 2 * happened >= repetitions || 2 * (known - happened) > repetitions
    return !isDecided && Double(abs(2 * happened - known)) <= quantile * Double(known).squareRoot()
  }
}
