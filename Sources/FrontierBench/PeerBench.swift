import Foundation
import FrontierNumerics
import Model
import Platform
import Specs
import Stability

/// Our side of Benchmarks/bench.py: single numbers, each the only output, so that measurements of other programs can be interleaved with them.
struct PeerBench {
  static let names = ["step-seconds", "trial-seconds", "survivals"]

  /// Whole numbers as arguments: `step-seconds DIMENSION SAMPLES`, `trial-seconds DIMENSION SAMPLES`, `survivals RUNS SEED COHERENCE BATCH [COHERENCE BATCH ...]`.
  func run(_ name: String, _ numbers: [Int]) throws {
    switch (name, numbers.count) {
    case ("step-seconds", 2):
      print(try CoreBench().step(dimension: numbers[0], samples: numbers[1], rounds: 5).nanoseconds * 1e-9)
    case ("trial-seconds", 2): try trial(dimension: numbers[0], samples: numbers[1])
    case ("survivals", 4...) where numbers.count.isMultiple(of: 2): try survivals(runs: numbers[0], seed: numbers[1], cells: Array(numbers[2...]))
    default: throw BenchError.arguments(name)
    }
  }

  /// What peers measure of a trial.
  private static let probes: Set<String> = ["training", "run", "stability", "tangent"]

  /// One whole trial: data, training, unlearning and Hessian test.
  private func trial(dimension: Int, samples: Int) throws {
    let text =
      #"{name: "trial", experiment: "cnn", seed: 1, repetitions: 1, axes: {}, parameters: {snr: 0.5, forgetRatio: 0.2, testSamples: 0, dimension: \#(dimension), samples: \#(samples)}}"#
    let spec = try SweepSpec(json5: Array(text.utf8), file: "trial")
    precondition(Self.probes.isSubset(of: spec.experiment.probes.map(\.name)), "the peers' probes have other names now")
    let cell = try spec.grid.cell(at: 0), probes = spec.experiment.probes.map { Self.probes.contains($0.name) }
    let nanoseconds = try bestNanoseconds(calls: samples > 100 ? 1 : 10, rounds: 5) {
      let preparation = try cell.prepare(seed: 1, repetition: 0)
      _ = try cell.measure(seed: 1, repetition: 0, probes: probes, with: preparation)
    }
    print(nanoseconds * 1e-9)
  }

  /// The synthetic Hessian test at the given (coherence, batch size): seconds of all runs, then how many of each cell survive.
  private func survivals(runs: Int, seed: Int, cells: [Int]) throws {
    let clock = ContinuousClock()
    var survived: [Int] = []
    let time = try clock.measure {
      for at in Swift.stride(from: 0, to: cells.count, by: 2) {
        let rule = try StepRule(forgetRatio: 0.1, stepSize: 0.5, batchSize: cells[at + 1], sampling: .uniform)
        let test = try SyntheticTest(samples: 100, coherence: cells[at], rule: rule, steps: 1000, growthLimit: 1000)
        survived.append((0..<runs).filter { test.run(key: RandomKey(seed: UInt64(seed)).child($0)).survived }.count)
      }
    }
    print(([time.seconds] + survived.map(Double.init)).map { "\($0)" }.joined(separator: " "))
  }
}
