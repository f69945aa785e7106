import Engine
import Foundation
import Platform
import Specs
import Storage

/// What a sweep costs beyond its simulation, and what a second core brings.
struct SweepBench {
  private let rounds = 9

  func run() throws {
    try overhead(of: "quickstart")
    try twoJobs(on: "full-grid")
  }

  private func spec(_ name: String) throws -> SweepSpec {
    let path = "sweeps/\(name).json5"
    return try SweepSpec(json5: Files.read(path), file: path)
  }

  /// Processor time of the whole command against that of a process that does nothing but the same trials, in turn. Starting a process counts as the
  /// command's own.
  private func overhead(of name: String) throws {
    let command = ".build/release/frontier"
    var shares: [Double] = [], whole = 0.0, alone = 0.0
    for _ in 0..<rounds {
      whole = try inTemporaryFolder { try processorTime(of: command, ["run", "sweeps/\(name).json5", "--output", $0, "--jobs", "1", "--no-figures"]) }
      alone = try processorTime(of: CommandLine.arguments[0], [Self.trialsAlone, name]) - processorTime(of: command, ["--version"])
      shares.append(100 * (whole - alone) / whole)
    }
    shares.sort()
    print("\n\(name) as a command: \(whole.text(2)) s of processor time, of which its trials \(alone.text(2)) s;")
    print("  everything else takes \(shares[rounds / 2].text(1)) % (median of \(rounds); \(shares[0].text(1)) to \(shares[rounds - 1].text(1)) %)")
  }

  static let trialsAlone = "trials-alone"

  /// All preparations and trials of a sweep, with nothing around them.
  func measureAlone(_ name: String) throws {
    let plan = try Plan(try spec(name), in: OutputFolder("/nonexistent"))
    for group in 0..<plan.groups {
      let trials = plan.trials(ofGroup: group)
      let preparation = try plan.spec.grid.cell(at: trials[0].cell).prepare(seed: plan.spec.seed, repetition: trials[0].repetition)
      for trial in trials {
        _ = try plan.spec.grid.cell(at: trial.cell).measure(seed: plan.spec.seed, repetition: trial.repetition, with: preparation)
      }
    }
  }

  private func processorTime(of program: String, _ arguments: [String]) throws -> Double {
    let before = processorTime(RUSAGE_CHILDREN)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return processorTime(RUSAGE_CHILDREN) - before
  }

  private func processorTime(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// One job and two, in turn.
  private func twoJobs(on name: String) throws {
    let spec = try spec(name), clock = ContinuousClock()
    var ratios: [Double] = [], seconds = [0.0, 0.0]
    for _ in 0..<3 {
      for jobs in [1, 2] {
        seconds[jobs - 1] = try inTemporaryFolder { folder in
          let run = try SweepRun(spec, in: OutputFolder(folder), jobs: jobs, now: 0)
          return try clock.measure { _ = try run.run() }.seconds
        }
      }
      ratios.append(seconds[0] / seconds[1])
    }
    ratios.sort()
    print("\(name), \(spec.trials) trials: one job \(seconds[0].text(1)) s, two jobs \(seconds[1].text(1)) s;")
    print("  two are \(ratios[1].text(2)) times faster (median of 3; \(ratios[0].text(2)) to \(ratios[2].text(2)))")
  }
}
