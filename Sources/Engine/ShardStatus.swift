import Specs
import Storage

/// How far one shard of a sweep is, by what lies in the folder.
public struct ShardStatus: Sendable {
  public let shard: Shard
  /// Trials that are its to do, and how many of them are stored, whoever measured them.
  public let trials: Int
  public let done: Int
  /// Who writes its store now; nil if nobody does.
  public let writer: String?
  /// When its stores were written last, in seconds since 1970; nil if it has none.
  public let writtenAt: Int?

  /// All shards of the division that was written to last; none if the sweep was not divided.
  ///
  /// - Parameter wants: whether a trial is to be done.
  static func all(
    _ spec: SweepSpec, in folder: OutputFolder, done: TrialSet, wants: (_ cell: Int, _ repetition: Int) -> Bool
  ) throws -> [ShardStatus] {
    let stores = try folder.shardStores()
    guard let count = stores.max(by: { $0.writtenAt < $1.writtenAt })?.shard.count else { return [] }
    var trials = [Int](repeating: 0, count: count), found = trials
    let balance = try ShardBalance(spec, shards: count), (first, offsets) = spec.grid.groups()
    for (group, shard) in balance.shards.enumerated() {
      for repetition in spec.repetitions(ofGroup: group, sets: first.count) {
        let cells = offsets.map { first[group % first.count] + $0 }.filter { wants($0, repetition) }
        trials[Int(shard)] += cells.count
        found[Int(shard)] += cells.count { done.contains(cell: $0, repetition: repetition) }
      }
    }
    let files = Dictionary(grouping: stores.filter { $0.shard.count == count }, by: \.shard.index)
    return (1...count).compactMap { Shard(index: $0, of: count) }.map { shard in
      let own = files[shard.index] ?? []
      return ShardStatus(
        shard: shard, trials: trials[shard.index - 1], done: found[shard.index - 1],
        writer: own.lazy.compactMap { WriterLock.holder(of: $0.path) }.first, writtenAt: own.map(\.writtenAt).max())
    }
  }
}
