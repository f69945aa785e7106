import Engine
import Experiments
import Results
import Specs
import Storage
import Synchronization
import TestSupport
import Testing

/// A chooser decides from results, wave by wave; the engine asks what is missing.
@Suite struct ChooserTests {
  /// First one repetition everywhere; then all of them, where neighbours differ in whether they forgot; then, there, nothing but one probe
  /// of the rest.
  private struct Boundary: Chooser {
    let asked = Asked()

    final class Asked: Sendable {
      let waves = Mutex<[Int]>([])
    }

    func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? {
      asked.waves.withLock { $0.append(number) }
      switch number {
      case 0: return Wave { _, repetition in repetition == 0 }
      case 1:
        let table = try known(), row = table.spec.grid.axes.last?.values.count ?? 1
        let forgot = (0..<table.spec.grid.count).map { table.number("forgetAccuracy", cell: $0, repetition: 0).map { $0 <= 0.5 } }
        let chosen = Set(
          forgot.indices.filter { i in
            let along = [i - 1, i + 1].filter { $0 / row == i / row }, across = [i - row, i + row]
            return (along + across).contains { forgot.indices.contains($0) && forgot[$0] != forgot[i] }
          })
        return Wave { cell, _ in chosen.contains(cell) }
      case 2: return Wave(probes: ["training"]) { _, repetition in repetition == 1 }
      default: return nil
      }
    }
  }

  private let axes = "snr: [0.1, 0.5, 1], forgetRatio: [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]"

  /// Of every trial the values of its probes.
  private func stored(_ folder: OutputFolder, _ spec: SweepSpec) throws -> [String: TrialResult] {
    var trials: [String: TrialResult] = [:]
    try StoreReader(folder, spec: spec).forEachTrial { trials["\($0) \($1)"] = $2 }
    return trials
  }

  @Test func wavesRestOnWhatWasMeasured() throws {
    let spec = try cnnSpec(axes: axes, repetitions: 3), full = try TemporaryFolder()
    try run(spec, in: full.output)
    let whole = try stored(full.output, spec)
    var results: [[String: TrialResult]] = []
    for jobs in [1, 2] {
      let folder = try TemporaryFolder(), chooser = Boundary()
      let sweep = try SweepRun(spec, in: folder.output, jobs: jobs, chooser: chooser, now: 0)
      guard case .complete = try sweep.run() else {
        Issue.record("the sweep is not complete")
        continue
      }
      #expect(chooser.asked.waves.withLock { $0 } == [0, 1, 2, 3])
      let measured = try stored(folder.output, spec)
      results.append(measured)
      #expect(sweep.progress.of == sweep.progress.measured)
      // Fewer than all, the same bits where both measured, and of the last wave one probe alone.
      #expect(measured.count < spec.trials && measured.count > spec.grid.count)
      for (trial, result) in measured {
        for (ours, theirs) in zip(result.probes, try #require(whole[trial]).probes) where ours != nil { #expect(ours == theirs) }
      }
      #expect(measured.values.contains { $0.probes[0] != nil && $0.probes[1] == nil })
      // Resumed, nothing is missing: the same choices are made of what is stored.
      let again = try SweepRun(spec, in: folder.output, jobs: jobs, chooser: Boundary(), now: 0)
      #expect(again.plan.left == 0)
      let end = try again.run()
      if case .stopped = end { Issue.record("nothing was left, and the run is not complete") }
      #expect(again.progress.measured == 0)
      // The whole grid takes up what is there.
      #expect(try run(spec, in: folder.output).measured > 0)
      #expect(try stored(folder.output, spec) == whole)
    }
    #expect(results.count == 2 && results[0] == results[1])
  }

  /// A run that is stopped in one wave goes on with it.
  @Test func aWaveIsResumed() throws {
    let spec = try cnnSpec(axes: axes, repetitions: 3), whole = try TemporaryFolder(), parts = try TemporaryFolder()
    _ = try SweepRun(spec, in: whole.output, jobs: 2, chooser: Boundary(), now: 0).run()
    // Part of the first wave, by hand.
    struct Some: Chooser {
      func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? { number == 0 ? Wave { $0 % 3 == 0 && $1 == 0 } : nil }
    }
    _ = try SweepRun(spec, in: parts.output, jobs: 2, chooser: Some(), now: 0).run()
    _ = try SweepRun(spec, in: parts.output, jobs: 2, chooser: Boundary(), now: 0).run()
    #expect(try stored(parts.output, spec) == stored(whole.output, spec))
  }

  /// Shards choose from whole waves alone: one that is started again before the others are done waits for them, and in the end all have made the same choices as one machine.
  @Test func shardsMakeTheSameChoices() throws {
    let spec = try cnnSpec(axes: axes, repetitions: 3), whole = try TemporaryFolder(), parts = try TemporaryFolder()
    _ = try SweepRun(spec, in: whole.output, jobs: 2, chooser: Boundary(), now: 0).run()
    func work(_ index: Int) throws -> Int {
      let shard = try #require(Shard(index: index, of: 2))
      let run = try SweepRun(spec, in: parts.output, task: (shard, 0), jobs: 1, chooser: Boundary(), now: 0)
      guard case .complete = try run.run() else {
        Issue.record("shard \(index) was stopped")
        return 0
      }
      return run.progress.measured
    }
    let first = try work(1)
    #expect(try first > 0 && work(1) == 0, "the second time it waits for the other shard")
    // The other shard does its part of the first wave, and, as that is whole now, its part of the next.
    #expect(try work(2) > spec.grid.count - first)
    var turns = 0
    while try work(1) + work(2) > 0, turns < 5 { turns += 1 }
    #expect(try stored(parts.output, spec) == stored(whole.output, spec))
  }
}
