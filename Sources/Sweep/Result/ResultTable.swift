/// The stored trials of a sweep in memory, by cell of the grid and repetition: numbers alone, side by side, for there may be millions.
public struct ResultTable: Sendable {
  /// What became of a trial.
  public enum State: UInt8, Sendable {
    case notStored, completed, notTrained, failed

    fileprivate init(_ outcome: TrialOutcome) {
      switch outcome {
      case .completed: self = .completed
      case .notTrained: self = .notTrained
      case .failed: self = .failed
      }
    }
  }

  public let spec: SweepSpec
  private var states: [State]
  /// A row a trial; NaN, which no result holds, where a trial has no such figure.
  private var figures: [Double]
  private let columns: [String: Int]

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    let spec = try folder.lastSpec()
    try Memory.require(
      bytes(spec.trials, 1 + spec.experiment.columns.count * MemoryLayout<Double>.stride), for: "a table of all \(spec.trials) trials",
      advice: "export them as csv instead, which takes little memory")
    self.init(empty: spec)
    let reader = try StoreReader(folder, spec: spec)
    try reader.forEachTrial { insert($2, at: $0 * spec.repetitions + $1) }
  }

  /// - Parameter results: of all cells in grid order, the repetitions of a cell together; nil for trials that are not stored.
  package init(_ spec: SweepSpec, _ results: [TrialResult?]) {
    self.init(empty: spec)
    for (trial, result) in results.enumerated() { if let result { insert(result, at: trial) } }
  }

  private init(empty spec: SweepSpec) {
    self.spec = spec
    let columns = spec.experiment.columns
    states = [State](repeating: .notStored, count: spec.trials)
    figures = [Double](repeating: .nan, count: spec.trials * columns.count)
    self.columns = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
  }

  private mutating func insert(_ result: TrialResult, at trial: Int) {
    states[trial] = State(result.outcome)
    for (column, value) in result.values.enumerated() {
      switch value {
      case .number(let number): figures[trial * columns.count + column] = number
      case .count(let count): figures[trial * columns.count + column] = Double(count)
      case .flag(let flag): figures[trial * columns.count + column] = flag ? 1 : 0
      case .absent, .undefined: break
      }
    }
  }

  /// Trials that are stored.
  public var stored: Int { states.count { $0 != .notStored } }

  public subscript(cell: Int, repetition: Int) -> State { states[cell * spec.repetitions + repetition] }

  /// A figure of a trial, flags as 1 and 0; nil if the trial is not stored or has no such figure.
  public func figure(_ column: String, cell: Int, repetition: Int) -> Double? {
    guard let index = columns[column] else { return nil }
    let figure = figures[(cell * spec.repetitions + repetition) * columns.count + index]
    return figure.isNaN ? nil : figure
  }
}
