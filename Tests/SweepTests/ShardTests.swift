import Engine
import Foundation
import Specs
import Storage
import TestSupport
import Testing

/// Shards: whoever works on what, in how many parts and after whatever accident, the stores together hold what one machine would have stored.
@Suite struct ShardTests {
  private let axes = "snr: [0.2, 0.5, 1], dimension: [40, 60], forgetRatio: [0.1, 0.2, 0.3, 0.4]"

  private func shardSpec(axes: String, repetitions: Int = 2, seed: Int = 3) throws -> SweepSpec {
    try spec(
      """
      { name: "test", experiment: "cnn", seed: \(seed), repetitions: \(repetitions), axes: { \(axes) },
        parameters: { samples: 12, filtersPerClass: 2, trainBatchSize: 4, testSamples: 5, unlearnSteps: 30, trainTargetLoss: 0.3 } }
      """)
  }

  private func work(_ spec: SweepSpec, _ shard: Int, of count: Int, in folder: OutputFolder, restart: Int = 0) throws -> SweepRun {
    let run = try SweepRun(spec, in: folder, task: (try #require(Shard(index: shard, of: count)), restart), jobs: 2, now: 0)
    _ = try run.run()
    return run
  }

  private func bytesOfOneMachine(_ spec: SweepSpec) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    return try exported(folder.output).bytes
  }

  @Test func text() {
    #expect(Shard("3/8") == Shard(index: 3, of: 8) && Shard("3/8")?.description == "3/8")
    for wrong in ["", "3", "0/8", "9/8", "3/", "/8", "3/8/1", "a/b", "-1/8", "1/0", "1/1000000"] { #expect(Shard(wrong) == nil, "\(wrong)") }
  }

  @Test(arguments: [1, 2, 3, 7, 18]) func allShardsTogether(count: Int) throws {
    let spec = try shardSpec(axes: axes, repetitions: 3)
    let folder = try TemporaryFolder()
    let measured = try (1...count).map { try work(spec, $0, of: count, in: folder.output).progress.measured }
    #expect(measured.reduce(0, +) == spec.trials)
    #expect(measured.allSatisfy { $0 % 4 == 0 }, "networks stay whole")
    #expect(try exported(folder.output).bytes == bytesOfOneMachine(spec))
    #expect(try Plan(spec, in: folder.output).left == 0)
  }

  @Test func evenByEstimate() throws {
    // Two kinds of networks, one twenty times as dear.
    let estimates = (0..<1000).map { $0 % 10 == 0 ? 20.0 : 1.0 }
    let balance = ShardBalance(estimates: estimates, shards: 7)
    let ideal = estimates.reduce(0, +) / 7
    #expect(balance.costs.allSatisfy { abs($0 - ideal) <= 1 })
    for shard in 0..<7 {
      let own = estimates.indices.filter { balance.shards[$0] == Int32(shard) }
      #expect(own.reduce(0) { $0 + estimates[$1] } == balance.costs[shard])
      // Dealt through the whole sweep: what is done already is missing from all alike.
      #expect(own.count { $0 < 500 } > own.count / 3 && own.count { $0 >= 500 } > own.count / 3)
    }
    #expect(ShardBalance(estimates: estimates, shards: 7).shards == balance.shards)
  }

  @Test func fewerNetworksThanShards() {
    let balance = ShardBalance(estimates: [1, 1, 1], shards: 5)
    #expect(Set(balance.shards).count == 3 && balance.costs.count { $0 == 0 } == 2)
  }

  @Test func reshardedHalfWay() throws {
    let spec = try shardSpec(axes: axes, repetitions: 3), folder = try TemporaryFolder()
    var first = 0
    for shard in [1, 4, 5, 8] { first += try work(spec, shard, of: 8, in: folder.output).progress.measured }
    #expect(first > 0 && first < spec.trials)
    let second = try (1...3).map { try work(spec, $0, of: 3, in: folder.output).progress.measured }
    #expect(first + second.reduce(0, +) == spec.trials, "nothing is measured twice")
    #expect(try exported(folder.output).bytes == bytesOfOneMachine(spec))
  }

  @Test func aCopyThatStillWritesIsLetWrite() throws {
    let spec = try shardSpec(axes: axes), folder = try TemporaryFolder(), shard = try #require(Shard(index: 1, of: 2))
    let copy = try SweepRun(spec, in: folder.output, task: (shard, 0), jobs: 1, now: 0)
    let second = try work(spec, 1, of: 2, in: folder.output)
    #expect(second.notices.contains { $0.contains("is being written by process") && $0.contains("results-1-of-2-restart-1.sqlite") })
    _ = try copy.run()
    #expect(copy.progress.measured == second.progress.measured, "both ran to their end")
    _ = try work(spec, 2, of: 2, in: folder.output)
    #expect(try exported(folder.output).bytes == bytesOfOneMachine(spec))
  }

  @Test func damagedShardIsSetAsideAndMeasuredAgain() throws {
    let spec = try shardSpec(axes: axes, repetitions: 3), folder = try TemporaryFolder()
    let first = try work(spec, 1, of: 2, in: folder.output).progress.measured
    let second = try work(spec, 2, of: 2, in: folder.output).progress.measured
    let store = folder.output.path + "/results-1-of-2.sqlite"
    let whole = try Data(contentsOf: URL(fileURLWithPath: store))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: store))
    let status = try SweepStatus(of: folder.output)
    #expect(status.done == second && status.damaged.count == 1 && status.damaged[0].contains("results-1-of-2.sqlite is damaged"))
    #expect(throws: StoreError.self) { try exported(folder.output) }
    // The other shard has nothing to do with it.
    #expect(try work(spec, 2, of: 2, in: folder.output).progress.measured == 0)
    let told = try folder.output.damagedShards(of: spec, shard: Shard("1/2"), settingAside: true)
    #expect(told.count == 1 && told[0].contains("damaged-1-results-1-of-2.sqlite"))
    #expect(try work(spec, 1, of: 2, in: folder.output).progress.measured == first)
    #expect(try exported(folder.output).bytes == bytesOfOneMachine(spec))
  }

  @Test func statusByShard() throws {
    let spec = try shardSpec(axes: axes), folder = try TemporaryFolder()
    let measured = try work(spec, 2, of: 3, in: folder.output).progress.measured
    let shards = try SweepStatus(of: folder.output).shards
    #expect(shards.map(\.shard.index) == [1, 2, 3] && shards.reduce(0) { $0 + $1.trials } == spec.trials)
    #expect(shards[1].done == measured && shards[1].trials == measured && shards[1].writtenAt != nil && shards[1].writer == nil)
    #expect(shards[0].done == 0 && shards[0].writtenAt == nil)
    let running = try SweepRun(spec, in: folder.output, task: (try #require(Shard(index: 1, of: 3)), 0), jobs: 1, now: 0)
    #expect(try SweepStatus(of: folder.output).shards[0].writer?.hasPrefix("process ") == true)
    _ = try running.run()
  }

  @Test func mergedStoreHoldsEverything() throws {
    let spec = try shardSpec(axes: axes), other = try shardSpec(axes: axes, seed: 4)
    let folder = try TemporaryFolder(), away = try TemporaryFolder()
    for shard in 1...3 { _ = try work(spec, shard, of: 4, in: folder.output) }
    try run(other, in: folder.output)
    _ = try work(spec, 4, of: 4, in: away.output)
    let merge = try StoreMerge([away.output], into: folder.output)
    #expect(merge.files == 5 && merge.trials == 2 * spec.trials)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.output.path).sorted() == ["results.sqlite"])
    for sweep in [spec, other] {
      #expect(try Plan(sweep, in: folder.output).left == 0)
      try run(sweep, in: folder.output)
      #expect(try exported(folder.output).bytes == bytesOfOneMachine(sweep))
    }
    // What was merged from elsewhere stays there; merging it again adds nothing.
    #expect(try StoreMerge([away.output], into: folder.output).trials == 2 * spec.trials)
  }

  @Test func mergeRefusesContradictions() throws {
    let spec = try shardSpec(axes: axes), folder = try TemporaryFolder()
    for shard in 1...2 { _ = try work(spec, shard, of: 2, in: folder.output) }
    let forged = folder.output.path + "/results-2-of-2.sqlite", twin = folder.output.path + "/results-forged.sqlite"
    try FileManager.default.copyItem(atPath: forged, toPath: twin)
    let edit = try Program.run(
      "/usr/bin/env",
      [
        "python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE probe_training SET trainLoss = trainLoss * 2'); c.commit()",
        twin,
      ])
    #expect(edit.status == 0)
    #expect { try StoreMerge([], into: folder.output) } throws: { error in
      if case StoreError.contradiction = error { true } else { false }
    }
    #expect(FileManager.default.fileExists(atPath: forged) && FileManager.default.fileExists(atPath: twin), "nothing is removed")
  }

  /// A killed run leaves trials in the write-ahead log beside its file, which must neither be lost nor lie beside the merged file.
  @Test func mergeTakesUpWhatAKilledRunLeft() throws {
    let spec = try shardSpec(axes: axes), folder = try TemporaryFolder(), killed = try TemporaryFolder(), whole = try TemporaryFolder()
    try run(spec, in: whole.output)
    let reader = try StoreReader(whole.output, spec: spec)
    let records = try (0..<spec.grid.count).flatMap { cell in
      try reader.trials(ofCell: cell).map { TrialRecord(cell: cell, repetition: $0.repetition, result: $0.result) }
    }
    for path in [folder.output.path, killed.output.path] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    let writer = try StoreWriter(folder.output.store, for: spec, journal: .writeAhead, now: 0)
    try writer.write(records)
    // As the disk is at this moment.
    for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder.output.store + suffix, toPath: killed.output.store + suffix) }
    withExtendedLifetime(writer) {}
    #expect(try StoreMerge([], into: killed.output).trials == spec.trials)
    #expect(try FileManager.default.contentsOfDirectory(atPath: killed.output.path) == ["results.sqlite"])
    #expect(try exported(killed.output).bytes == exported(whole.output).bytes)
  }
}
