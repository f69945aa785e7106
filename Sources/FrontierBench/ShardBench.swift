import Engine
import FrontierNumerics
import Platform
import Specs
import Storage

/// Load balance of a sweep of a million cells over the nodes of a cluster: the program's own division of networks, with costs as they were measured here.
struct ShardBench {
  private let processors = 8
  private let cells = 1_000_000
  private let repetitions = 20

  /// What trained networks cost, in seconds: what they estimate alike stands together, by the values of an axis that the estimate does not know.
  private struct Kind {
    let estimate: Double
    /// A list for each value of the axis.
    let measured: [[Double]]
    let cellsOfNetwork: Int
    /// The longest wait for a single trial.
    let trial: Double
  }

  func run() throws {
    print(
      "\n\(cells) cells of \(repetitions) repetitions on nodes of \(processors) processors, a shard a node; costs drawn from those of networks measured here")
    let usual = try measure(samples: 80)
    try simulate("SNR x forget ratio, as snr-forget", [usual])
    try simulate("the same over 40, 80 and 160 samples", [measure(samples: 40), usual, measure(samples: 160)])
  }

  /// Three repetitions of the networks of snr-forget, with all their cells.
  private func measure(samples: Int) throws -> Kind {
    let text = #"""
      {name: "costs", experiment: "cnn", seed: 1, repetitions: 3, axes: {snr: {from: 0.1, to: 1.7, count: 17}, forgetRatio: {from: 0, to: 0.5, count: 17}},
       parameters: {samples: \#(samples)}}
      """#
    let spec = try SweepSpec(json5: Array(text.utf8), file: "costs")
    let plan = try Plan(spec, in: OutputFolder("/nonexistent")), clock = ContinuousClock()
    var measured = [[Double]](repeating: [], count: 17), longest = 0.0
    for group in 0..<plan.groups {
      let trials = plan.trials(ofGroup: group)
      let seconds = try clock.measure {
        let preparation = try spec.grid.cell(at: trials[0].cell).prepare(seed: 1, repetition: trials[0].repetition)
        for trial in trials {
          longest = max(
            longest, try clock.measure { _ = try spec.grid.cell(at: trial.cell).measure(seed: 1, repetition: trial.repetition, with: preparation) }.seconds)
        }
      }.seconds
      measured[group % 17].append(seconds)
    }
    return Kind(estimate: try ShardBalance(spec, shards: 1).costs[0], measured: measured, cellsOfNetwork: 17, trial: longest)
  }

  private func simulate(_ what: String, _ kinds: [Kind]) throws {
    var stream = RandomKey(seed: 3).stream()
    let ofRepetition = cells / kinds[0].cellsOfNetwork, networks = ofRepetition * repetitions
    var costs: [Double] = [], estimates: [Double] = []
    for network in 0..<networks {
      // In the order of a sweep whose first axis is the one that the estimate knows.
      let kind = kinds[network % ofRepetition * kinds.count / ofRepetition], values = kind.measured[network % kind.measured.count]
      costs.append(values[Int(stream.below(UInt32(values.count)))])
      estimates.append(kind.estimate)
    }
    let total = costs.reduce(0, +), trial = kinds.map(\.trial).max() ?? 0
    let spread = [costs.min() ?? 0, costs.sorted()[networks / 2], costs.max() ?? 0].map { ($0 * 1000).text(1) }
    print("  \(what): \(networks) networks of \(spread[0]) to \(spread[2]) ms (median \(spread[1])), \((total / 3600).text(2)) processor hours")
    print("    nodes      ideal, s   makespan, s   idle share     in blocks of equal number: makespan, s   idle share")
    for nodes in [10, 100, 1000] {
      let ideal = total / Double(nodes * processors)
      let balance = ShardBalance(estimates: estimates, shards: nodes).shards.map { Int($0) }
      let blocks = (0..<networks).map { $0 * nodes / networks }
      let (chosen, simple) = (makespan(costs, balance, nodes, trial), makespan(costs, blocks, nodes, trial))
      let line = [ideal.text(2, width: 14), chosen.text(2, width: 14), (100 * (1 - ideal / chosen)).text(1, width: 11) + " %"]
      print("    \(nodes)".padded(9) + line.joined() + simple.text(2, width: 41) + (100 * (1 - ideal / simple)).text(1, width: 11) + " %")
    }
  }

  /// The end of the last node. Within a node processors take networks as they become free and share the cells of the last ones, so that they end together but
  /// for one trial.
  private func makespan(_ costs: [Double], _ shards: [Int], _ nodes: Int, _ trial: Double) -> Double {
    var work = [Double](repeating: 0, count: nodes)
    for (network, shard) in shards.enumerated() { work[shard] += costs[network] }
    return (work.max() ?? 0) / Double(processors) + trial
  }
}
