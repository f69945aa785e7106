import Engine
import Foundation
import Platform
import Specs
import Storage

/// Cost as work grows: each size varied alone, with the exponent of the best power law.
struct ScalingBench {
  func run() throws {
    print("\ncost as one size grows alone, all others at their defaults (n = 80, m = 10, d = 2000, 400 steps); milliseconds")
    try trials("dimension", [100, 1000, 10_000, 100_000, 1_000_000])
    try trials("samples", [20, 60, 200, 600, 2000])
    try trials("filtersPerClass", [1, 3, 10, 30, 100])
    try trials("unlearnSteps", [100, 300, 1000, 3000, 10_000])
    try sweeps("cells of one network", [10, 30, 100, 300, 1000]) { #"repetitions: 1, axes: {forgetRatio: {from: 0, to: 0.5, count: \#($0)}}"# }
    try sweeps("repetitions of one cell", [10, 30, 100, 300, 1000]) { "repetitions: \($0), axes: {}" }
    try jobs()
  }

  /// One whole trial: data, training, unlearning, Hessian test.
  private func trials(_ parameter: String, _ sizes: [Int]) throws {
    try report(parameter, sizes) { size in
      let cell = try spec("repetitions: 1, axes: {}", #"testSamples: 0, \#(parameter): \#(size)"#).grid.cell(at: 0)
      return try bestNanoseconds(calls: 1, rounds: size > 500 ? 1 : 5) { _ = try cell.measure(seed: 1, repetition: 0) } * 1e-6
    }
  }

  /// A sweep as `run` does it, store included.
  private func sweeps(_ what: String, _ sizes: [Int], _ grid: (Int) -> String) throws {
    try report(what, sizes) { try milliseconds(spec(grid($0)), jobs: 1) }
  }

  private func jobs() throws {
    let spec = try spec(#"repetitions: 20, axes: {forgetRatio: {from: 0, to: 0.5, count: 20}}"#)
    var cores: [Int] = []
    for jobs in [1, 2, 4, 8, 16, 32, 64, 128] where jobs <= ProcessInfo.processInfo.activeProcessorCount { cores.append(jobs) }
    try report("jobs, 400 trials of 20 networks", cores) { jobs in
      try (0..<3).map { _ in try milliseconds(spec, jobs: jobs) }.min() ?? 0
    }
  }

  private func spec(_ grid: String, _ parameters: String = "") throws -> SweepSpec {
    let text = #"{name: "scaling", experiment: "cnn", seed: 1, \#(grid), parameters: {\#(parameters)}}"#
    return try SweepSpec(json5: Array(text.utf8), file: "scaling")
  }

  private func milliseconds(_ spec: SweepSpec, jobs: Int) throws -> Double {
    try inTemporaryFolder { folder in
      let run = try SweepRun(spec, in: OutputFolder(folder), jobs: jobs, now: 0)
      return try ContinuousClock().measure { _ = try run.run() }.seconds * 1000
    }
  }

  private func report(_ what: String, _ sizes: [Int], _ milliseconds: (Int) throws -> Double) throws {
    let times = try sizes.map { try milliseconds($0) }
    print("  \(what)".padded(36) + zip(sizes, times).map { "\($0): \($1.text($1 < 100 ? 2 : 0))" }.joined(separator: "   "))
    guard sizes.count > 2 else { return }
    let all = exponent(sizes, times), last = exponent(sizes.suffix(2), times.suffix(2))
    print("    exponent".padded(36) + "\(all.text(2)) over all, \(last.text(2)) between the last two")
  }

  /// The slope of log time over log size by least squares.
  private func exponent(_ sizes: some Sequence<Int>, _ times: some Sequence<Double>) -> Double {
    let x = sizes.map { log(Double($0)) }, y = times.map { log($0) }
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }
}
