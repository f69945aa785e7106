/// What is to be done for a sweep: its trials without those that are stored, in groups that share what they prepare.
public struct Plan: Sendable {
  public let spec: SweepSpec
  /// Trials of the sweep that are stored already.
  public let stored: Int
  /// Stored trials of other settings, which stay where they are.
  public let others: Int
  /// Trained networks (cells, for the synthetic test) that the missing trials need.
  public let preparations: Int

  /// Trials that are missing.
  public var left: Int { spec.trials - stored }

  private let done: TrialSet
  /// The first cell of each set of cells that share what they prepare, and the distances of its members from it.
  private let first: [Int]
  private let offsets: [Int]

  public init(_ spec: SweepSpec, in folder: OutputFolder) throws {
    self.init(spec, stored: try StoreReader(folder, spec: spec))
  }

  init(_ spec: SweepSpec, stored reader: StoreReader) {
    self.spec = spec
    done = reader.done
    others = reader.others
    stored = done.count
    (first, offsets) = spec.grid.groups()
    var preparations = 0
    for group in 0..<first.count * (spec.experiment.preparesEachRepetition ? spec.repetitions : 1) {
      if Self.hasWork(group, spec: spec, first: first, offsets: offsets, done: done) { preparations += 1 }
    }
    self.preparations = preparations
  }

  /// Groups, those without work included. They are ordered by repetition first, so that a sweep that was cut off shows its whole plane.
  package var groups: Int { first.count * (spec.experiment.preparesEachRepetition ? spec.repetitions : 1) }

  /// The missing trials of a group; none if all are stored.
  package func trials(ofGroup group: Int) -> [TrialIdentity] {
    Self.repetitions(ofGroup: group, spec: spec, sets: first.count).flatMap { repetition in
      offsets.lazy.map { TrialIdentity(cell: first[group % first.count] + $0, repetition: repetition) }
        .filter { !done.contains(cell: $0.cell, repetition: $0.repetition) }
    }
  }

  private static func hasWork(_ group: Int, spec: SweepSpec, first: [Int], offsets: [Int], done: TrialSet) -> Bool {
    repetitions(ofGroup: group, spec: spec, sets: first.count).contains { repetition in
      offsets.contains { !done.contains(cell: first[group % first.count] + $0, repetition: repetition) }
    }
  }

  private static func repetitions(ofGroup group: Int, spec: SweepSpec, sets: Int) -> Range<Int> {
    guard spec.experiment.preparesEachRepetition else { return 0..<spec.repetitions }
    return group / sets..<group / sets + 1
  }
}

/// A trial of a sweep: which cell of its grid, which repetition.
package struct TrialIdentity: Hashable, Sendable {
  package let cell: Int
  package let repetition: Int
}
