import Foundation
import TestSupport
import Testing

/// A sweep of small trials in a folder of its own, driven from the command line.
final class SweepCase {
  let folder: TemporaryFolder
  let binary: Binary
  let spec: String
  let output: String

  /// - Parameters:
  ///   - repetitions: of 150 cells, at some ten thousand trials a second.
  ///   - steps: of a run; more make trials slower.
  init(repetitions: Int, steps: Int = 30) throws {
    folder = try TemporaryFolder()
    binary = try Binary(.release)
    spec = folder.path + "/small.json5"
    output = folder.path + "/output"
    let text = """
      { name: "small", experiment: "cnn", seed: 5, repetitions: \(repetitions),
        axes: { snr: [0.2, 0.5, 1], forgetRatio: {from: 0.01, to: 0.5, count: 25}, batchSize: [2, 5] },
        parameters: { samples: 12, dimension: 40, filtersPerClass: 2, trainBatchSize: 4, testSamples: 5, unlearnSteps: \(steps), trainTargetLoss: 0.3 } }
      """
    try text.write(toFile: spec, atomically: true, encoding: .utf8)
  }

  func arguments(jobs: Int, output: String? = nil) -> [String] { ["run", spec, "--output", output ?? self.output, "--jobs", "\(jobs)", "--no-figures"] }

  @discardableResult
  func run(jobs: Int = 2, output: String? = nil) throws -> Program.Result { try binary.run(arguments(jobs: jobs, output: output)) }

  /// The export as CSV, of a folder that must be readable.
  func export(_ output: String? = nil) throws -> String {
    let result = try binary.run(["export", output ?? self.output, "--format", "csv"])
    #expect(result.status == 0, "\(result.talk)")
    return result.output
  }

  /// A count of `status --json`; 0 while there is nothing to count.
  func count(_ key: String) throws -> Int {
    let result = try binary.run(["status", output, "--json"])
    if result.status == 66, result.talk.contains("holds no results") || result.talk.contains("no such folder") { return 0 }
    #expect(result.status == 0, "\(result.talk)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    return try #require(object[key] as? Int)
  }

  /// Waits until some trials are stored; true if the sweep is then still running.
  func waitForTrials(_ program: Program, atLeast least: Int = 1) throws -> Bool {
    while program.isRunning {
      if try count("done") >= least { return program.isRunning }
      usleep(10_000)
    }
    return false
  }

  /// How long a run of the sweep, in a folder of its own, takes from its start to its first commit, in seconds.
  func timeOfFirstCommit() throws -> Double {
    let other = folder.path + "/first-commit", store = other + "/results.sqlite", start = ContinuousClock.now
    let program = try binary.start(arguments(jobs: 1, output: other))
    while program.isRunning, try !binary.run(["status", other, "--json"]).output.contains(/"done": [1-9]/) { usleep(5_000) }
    let time = ContinuousClock.now - start
    program.send(SIGKILL)
    _ = try program.wait()
    #expect(FileManager.default.fileExists(atPath: store))
    return time / .seconds(1)
  }
}
