import Engine
import Experiments
import Foundation
import Platform
import Specs
import Storage
import TestSupport
import Testing

/// What a sweep needs in memory is known before it runs: too much is refused in words, and jobs are no more than there is room for.
@Suite struct MemoryTests {
  private func memory(_ parameters: String) throws -> MemoryEstimate {
    try spec(#"{name: "a", experiment: "cnn", repetitions: 1, parameters: {\#(parameters)}}"#).memory
  }

  /// Measured peaks lie under the estimate, and not far under.
  @Test func estimatesHoldFromAbove() throws {
    let binary = try Binary(.release).path
    let common = ["trainMaxSteps=0", "trainTargetLoss=1e5", "stepSize=0"]
    let script = """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
      """
    for words in [
      ["samples=700", "unlearnSteps=1"], ["samples=40", "filtersPerClass=4000", "unlearnSteps=1", "testSamples=0"],
      ["samples=300", "testSamples=10000", "unlearnSteps=1"], ["samples=400", "unlearnSteps=60000", "batchSize=200", "filtersPerClass=1"],
    ] {
      let parameters = (words + common).map { $0.replacingOccurrences(of: "=", with: ": ") }.joined(separator: ", ")
      let estimate = try memory(parameters).bytes
      let peak = try #require(Int(try Python.run(script, [binary, "trial"] + words + common).output.trimmingCharacters(in: .newlines)))
      // The program itself takes some 15 MB; copies that are kept for other cells are counted, and one trial has none.
      #expect(peak < estimate + 20_000_000 && estimate < 4 * peak, "\(words): \(peak) bytes, estimated \(estimate)")
    }
  }

  /// Values of the documented ranges that no machine here can hold: refused, never a trap, wherever they are met.
  @Test func tooMuchIsRefusedInWords() throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release).path
    let cases = [
      ("samples: 10000, filtersPerClass: 10000, testSamples: 10000, dimension: 1000000000", "testSamples"),
      ("samples: 10000, unlearnSteps: 1000000, batchSize: 5000", "unlearnSteps x batchSize"),
    ]
    for (parameters, culprit) in cases {
      let path = folder.path + "/large.json5"
      try "{name: \"large\", experiment: \"cnn\", repetitions: 3, parameters: {\(parameters)}}".write(toFile: path, atomically: true, encoding: .utf8)
      let trial = ["trial"] + parameters.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: ": ", with: "=") }
      for arguments in [["run", path, "--output", folder.path + "/output"], ["run", path, "--dry-run", "--output", folder.path + "/output"], trial] {
        let result = try Program.run("/bin/bash", ["-c", "ulimit -v 8000000; exec \"$0\" \"$@\"", binary] + arguments)
        #expect(result.status == 69 && !result.wasKilled, "\(arguments): \(result.talk)")
        for words in ["of memory", "available here", "Take less of these", culprit] { #expect(result.talk.contains(words), "\(words) in: \(result.talk)") }
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/output"))
    }
  }

  /// As many jobs as fit; the bits do not depend on it.
  @Test func jobsAreBounded() throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release).path, path = folder.path + "/wide.json5"
    let parameters = "samples: 300, filtersPerClass: 300, dimension: 100000, testSamples: 2000, trainMaxSteps: 0, trainTargetLoss: 1e5, unlearnSteps: 2"
    try
      "{name: \"wide\", experiment: \"cnn\", repetitions: 2, axes: {filtersPerClass: [1, 300]}, parameters: {\(parameters.replacingOccurrences(of: "filtersPerClass: 300, ", with: ""))}}"
      .write(toFile: path, atomically: true, encoding: .utf8)
    let need = try SweepSpec(json5: Array(String(contentsOfFile: path, encoding: .utf8).utf8), file: path).memory
    #expect(need.bytes == (try memory(parameters)).bytes)
    func run(_ limit: Int, _ output: String) throws -> Program.Result {
      try Program.run("/bin/bash", ["-c", "ulimit -v \(limit); exec \(binary) run \(path) --jobs 12 --no-figures --output \(folder.path)/\(output)"])
    }
    let tight = try run(700_000, "tight"), wide = try run(64_000_000, "wide")
    #expect(tight.status == 0 && tight.talk.contains(/\d+ jobs? at one time and not 12: each needs about/), "\(tight.talk)")
    #expect(wide.status == 0)
    #expect(try exported(OutputFolder(folder.path + "/tight")).bytes == exported(OutputFolder(folder.path + "/wide")).bytes)
  }

  /// Whatever the order of axes and of their values, the most demanding cell is found.
  @Test func theLargestCellIsFound() throws {
    let axes = ["dimension: [100, 1000000]", "filtersPerClass: [10000, 10]", "sampling: ['uniform', 'bernoulli']"]
    let expected = try memory("samples: 40, testSamples: 100, dimension: 1000000, filtersPerClass: 10000").bytes
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
      let text = order.map { axes[$0] }.joined(separator: ", ")
      let found = try spec(#"{name: "a", experiment: "cnn", repetitions: 1, axes: {\#(text)}, parameters: {samples: 40, testSamples: 100}}"#).memory.bytes
      #expect(found == expected && found > 3_000_000_000, "\(text): \(found)")
    }
  }

  /// Whatever Slurm or a control group is said to grant.
  @Test(arguments: [["SLURM_MEM_PER_NODE": "9223372036854775807"], ["SLURM_MEM_PER_CPU": "9223372036854775807", "SLURM_CPUS_PER_TASK": "8"]])
  func grantsAreNumbers(environment: [String: String]) throws {
    let result = try Program(Binary(.release).path, ["trial", "trainMaxSteps=0", "trainTargetLoss=1e5"], environment: environment).wait()
    #expect(result.status == 0, "\(result.talk)")
  }

  @Test func aGrantThatIsSmallRefuses() throws {
    let result = try Program(Binary(.release).path, ["trial", "samples=2000"], environment: ["SLURM_MEM_PER_NODE": "100"]).wait()
    #expect(result.status == 69 && result.talk.contains("105 MB are available here"), "\(result.talk)")
  }

  @Test func aPlanOfLargeTrialsIsNotTimed() throws {
    let spec = try spec(#"{name: "a", experiment: "cnn", repetitions: 2, parameters: {samples: 3000}}"#), start = ContinuousClock.now
    let pilot = try Pilot(Plan(spec, in: OutputFolder("/nowhere")), budget: 0.1)
    #expect(ContinuousClock.now - start < .seconds(5) && pilot.sampled.trials == 0 && pilot.seconds > 10)
  }
}
