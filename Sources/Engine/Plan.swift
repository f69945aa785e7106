import Specs
import Storage

/// What is to be done for a wave of a sweep, or a shard of it: its trials without those that are stored, in groups that share what they prepare.
public struct Plan: Sendable {
  public let spec: SweepSpec
  /// Trials of the whole sweep that are stored already with what all probes found, whoever measured them.
  public let stored: Int
  /// Stored trials of other settings, which stay where they are.
  public let others: Int
  /// What trials share (trained networks; cells, for the synthetic test) that the missing ones need.
  public let preparations: Int
  /// Trials that are missing, or to which some probe is still to be put.
  public let left: Int
  /// Of those, the trials that other probes have been put to.
  public let started: Int
  /// Stores that could not be read, and why: as if they were not there.
  public let damaged: [StoreError]
  /// What the user should know of the stores.
  public let notices: [String]

  private let done: StoredTrials
  private let wave: Wave
  /// Probes that are wanted, in the order of the experiment's.
  private let wanted: [Bool]
  /// The first cell of each set of cells that share what they prepare, and the distances of its members from it.
  private let first: [Int]
  private let offsets: [Int]
  /// The groups that are this plan's to work on, in their order: by repetition first, so that an interrupted sweep shows its whole plane.
  private let members: [Int32]

  /// - Parameters:
  ///   - shard: whose share; nil for the whole sweep, which wants all stores in order.
  ///   - wave: the trials that are wanted.
  ///   - passingOver: whether to do without stores that are damaged, as a shard does; else they are an error.
  public init(_ spec: SweepSpec, in folder: OutputFolder, shard: Shard? = nil, wave: Wave = .everything, passingOver: Bool = false) throws {
    let sets = spec.grid.groups()
    let members = try shard.map { try ShardBalance(spec, shards: $0.count).members[$0.index - 1] } ?? Array(0..<Int32(spec.groups(of: sets.first.count)))
    self.init(spec, stored: try StoreReader(folder, spec: spec, passingOver: passingOver || shard != nil), sets: sets, members: members, wave: wave)
  }

  /// The plans of all shards for the same wave.
  public func divided(among count: Int) throws -> [Plan] {
    try ShardBalance(spec, shards: count).members.map { Plan(self, members: $0) }
  }

  private init(_ spec: SweepSpec, stored reader: StoreReader, sets: (first: [Int], offsets: [Int]), members: [Int32], wave: Wave) {
    (self.spec, self.wave, (first, offsets), self.members) = (spec, wave, sets, members)
    (done, others, damaged, notices) = (reader.done, reader.others, reader.damaged, reader.notices)
    stored = reader.done.complete.count
    let names = spec.experiment.probes.map(\.name)
    precondition(wave.probes?.isSubset(of: names) ?? true, "a chooser wants a probe that there is not; there is: \(names.joined(separator: ", "))")
    wanted = names.map { wave.probes?.contains($0) ?? true }
    (preparations, left, started) = Self.counts(spec, first: first, offsets: offsets, members: members, wave: wave, done: done, wanted: wanted)
  }

  /// A part of another one.
  private init(_ whole: Plan, members: [Int32]) {
    (spec, wave, first, offsets, self.members) = (whole.spec, whole.wave, whole.first, whole.offsets, members)
    (done, others, damaged, notices, stored, wanted) = (whole.done, whole.others, whole.damaged, whole.notices, whole.stored, whole.wanted)
    (preparations, left, started) = Self.counts(spec, first: first, offsets: offsets, members: members, wave: wave, done: done, wanted: wanted)
  }

  private static func counts(
    _ spec: SweepSpec, first: [Int], offsets: [Int], members: [Int32], wave: Wave, done: StoredTrials, wanted: [Bool]
  ) -> (preparations: Int, left: Int, started: Int) {
    var preparations = 0, left = 0, started = 0
    for group in members {
      var missing = 0
      forEachMissing(Int(group), of: spec, first: first, offsets: offsets, wave: wave, done: done, wanted: wanted) { cell, repetition in
        missing += 1
        started += done.started.contains(cell: cell, repetition: repetition) ? 1 : 0
      }
      left += missing
      preparations += missing > 0 ? 1 : 0
    }
    return (preparations, left, started)
  }

  /// Groups, those without work included.
  package var groups: Int { members.count }

  /// Which of the sweep's groups it is: the same in every wave.
  func number(ofGroup index: Int) -> Int { Int(members[index]) }

  /// The missing trials of a group; none if all are stored.
  package func trials(ofGroup index: Int) -> [TrialIdentity] {
    var trials: [TrialIdentity] = []
    Self.forEachMissing(Int(members[index]), of: spec, first: first, offsets: offsets, wave: wave, done: done, wanted: wanted) {
      trials.append(TrialIdentity(cell: $0, repetition: $1))
    }
    return trials
  }

  /// The probes that are to be put to a trial, in the order of the experiment's.
  package func probes(for trial: TrialIdentity) -> [Bool] {
    zip(wanted, done.byProbe).map { $0 && !$1.contains(cell: trial.cell, repetition: trial.repetition) }
  }

  private static func forEachMissing(
    _ group: Int, of spec: SweepSpec, first: [Int], offsets: [Int], wave: Wave, done: StoredTrials, wanted: [Bool],
    _ body: (_ cell: Int, _ repetition: Int) -> Void
  ) {
    let isWhole = wanted.allSatisfy { $0 }
    for repetition in spec.repetitions(ofGroup: group, sets: first.count) {
      for offset in offsets {
        let cell = first[group % first.count] + offset
        guard wave.contains(cell, repetition), !done.complete.contains(cell: cell, repetition: repetition) else { continue }
        let lacks = isWhole || zip(wanted, done.byProbe).contains { $0 && !$1.contains(cell: cell, repetition: repetition) }
        if lacks { body(cell, repetition) }
      }
    }
  }
}
