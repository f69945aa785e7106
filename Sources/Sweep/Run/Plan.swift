/// What is to be done for a sweep, or a shard of it: its trials without those that are stored, in groups that share what they prepare.
public struct Plan: Sendable {
  public let spec: SweepSpec
  /// Trials of the sweep that are stored already, whoever measured them.
  public let stored: Int
  /// Stored trials of other settings, which stay where they are.
  public let others: Int
  /// Trained networks (cells, for the synthetic test) that the missing trials need.
  public let preparations: Int
  /// Trials that are missing.
  public let left: Int
  /// Stores that could not be read, and why: as if they were not there.
  public let damaged: [StoreError]

  private let done: TrialSet
  /// The first cell of each set of cells that share what they prepare, and the distances of its members from it.
  private let first: [Int]
  private let offsets: [Int]
  /// The groups that are this plan's to work on, in their order: by repetition first, so that a sweep that was cut off shows its whole plane.
  private let members: [Int32]

  /// - Parameter shard: whose share; nil for the whole sweep, which wants all stores in order.
  public init(_ spec: SweepSpec, in folder: OutputFolder, shard: Shard? = nil) throws {
    let sets = spec.grid.groups()
    let members = try shard.map { try ShardBalance(spec, shards: $0.count).members[$0.index - 1] } ?? Array(0..<Int32(spec.groups(of: sets.first.count)))
    self.init(spec, stored: try StoreReader(folder, spec: spec, passingOver: shard != nil), sets: sets, members: members)
  }

  /// The plans of all shards, which share one look at the stores.
  ///
  /// - Parameter passingOver: whether to do without stores that are damaged; else they are an error.
  public static func ofAllShards(_ spec: SweepSpec, in folder: OutputFolder, count: Int, passingOver: Bool) throws -> [Plan] {
    let reader = try StoreReader(folder, spec: spec, passingOver: passingOver), sets = spec.grid.groups()
    return try ShardBalance(spec, shards: count).members.map { Plan(spec, stored: reader, sets: sets, members: $0) }
  }

  private init(_ spec: SweepSpec, stored reader: StoreReader, sets: (first: [Int], offsets: [Int]), members: [Int32]) {
    (self.spec, (first, offsets), self.members) = (spec, sets, members)
    (done, others, stored, damaged) = (reader.done, reader.others, reader.done.count, reader.damaged)
    var preparations = 0, left = 0
    for group in members {
      let missing = Self.missing(Int(group), spec: spec, first: first, offsets: offsets, done: done)
      left += missing
      preparations += missing > 0 ? 1 : 0
    }
    (self.preparations, self.left) = (preparations, left)
  }

  /// Groups, those without work included.
  package var groups: Int { members.count }

  /// The missing trials of a group; none if all are stored.
  package func trials(ofGroup index: Int) -> [TrialIdentity] {
    let group = Int(members[index])
    return spec.repetitions(ofGroup: group, sets: first.count).flatMap { repetition in
      offsets.lazy.map { TrialIdentity(cell: first[group % first.count] + $0, repetition: repetition) }
        .filter { !done.contains(cell: $0.cell, repetition: $0.repetition) }
    }
  }

  private static func missing(_ group: Int, spec: SweepSpec, first: [Int], offsets: [Int], done: TrialSet) -> Int {
    var missing = 0
    for repetition in spec.repetitions(ofGroup: group, sets: first.count) {
      for offset in offsets where !done.contains(cell: first[group % first.count] + offset, repetition: repetition) { missing += 1 }
    }
    return missing
  }
}

/// A trial of a sweep: which cell of its grid, which repetition.
package struct TrialIdentity: Hashable, Sendable {
  package let cell: Int
  package let repetition: Int
}
