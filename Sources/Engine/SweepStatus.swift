import Experiments
import Specs
import Storage

/// How far a sweep is.
public struct SweepStatus: Sendable {
  public let spec: SweepSpec
  /// Trials with figures; some of them escaped.
  public private(set) var completed = 0
  public private(set) var escaped = 0
  public private(set) var notTrained = 0
  public private(set) var failed = 0
  /// Trials that some probe has still to be put to, which count as left.
  public private(set) var incomplete = 0
  /// Stored trials of other settings.
  public let others: Int
  /// The first few trials that have no figures, and why.
  public private(set) var examples: [(trial: String, reason: String)] = []

  /// Of a sweep that was divided, each shard; none of one that was not.
  public let shards: [ShardStatus]
  /// Stores that cannot be read, and why: what is in them counts as missing.
  public let damaged: [String]
  /// What else the user should know of the stores.
  public let notices: [String]

  public var done: Int { completed + notTrained + failed }
  public var left: Int { spec.trials - done }

  private static let mostExamples = 3

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    spec = try folder.lastSpec(passingOver: true)
    let reader = try StoreReader(folder, spec: spec, passingOver: true, checking: true)
    if let error = reader.damaged.first, reader.isEmpty { throw error }
    others = reader.others
    damaged = reader.damaged.map(\.description)
    notices = reader.notices
    shards = try ShardStatus.all(spec, in: folder, done: reader.done.complete)
    let escape = spec.experiment.columns.firstIndex { $0.name == "escapedAtStep" }
    incomplete = reader.done.started.count - reader.done.complete.count
    try reader.forEachTrial { cell, repetition, result in
      guard reader.done.complete.contains(cell: cell, repetition: repetition) else { return }
      switch result.outcome {
      case .completed:
        completed += 1
        if let escape, case .count = result.values[escape] { escaped += 1 }
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
