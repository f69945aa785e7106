import FrontierNumerics
import Experiments
import Specs

/// Static load balancing: each group of trials that share a network goes to one shard. It follows from the specification and the number of shards alone, so
/// that tasks need not communicate, and what is stored already is spread over all shards alike.
public struct ShardBalance: Sendable {
  /// The shard of each group, from 0.
  public let shards: [Int32]
  /// What each shard's groups are estimated to cost, in multiply-adds.
  public let costs: [Double]

  public init(_ spec: SweepSpec, shards count: Int) throws {
    let (first, offsets) = spec.grid.groups()
    let estimates = try first.map { start in
      let cells = try offsets.map { try spec.grid.cell(at: start + $0) }
      // Work without an estimate is work too.
      return max(1, cells[0].preparationEstimate + cells.reduce(0) { $0 + $1.trialEstimate(repetitions: spec.repetitionsOfGroup) })
    }
    self.init(estimates: (0..<spec.groups(of: first.count)).map { estimates[$0 % first.count] }, shards: count)
  }

  /// The groups of each shard, in their order.
  var members: [[Int32]] {
    var members = [[Int32]](repeating: [], count: costs.count)
    for (group, shard) in shards.enumerated() { members[Int(shard)].append(Int32(group)) }
    return members
  }

  /// Longest-processing-time-first list scheduling (Graham): in order of falling estimate, each to the shard with the least work so far. Groups of equal
  /// estimate are shuffled: what the estimate does not know (training takes longer at some values of an axis) is then spread evenly.
  public init(estimates: [Double], shards count: Int) {
    var order = Array(estimates.indices)
    var stream = RandomKey(seed: 0).stream()
    for i in order.indices.dropFirst().reversed() { order.swapAt(i, Int(stream.below(UInt32(i + 1)))) }
    let places = order
    order = places.indices.sorted { (-estimates[places[$0]], $0) < (-estimates[places[$1]], $1) }.map { places[$0] }
    var shards = [Int32](repeating: 0, count: estimates.count), costs = [Double](repeating: 0, count: count)
    // A binary heap of shards, the least loaded at the top.
    var heap = Array(0..<count)
    func comesBefore(_ a: Int, _ b: Int) -> Bool { (costs[a], a) < (costs[b], b) }
    for group in order {
      let shard = heap[0]
      shards[group] = Int32(shard)
      costs[shard] += estimates[group]
      var at = 0
      while true {
        var least = at
        for child in [2 * at + 1, 2 * at + 2] where child < count && comesBefore(heap[child], heap[least]) { least = child }
        if least == at { break }
        heap.swapAt(at, least)
        at = least
      }
    }
    (self.shards, self.costs) = (shards, costs)
  }
}

extension SweepSpec {
  /// Groups of trials that share what they prepare, for a grid with so many sets of cells that may.
  func groups(of sets: Int) -> Int { sets * (experiment.preparesEachRepetition ? repetitions : 1) }
  func repetitions(ofGroup group: Int, sets: Int) -> Range<Int> {
    guard experiment.preparesEachRepetition else { return 0..<repetitions }
    return group / sets..<group / sets + 1
  }
  /// Repetitions of a cell in one group.
  var repetitionsOfGroup: Int { experiment.preparesEachRepetition ? 1 : repetitions }
}
