import Foundation
import TestSupport
import Testing

/// The commands of a sweep from the outside: results on standard output, talk on standard error, exit codes.
@Suite struct SweepCommandTests {
  @Test func runThenStatusThenNothingToDo() throws {
    let sweep = try SweepCase(repetitions: 2)
    let first = try sweep.run()
    #expect(first.status == 0 && first.talk.contains("measured 300 trials"))
    #expect(first.output.contains("done            300") && first.output.contains("left            0"))
    let status = try sweep.binary.run(["status", sweep.output + "/"])
    #expect(status.status == 0 && status.talk.isEmpty && status.output == first.output)
    let again = try sweep.run()
    #expect(again.status == 0 && again.output == first.output)
    #expect(again.talk == "frontier: nothing to do: all 300 trials are stored in \(sweep.output)\n")
  }

  @Test func statusCountsAsJSON() throws {
    let sweep = try SweepCase(repetitions: 2)
    try sweep.run()
    let result = try sweep.binary.run(["status", sweep.output, "--json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let counts = ["cells": 150, "repetitions": 2, "trials": 300, "done": 300, "completed": 300, "notTrained": 0, "failed": 0, "left": 0, "otherSettings": 0]
    for (key, count) in counts { #expect(object[key] as? Int == count, "\(key)") }
    #expect(object["name"] as? String == "small" && object["escaped"] as? Int ?? -1 > 0)
  }

  @Test func dryRunPlansAndStoresNothing() throws {
    let sweep = try SweepCase(repetitions: 2)
    let plan = try sweep.binary.run(sweep.arguments(jobs: 2) + ["--dry-run"])
    #expect(plan.status == 0 && plan.talk.isEmpty)
    for words in ["small (cnn), seed 5", "150, 2 repetitions", "trials     300", "6 to train", "with --jobs 2", "forgetRatio, 25 values"] {
      #expect(plan.output.contains(words), "\(words) in: \(plan.output)")
    }
    #expect(!FileManager.default.fileExists(atPath: sweep.output))
    try sweep.run()
    #expect(try sweep.binary.run(sweep.arguments(jobs: 2) + ["--dry-run"]).output.contains("300, of which 300 stored already; 0 to do"))
  }

  @Test func exportToFileAndToStandardOutput() throws {
    let sweep = try SweepCase(repetitions: 1)
    try sweep.run()
    let file = sweep.folder.path + "/out.csv"
    let written = try sweep.binary.run(["export", sweep.output, "--format=csv", "--to", file])
    #expect(written.status == 0 && written.output.isEmpty && written.talk.contains("150 trials"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == sweep.export())
    let nowhere = try sweep.binary.run(["export", sweep.output, "--format", "csv", "--to", sweep.folder.path + "/none/out.csv"])
    #expect(nowhere.status == 73 && nowhere.talk.contains("cannot create"))
  }

  @Test func verifyComparesBits() throws {
    let sweep = try SweepCase(repetitions: 1)
    try sweep.run()
    let good = try sweep.binary.run(["verify", sweep.output, "--sample", "30"])
    #expect(good.status == 0 && good.output == "30 trials measured again: every bit is as stored\n")
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE probe_training SET trainLoss = trainLoss * (1 + 1e-15)'); c.commit()"
    #expect(try Python.run(script, [sweep.output + "/results.sqlite"]).status == 0)
    let bad = try sweep.binary.run(["verify", sweep.output, "--sample", "30"])
    #expect(bad.status == 1 && bad.talk.contains("differ from what is stored") && bad.output.contains("trainLoss is stored as"))
  }

  /// Without a terminal a line now and then; here none, because it is over too soon.
  @Test func quietWithoutATerminal() throws {
    let sweep = try SweepCase(repetitions: 2)
    #expect(try sweep.run().talk.split(separator: "\n").count == 1)
  }

  @Test func inATerminalOneLineIsWrittenAnew() throws {
    let sweep = try SweepCase(repetitions: 200)
    let command = ([sweep.binary.path] + sweep.arguments(jobs: 2)).map { "'\($0)'" }.joined(separator: " ")
    let result = try Program.run("/usr/bin/env", ["script", "-qec", command, "/dev/null"])
    #expect(result.status == 0)
    #expect(result.output.contains(/\r\d+ of 30000 trials \(\d+ %\), \d+\/s, [\d.:]+ (s|min) left/))
  }

  static let mistakes: [(arguments: [String], status: Int32, told: [String])] = [
    (["run"], 64, ["run needs a specification", "sweeps/quickstart.json5"]),
    (["run", "nosuch.json5"], 66, ["cannot read nosuch.json5", "no such file"]),
    (["run", "sweeps"], 66, ["cannot read sweeps", "is a folder", "frontier run sweeps/quickstart.json5"]),
    (["run", "README.md"], 64, ["README.md:1:1:"]),
    (["run", "sweeps/quickstart.json5", "--job", "2"], 64, ["no option of run '--job'", "did you mean --jobs"]),
    (["run", "sweeps/quickstart.json5", "--jobs", "0"], 64, ["--jobs 0", "from 1 to 1024"]),
    (["run", "sweeps/quickstart.json5", "--jobs"], 64, ["--jobs needs a whole number"]),
    (["run", "sweeps/quickstart.json5", "--dry-run=yes"], 64, ["--dry-run takes no value"]),
    (["run", "sweeps/quickstart.json5", "sweeps/full-grid.json5"], 64, ["takes a specification", "full-grid", "besides"]),
    (["status"], 64, ["status needs an output folder"]),
    (["status", "output/nosuch"], 66, ["cannot read output/nosuch", "no such folder"]),
    (["status", "sweeps"], 66, ["holds no results", "frontier run"]),
    (["status", "sweeps/quickstart.json5"], 66, ["is a file", "output folder"]),
    (["export", "sweeps"], 64, ["--format csv|json|npz"]),
    (["export", "sweeps", "--format", "cvs"], 64, ["no format 'cvs'", "did you mean csv"]),
    (["export", "sweeps", "--format", "csv"], 66, ["holds no results"]),
    (["verify", "sweeps", "--sample", "none"], 64, ["--sample none", "whole number"]),
    (["resume", "sweeps"], 64, ["no command 'resume'"]),
  ]

  @Test(arguments: mistakes.indices) func aMistakeIsNamed(index: Int) throws {
    let (arguments, status, told) = Self.mistakes[index]
    let words = arguments.map {
      ["sweeps", "README.md"].contains($0) || $0.hasSuffix("k.json5") || $0.hasSuffix("quickstart.json5") || $0.hasSuffix("grid.json5")
        ? Repository.root.path + "/" + $0 : $0
    }
    let result = try Binary(.release).run(words)
    #expect(result.status == status && result.output.isEmpty, "\(result.talk)")
    let talk = result.talk.replacingOccurrences(of: Repository.root.path + "/", with: "")
    for part in told { #expect(talk.contains(part), "'\(part)' in: \(talk)") }
  }
}
