import Experiments
import Specs

/// Which trials tell where the boundaries of a refined sweep pass, wave by wave (docs/spec.md, refine). A wave follows from what those before it measured
/// and from nothing else that is stored: a sweep that is resumed, or cut into shards, seeks in the same places.
///
/// Cells that lie apart are looked at first. A line of them whose ends are on different sides is halved until the boundary is between two neighbours; from
/// there it is followed to the lines beside it, all the way round. So of a piece that is met anywhere nothing is missed.
public struct BoundarySearch: Sendable {
  /// Waves of which every trial is stored.
  public private(set) var completedWaves = 0
  /// Whether no more is wanted.
  public private(set) var isFinished = false
  let map: SearchMap

  private let repetitions: Int
  /// How many repetitions of each place are wanted, from the first on.
  private var wanted: [Int32]
  /// Of each event, the side of each place that was looked at.
  private var sides: [[Side]]
  /// Of each place, whether some event's side is in doubt.
  private var isDoubtful: [Bool]

  /// Enough for a side if they agree.
  private static let mostFirst = 4

  /// - Parameters:
  ///   - isStored: whether all that a trial has to say is known.
  ///   - outcomes: of a cell for each event whether it happened in each repetition; nil where that is not known.
  init(_ refinement: Refinement, of spec: SweepSpec, isStored: (_ cell: Int, _ repetition: Int) -> Bool, outcomes: (_ cell: Int) -> [[Bool?]]) {
    map = SearchMap(spec.grid, step: 1 << refinement.depth)
    repetitions = spec.repetitions
    wanted = [Int32](repeating: 0, count: spec.grid.count)
    sides = refinement.events.map { _ in [Side](repeating: [], count: spec.grid.count) }
    isDoubtful = [Bool](repeating: false, count: spec.grid.count)
    var next = Dictionary(uniqueKeysWithValues: map.lattice.map { ($0, first) })
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

  /// Cells of which trials are wanted so far.
  public var cells: Int { wanted.count { $0 > 0 } }
  /// Trials that are wanted so far.
  public var trials: Int { wanted.reduce(0) { $0 + Int($1) } }
  /// Whether a trial is wanted so far.
  public func wants(cell: Int, repetition: Int) -> Bool { repetition < wanted[map.places[cell]] }

  /// What the search cannot have missed, in a sentence.
  public var limit: String {
    "As far as repetitions tell sides right, no region is missed that is \(map.step) cells wide along each axis of numbers; one that is thinner may be, "
      + "where it lies between the cells that are run first"
  }

  /// Repetitions of a place that is looked at for the first time: no fewer than could decide.
  private var first: Int { min(Self.mostFirst, repetitions / 2 + 1, repetitions) }

  private mutating func look(at place: Int, _ outcomes: [[Bool?]]) {
    let known = outcomes.map { $0.prefix(Int(wanted[place])).compactMap { $0 } }
    for (event, known) in known.enumerated() { sides[event][place] = Side(happened: known.count { $0 }, of: known.count) }
    isDoubtful[place] = known.contains { Side.isDoubtful(happened: $0.count { $0 }, of: $0.count, repetitions: repetitions) }
  }

  /// What is wanted next: of places a number of repetitions.
  private func wave() -> [Int: Int] {
    var next: [Int: Int] = [:]
    for place in wanted.indices where isDoubtful[place] && wanted[place] < repetitions { next[place] = min(2 * Int(wanted[place]), repetitions) }
    for sides in sides {
      for place in followed(sides) + halved(sides, ofLatticeAlone: true) { next[place] = max(next[place] ?? 0, first) }
      // A boundary is drawn between the rates at both ends of a step: these are those of the whole grid.
      for end in ends(sides) where wanted[end] < repetitions { next[end] = repetitions }
    }
    if next.isEmpty { for sides in sides { for place in halved(sides, ofLatticeAlone: false) { next[place] = first } } }
    return next
  }

  /// The ends of steps between the two sides.
  private func ends(_ sides: [Side]) -> [Int] {
    map.refined.flatMap { axis in
      map.steps(along: axis).filter { sides[$0].union(sides[$0 + map.strides[axis]]) == [.happens, .doesNot] }.flatMap { [$0, $0 + map.strides[axis]] }
    }
  }

  /// Places by which a boundary goes on, beside steps that it crosses: of the next step along another axis first the one end and, where the boundary does not
  /// pass before it, the other.
  private func followed(_ sides: [Side]) -> [Int] {
    var places: [Int] = []
    for axis in map.refined {
      let step = map.strides[axis]
      for place in map.steps(along: axis) where sides[place].union(sides[place + step]).isMixed && !sides[place].isEmpty && !sides[place + step].isEmpty {
        for beside in map.refined where beside != axis {
          for shift in map.shifts(of: place, along: beside) {
            let near = sides[place + shift], far = sides[place + step + shift]
            if near.isEmpty, far.isEmpty || far == sides[place + step] {
              places.append(place + shift)
            } else if far.isEmpty, near == sides[place] {
              places.append(place + step + shift)
            }
          }
        }
      }
    }
    return places
  }

  /// Between places on a line that lie on different sides, with none between them that was looked at, one in the middle.
  private func halved(_ sides: [Side], ofLatticeAlone: Bool) -> [Int] {
    map.refined.flatMap { axis in
      map.lines(along: axis, ofLatticeAlone: ofLatticeAlone).flatMap { start -> [Int] in
        let known = (0..<map.counts[axis]).filter { !sides[start + $0 * map.strides[axis]].isEmpty }
        return zip(known, known.dropFirst()).compactMap { low, high in
          guard high - low > 1, sides[start + low * map.strides[axis]] != sides[start + high * map.strides[axis]] else { return nil }
          return start + SearchMap.middle(low, high) * map.strides[axis]
        }
      }
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
    // What is known of no repetition is taken to be so of all.
    return known > 0 && !isDecided && Double(abs(2 * happened - known)) <= quantile * Double(known).squareRoot()
  }
}
