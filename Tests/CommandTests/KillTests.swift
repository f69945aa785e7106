import Foundation
import TestSupport
import Testing

/// Whatever ends a sweep, the next run continues it to the same bytes.
@Suite struct KillTests {
  @Test func killedAHundredTimes() throws {
    let sweep = try SweepCase(repetitions: 334, steps: 250), kills = 100
    // Moments from before a run has opened its store to well after its first commit, by a fixed sequence: a loaded machine takes its time for both.
    let firstCommit = try sweep.timeOfFirstCommit()
    let words = sequence(first: 1 as UInt64) { $0 &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }.prefix(kills)
    var inMidRun = 0, stored: [Int] = []
    for (i, share) in words.map({ 0.2 + 1.8 * Double($0 >> 33) / Double(1 << 31) }).enumerated() {
      let program = try sweep.binary.start(sweep.arguments(jobs: 1 + i % 2))
      usleep(UInt32(share * firstCommit * 1e6))
      program.send(SIGKILL)
      if try program.wait().wasKilled { inMidRun += 1 }
      stored.append(try sweep.count("done"))
    }
    #expect(inMidRun == kills, "the sweep is too short for this machine")
    // It got on between kills, and never lost what it had. A run that is killed before its first commit gets nowhere.
    #expect(stored == stored.sorted() && Set(stored).count > kills / 4 && stored.last ?? 0 > 1000, "\(stored)")

    let rest = try sweep.run()
    #expect(rest.status == 0 && rest.talk.contains("trials are stored already"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: sweep.output) == ["results.sqlite"])
    let export = try sweep.export()
    #expect(export.split(separator: "\n").count == 50_101)
    for jobs in [1, 2] {
      let whole = sweep.folder.path + "/whole-\(jobs)"
      #expect(try sweep.run(jobs: jobs, output: whole).status == 0)
      #expect(try sweep.export(whole) == export, "--jobs \(jobs)")
    }
  }

  /// The same of a shard, whose store keeps another journal: without any warning nothing is lost that was stored.
  @Test func killedShard() throws {
    let sweep = try SweepCase(repetitions: 200)
    var stored: [Int] = [], inMidRun = 0
    for moment in stride(from: 60, to: 600, by: 60) {
      let program = try sweep.binary.start(sweep.arguments(jobs: 1) + ["--shard", "1/2"])
      usleep(UInt32(moment) * 1000)
      program.send(SIGKILL)
      if try program.wait().wasKilled { inMidRun += 1 }
      stored.append(try sweep.count("done"))
    }
    #expect(inMidRun > 3 && stored == stored.sorted() && Set(stored).count > 3, "\(stored)")
    for shard in 1...2 { #expect(try sweep.binary.run(sweep.arguments(jobs: 2) + ["--shard", "\(shard)/2"]).status == 0) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: sweep.output).sorted() == ["results-1-of-2.sqlite", "results-2-of-2.sqlite"])
    let export = try sweep.export(), whole = sweep.folder.path + "/whole"
    try sweep.run(output: whole)
    #expect(try sweep.export(whole) == export)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalStopsInOrder(signal: Int32) throws {
    let sweep = try SweepCase(repetitions: 2000)
    let program = try sweep.binary.start(sweep.arguments(jobs: 2))
    try #require(try sweep.waitForTrials(program))
    let start = ContinuousClock.now
    program.send(signal)
    let result = try program.wait()
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(result.status == 75 && !result.wasKilled && result.output.isEmpty)
    #expect(result.talk.contains("stopped") && result.talk.contains("frontier run \(sweep.spec) --output \(sweep.output) --jobs 2"))
    // Everything that it says it measured is there.
    let measured = try #require(result.talk.firstMatch(of: /measured (\d+) trials/)).1
    #expect(try sweep.count("done") == Int(measured))
    #expect(try FileManager.default.contentsOfDirectory(atPath: sweep.output) == ["results.sqlite"])
  }

  /// However fast trials are, what is reported is stored: a sweep of a million, stopped or killed while it runs.
  @Test func fastTrialsDoNotOutrunTheStore() throws {
    let folder = try TemporaryFolder(), spec = folder.path + "/fast.json5", binary = try Binary(.release)
    try """
    { name: "fast", experiment: "hessian", repetitions: 1000, axes: { coherence: {from: 1, to: 20, count: 20}, stepSize: {from: 0.1, to: 1, count: 50} },
      parameters: { samples: 20, batchSize: 2, steps: 3 } }
    """.write(toFile: spec, atomically: true, encoding: .utf8)
    for (signal, shard) in [(SIGTERM, []), (SIGTERM, ["--shard", "1/2"]), (SIGKILL, []), (SIGKILL, ["--shard", "1/2"])] {
      let output = folder.path + "/\(signal)-\(shard.count)"
      func done() throws -> Int {
        let status = try binary.run(["status", output, "--json"])
        return Int(status.output.firstMatch(of: /"done": (\d+)/)?.1 ?? "0") ?? 0
      }
      let program = try binary.start(["run", spec, "--output", output, "--no-figures", "--jobs", "2"] + shard)
      while try done() == 0, program.isRunning { usleep(50_000) }
      let before = try done(), start = ContinuousClock.now
      try #require(program.isRunning)
      program.send(signal)
      let result = try program.wait()
      #expect(ContinuousClock.now - start < .seconds(2))
      if signal == SIGTERM {
        #expect(result.status == 75)
        #expect(try Int(#require(result.talk.firstMatch(of: /measured (\d+) trials/)).1) == done())
      }
      #expect(try done() >= before && before > 0)
    }
  }

  /// A trial that takes longer than anyone waits is given up, not waited for.
  @Test func aLongTrialDoesNotDelayAStop() throws {
    let folder = try TemporaryFolder(), spec = folder.path + "/long.json5"
    try """
    { name: "long", experiment: "cnn", repetitions: 2,
      parameters: { samples: 400, filtersPerClass: 100, trainTargetLoss: 1e-9, trainMaxSteps: 1000000 } }
    """.write(toFile: spec, atomically: true, encoding: .utf8)
    let program = try Binary(.release).start(["run", spec, "--output", folder.path + "/output", "--jobs", "2"])
    usleep(500_000)
    try #require(program.isRunning)
    let start = ContinuousClock.now
    program.send(SIGTERM)
    #expect(try program.wait().status == 75)
    #expect(ContinuousClock.now - start < .seconds(2))
  }
}
