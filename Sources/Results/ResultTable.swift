import Experiments
import FrontierNumerics
import Platform
import Specs
import Storage

/// The stored trials of a sweep in memory, by cell of the grid and repetition: numbers alone, in flat arrays, for there may be millions.
public struct ResultTable: Sendable {
  /// What became of a trial, or of one probe that was put to it.
  public enum State: UInt8, Sendable, Comparable {
    case notStored, completed, notTrained, failed

    init(_ outcome: TrialOutcome?) {
      switch outcome {
      case nil: self = .notStored
      case .completed: self = .completed
      case .notTrained: self = .notTrained
      case .failed: self = .failed
      }
    }

    public static func < (a: State, b: State) -> Bool { a.rawValue < b.rawValue }
  }

  public let spec: SweepSpec
  /// How far the search of a refined sweep is; nil where the whole grid is wanted.
  public private(set) var search: BoundarySearch?
  /// What the user should know of the stores.
  public private(set) var notices: [String] = []
  /// One a trial and probe.
  private var states: [State]
  /// A row a trial; NaN, which no result holds, where a trial has no such number.
  private var numbers: [Double]
  /// By name the place of a column, and its probe.
  private let columns: [String: (place: Int, probe: Int)]
  private let probes: Int
  private let width: Int

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    let spec = try folder.lastSpec()
    try self.init(spec, in: folder)
  }

  /// What is stored of a sweep in a folder.
  ///
  /// - Parameter passingOver: whether to do without stores that are damaged; else they are an error.
  package init(_ spec: SweepSpec, in folder: OutputFolder, passingOver: Bool = false) throws {
    try Memory.require(
      bytes(spec.trials, spec.experiment.probes.count + spec.experiment.columns.count * MemoryLayout<Double>.stride),
      for: "a table of all \(spec.trials) trials", advice: "export them as csv instead, which takes little memory")
    self.init(empty: spec)
    let reader = try StoreReader(folder, spec: spec, passingOver: passingOver, checking: passingOver)
    notices = reader.notices
    try reader.forEachTrial { insert($2, at: $0 * spec.repetitions + $1) }
    search = boundarySearch()
  }

  /// - Parameter results: of all cells in grid order, the repetitions of a cell together; nil for trials that are not stored.
  package init(_ spec: SweepSpec, _ results: [TrialResult?]) {
    self.init(empty: spec)
    for (trial, result) in results.enumerated() { if let result { insert(result, at: trial) } }
    search = boundarySearch()
  }

  private init(empty spec: SweepSpec) {
    self.spec = spec
    let infos = spec.experiment.probes
    var columns: [String: (place: Int, probe: Int)] = [:]
    for (probe, info) in infos.enumerated() { for column in info.columns { columns[column.name] = (columns.count, probe) } }
    (self.columns, probes, width) = (columns, infos.count, columns.count)
    states = [State](repeating: .notStored, count: spec.trials * infos.count)
    numbers = [Double](repeating: .nan, count: spec.trials * columns.count)
  }

  private func boundarySearch() -> BoundarySearch? {
    spec.refinement.map { refinement in
      let events = refinement.events.compactMap(spec.experiment.event)
      return BoundarySearch(refinement, of: spec, isStored: { isWhole(cell: $0, repetition: $1) }) { cell in
        let rows = rows(ofCell: cell)
        return events.map { event in rows.map { event.happened($0, spec.success) } }
      }
    }
  }

  private mutating func insert(_ result: TrialResult, at trial: Int) {
    var place = trial * width
    for (probe, found) in result.probes.enumerated() {
      states[trial * probes + probe] = State(found?.outcome)
      guard let found else {
        place += spec.experiment.probes[probe].columns.count
        continue
      }
      for value in found.values {
        if let number = value.number { numbers[place] = number }
        place += 1
      }
    }
  }

  /// Trials that are stored.
  public var stored: Int {
    stride(from: 0, to: states.count, by: max(probes, 1)).count { trial in states[trial..<trial + probes].contains { $0 != .notStored } }
  }

  /// Of the whole trial: the worst of its probes'.
  public subscript(cell: Int, repetition: Int) -> State {
    let trial = cell * spec.repetitions + repetition
    return states[trial * probes..<(trial + 1) * probes].max() ?? .notStored
  }

  /// Whether every probe was put to the trial.
  public func isWhole(cell: Int, repetition: Int) -> Bool {
    let trial = cell * spec.repetitions + repetition
    return !states[trial * probes..<(trial + 1) * probes].contains(.notStored)
  }

  /// A number of a trial, flags as 1 and 0; nil if the trial is not stored or has no such number.
  public func number(_ column: String, cell: Int, repetition: Int) -> Double? {
    guard let place = columns[column]?.place else { return nil }
    let number = numbers[(cell * spec.repetitions + repetition) * width + place]
    return number.isNaN ? nil : number
  }

  /// What is known of a column in a trial.
  public func entry(_ column: String, cell: Int, repetition: Int) -> Row.Entry {
    guard let (place, probe) = columns[column] else { return .unknown }
    let trial = cell * spec.repetitions + repetition, number = numbers[trial * width + place]
    if !number.isNaN { return .value(number) }
    return states[trial * probes + probe] == .completed ? .none : .unknown
  }
}
