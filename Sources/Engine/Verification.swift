import Dispatch
import Experiments
import Specs
import Storage
import Synchronization

/// Stored trials measured again, and compared bit by bit.
public struct Verification: Sendable {
  public struct Difference: Sendable {
    public let trial: String
    public let column: String
    public let stored: String
    public let measured: String
  }

  /// What the user should know of the stores.
  public let notices: [String]
  /// Trials that were compared.
  public let compared: Int
  /// The first column of each trial that differs.
  public let differences: [Difference]

  /// Compares `sample` trials, spread evenly over those that are stored; all of them if there are no more.
  public init(of folder: OutputFolder, sample: Int) throws {
    let spec = try folder.lastSpec()
    _ = try spec.imageData?.images()
    let reader = try StoreReader(folder, spec: spec)
    notices = reader.notices
    let stored = reader.done.started.count, wanted = min(sample, stored)
    var chosen: [TrialIdentity] = [], position = 0
    for cell in 0..<spec.grid.count {
      for repetition in 0..<spec.repetitions where chosen.count < wanted && reader.done.started.contains(cell: cell, repetition: repetition) {
        // The i-th of the sample is the trial at the middle of the i-th of `wanted` equal parts.
        if position == (2 * chosen.count + 1) * stored / (2 * wanted) { chosen.append(TrialIdentity(cell: cell, repetition: repetition)) }
        position += 1
      }
    }
    let wantedRepetitions = Dictionary(grouping: chosen, by: \.cell).mapValues { Set($0.map(\.repetition)) }
    let trials = try wantedRepetitions.sorted { $0.key < $1.key }.flatMap { cell, repetitions in
      try reader.trials(ofCell: cell).filter { repetitions.contains($0.repetition) }
        .map { (identity: TrialIdentity(cell: cell, repetition: $0.repetition), stored: $0.result) }
    }
    compared = trials.count
    differences = Self.differences(trials, spec: spec)
  }

  private static func differences(_ trials: [(identity: TrialIdentity, stored: TrialResult)], spec: SweepSpec) -> [Difference] {
    let found = Mutex<[Int: Difference]>([:])
    DispatchQueue.concurrentPerform(iterations: trials.count) { i in
      let (identity, stored) = trials[i]
      let probes = stored.probes.map { $0 != nil }
      let measured = spec.result(of: identity, probes: probes, with: spec.preparation(for: identity))
      guard measured != stored else { return }
      let words = spec.words(cell: identity.cell, repetition: identity.repetition)
      let column = zip(stored.values, measured.values).enumerated().first { $1.0 != $1.1 }
      let difference =
        column.map { index, pair in
          Difference(trial: words, column: spec.experiment.columns[index].name, stored: pair.0.words, measured: pair.1.words)
        } ?? Difference(trial: words, column: "outcome", stored: stored.outcome.name, measured: measured.outcome.name)
      found.withLock { $0[i] = difference }
    }
    return found.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
  }
}
