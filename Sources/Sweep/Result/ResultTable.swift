/// The stored trials of a sweep in memory, by cell of the grid and repetition.
public struct ResultTable: Sendable {
  public let spec: SweepSpec
  private let results: [TrialResult?]
  private let columns: [String: Int]

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    let spec = try folder.lastSpec()
    let reader = try StoreReader(folder, spec: spec)
    var results = [TrialResult?](repeating: nil, count: spec.trials)
    for cell in 0..<spec.grid.count {
      for (repetition, result) in try reader.trials(ofCell: cell) { results[cell * spec.repetitions + repetition] = result }
    }
    self.init(spec, results)
  }

  /// - Parameter results: of all cells in grid order, the repetitions of a cell together; nil for trials that are not stored.
  package init(_ spec: SweepSpec, _ results: [TrialResult?]) {
    self.spec = spec
    self.results = results
    columns = Dictionary(uniqueKeysWithValues: spec.experiment.columns.enumerated().map { ($1.name, $0) })
  }

  /// Trials that are stored.
  public var stored: Int { results.count { $0 != nil } }

  /// Nil if the trial is not stored.
  public subscript(cell: Int, repetition: Int) -> TrialResult? { results[cell * spec.repetitions + repetition] }

  /// A figure of a trial, flags as 1 and 0; nil if the trial is not stored or has no such figure.
  public func figure(_ column: String, cell: Int, repetition: Int) -> Double? {
    self[cell, repetition].flatMap { figure(column, of: $0) }
  }

  func figure(_ column: String, of result: TrialResult) -> Double? {
    guard let index = columns[column] else { return nil }
    switch result.values[index] {
    case .number(let number): return number
    case .count(let count): return Double(count)
    case .flag(let flag): return flag ? 1 : 0
    case .absent, .undefined: return nil
    }
  }
}
