import Foundation
import TestSupport
import Testing

/// `frontier run SPEC name=value`: a sweep with other values has results of its own, which every command reads from its folder alone.
@Suite struct OverrideCommandTests {
  private let values = ["forgetRatio=0.01,0.3", "unlearnSteps=10", "repetitions=2"]

  /// The same trials as of a file in which the values stand, to the byte.
  @Test func aSweepWithOtherValuesIsThatOfAFileWithThem() throws {
    let sweep = try SweepCase(repetitions: 1)
    let first = try sweep.binary.run(["run", sweep.spec] + values + ["--output", sweep.output, "--no-figures"])
    #expect(first.status == 0 && first.output.contains("24: 12 cells, 2 repetitions each"), "\(first.talk)")
    let copy = sweep.folder.path + "/copy.json5", other = sweep.folder.path + "/other"
    try String(contentsOfFile: sweep.spec, encoding: .utf8).replacing("{from: 0.01, to: 0.5, count: 25}", with: "[0.01, 0.3]")
      .replacing("repetitions: 1", with: "repetitions: 2").replacing("unlearnSteps: 30", with: "unlearnSteps: 10")
      .write(toFile: copy, atomically: true, encoding: .utf8)
    #expect(try sweep.binary.run(["run", copy, "--output", other, "--no-figures"]).status == 0)
    #expect(try sweep.export() == sweep.export(other))
    #expect(try sweep.binary.run(["verify", sweep.output]).status == 0)
  }

  /// Another folder than the file's own, in which the same values, in any order, find everything done.
  @Test func itHasAFolderOfItsOwn() throws {
    let sweep = try SweepCase(repetitions: 1), here = sweep.folder.path
    func run(_ words: [String]) throws -> Program.Result {
      try Program.run("/usr/bin/env", ["-C", here, sweep.binary.path, "run", "small.json5"] + words + ["--no-figures"])
    }
    let name = "small-repetitions=2-forgetRatio=0.01,0.3-unlearnSteps=10"
    #expect(try run(values).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: here + "/output") == [name])
    let again = try run(values.reversed())
    #expect(again.status == 0 && again.talk.contains("nothing to do"), "\(again.talk)")
    #expect(try run([]).status == 0)
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: here + "/output")) == [name, "small"])
    #expect(try sweep.binary.run(["status", here + "/output/" + name, "--json"]).output.contains("\"name\": \"\(name)\""))
  }

  /// With an axis fixed a sweep runs, and says which of its views cannot be.
  @Test func viewsThatCannotBeAreTold() throws {
    let folder = try TemporaryFolder(), spec = Repository.root.path + "/sweeps/quickstart.json5"
    let result = try Binary(.release).run(["run", spec, "snr=0.5", "repetitions=1", "--output", folder.path + "/a"])
    #expect(result.status == 0 && result.talk.contains("frontier: the view over snr and forgetRatio is left out: snr has one value now"), "\(result.talk)")
  }

  /// Tasks follow a copy with the values in it.
  @Test func submitWritesWhatItRuns() throws {
    let sweep = try SweepCase(repetitions: 1)
    let result = try sweep.binary.run(["submit", sweep.spec] + values + ["--shards", "2", "--dry-run", "--output", sweep.output])
    #expect(result.status == 0 && result.output.contains("24, of which 0 stored already"), "\(result.talk)")
    let copies = try FileManager.default.contentsOfDirectory(atPath: sweep.output + "/slurm").filter { $0.hasSuffix(".json5") }
    let copy = sweep.output + "/slurm/" + (try #require(copies.first)), one = sweep.folder.path + "/one", two = sweep.folder.path + "/two"
    #expect(try sweep.binary.run(["run", copy, "--output", one, "--no-figures"]).status == 0)
    #expect(try sweep.binary.run(["run", sweep.spec] + values + ["--output", two, "--no-figures"]).status == 0)
    #expect(try sweep.export(one) == sweep.export(two))
  }

  @Test(arguments: [
    (["stepSize=50", "SPEC"], ["stepSize=50 stands where the specification is needed", "SPEC stepSize=50"]),
    (["SPEC", "--seed", "2"], ["run takes seed without dashes: seed=2"]),
    (["SPEC", "--stepSize=50"], ["run takes stepSize without dashes: stepSize=50"]),
    (["SPEC", "50"], ["takes a specification and name=value words, and got '50' besides"]),
    (["SPEC", "stepsize=50"], ["stepsize=50", "did you mean stepSize?"]),
    (["SPEC", "batchSize=13"], ["batchSize=13", "from 1 to 12"]),
  ])
  func aMistakeIsNamed(words: [String], told: [String]) throws {
    let sweep = try SweepCase(repetitions: 1)
    let result = try sweep.binary.run(["run"] + words.map { $0 == "SPEC" ? sweep.spec : $0 })
    #expect(result.status == 64 && result.output.isEmpty)
    for part in told { #expect(result.talk.contains(part), "'\(part)' in: \(result.talk)") }
  }
}
