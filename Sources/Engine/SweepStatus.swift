import Experiments
import Results
import Specs
import Storage

/// How far a sweep is.
public struct SweepStatus: Sendable {
  public let spec: SweepSpec
  /// Trials that were measured.
  public private(set) var completed = 0
  /// Of those the ones that escaped; nil in an experiment where nothing does.
  public private(set) var escaped: Int?
  public private(set) var notTrained = 0
  public private(set) var failed = 0
  /// Trials that some probe has still to be put to, which count as left.
  public let incomplete: Int
  /// Stored trials of other settings.
  public let others: Int
  /// The first few trials that were not measured, and why.
  public private(set) var examples: [(trial: String, reason: String)] = []

  /// Of a sweep that was divided, each shard; none of one that was not.
  public let shards: [ShardStatus]
  /// Stores that cannot be read, and why: what is in them counts as missing.
  public let damaged: [String]
  /// What else the user should know of the stores.
  public let notices: [String]

  /// How far the search of a refined sweep is; nil where the whole grid is wanted.
  public let search: BoundarySearch?

  public var done: Int { completed + notTrained + failed }
  /// Cells without a trial.
  public let notRun: Int
  /// Trials that are missing of those that are wanted; of a refined sweep so far.
  public let left: Int

  private static let mostExamples = 3

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    let spec = try folder.lastSpec(passingOver: true)
    self.spec = spec
    let reader = try StoreReader(folder, spec: spec, passingOver: true, checking: true)
    if let error = reader.damaged.first, reader.isEmpty { throw error }
    others = reader.others
    damaged = reader.damaged.map(\.description)
    notices = reader.notices
    let search = try spec.refinement.flatMap { _ in try ResultTable(spec, in: folder, passingOver: true).search }
    self.search = search
    let done = reader.done.complete, wants = { search?.wants(cell: $0, repetition: $1) ?? true }
    let repetitions = 0..<spec.repetitions
    left = (0..<spec.grid.count).reduce(0) { left, cell in
      left + repetitions.count { wants(cell, $0) && !done.contains(cell: cell, repetition: $0) }
    }
    let started = reader.done.started
    incomplete = (0..<spec.grid.count).reduce(0) { sum, cell in
      sum + repetitions.count { wants(cell, $0) && started.contains(cell: cell, repetition: $0) && !done.contains(cell: cell, repetition: $0) }
    }
    notRun = (0..<spec.grid.count).count { cell in !repetitions.contains { started.contains(cell: cell, repetition: $0) } }
    shards = try ShardStatus.all(spec, in: folder, done: done, wants: wants)
    let places = Dictionary(uniqueKeysWithValues: spec.experiment.columns.enumerated().map { ($1.name, $0) })
    let escape = spec.experiment.events.first { $0.prediction == .escape }
    if escape != nil { escaped = 0 }
    var last: (index: Int, cell: Cell)?
    try reader.forEachTrial { cell, repetition, result in
      guard reader.done.complete.contains(cell: cell, repetition: repetition) else { return }
      switch result.outcome {
      case .completed:
        completed += 1
        guard let escape else { break }
        let known = try last.flatMap { $0.index == cell ? $0.cell : nil } ?? spec.grid.cell(at: cell), values = result.values
        last = (cell, known)
        let row = Row(known) { name in places[name].flatMap { values[$0].number }.map { .value($0) } ?? .none }
        if escape.happened(row, spec.success) == true { escaped = (escaped ?? 0) + 1 }
      case .notTrained(let reason):
        notTrained += 1
        note(cell, repetition, reason)
      case .failed(let reason):
        failed += 1
        note(cell, repetition, reason)
      }
    }
  }

  private mutating func note(_ cell: Int, _ repetition: Int, _ reason: String) {
    if examples.count < Self.mostExamples { examples.append((spec.words(cell: cell, repetition: repetition), reason)) }
  }
}
