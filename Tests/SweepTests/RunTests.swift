import Engine
import Experiments
import Foundation
import Specs
import Storage
import TestSupport
import Testing

/// A run measures every missing trial once, in whatever order, and stops when it is told.
@Suite struct RunTests {
  private let axes = "snr: [0.2, 0.5, 1], forgetRatio: [0.1, 0.2, 0.3], batchSize: [2, 5]"

  @Test func anyNumberOfJobsGivesTheSameBytes() throws {
    let spec = try cnnSpec(axes: axes, repetitions: 3)
    var exports: [[UInt8]] = []
    for jobs in [1, 2, 7] {
      let folder = try TemporaryFolder()
      #expect(try run(spec, in: folder.output, jobs: jobs).measured == 54)
      exports.append(try exported(folder.output).bytes)
    }
    #expect(exports[0].count > 1000 && exports.allSatisfy { $0 == exports[0] })
  }

  @Test func synthetic() throws {
    let spec = try spec(
      #"{name: "a", experiment: "hessian", repetitions: 5, axes: {batchSize: [1, 4], forgetRatio: [0, 0.2], stepSize: [0.5, 1.5]}, parameters: {samples: 20, coherence: 4, steps: 50}}"#
    )
    let folder = try TemporaryFolder()
    #expect(try run(spec, in: folder.output).measured == 40)
    let reader = try StoreReader(folder.output, spec: spec)
    for cell in 0..<spec.grid.count {
      for (repetition, result) in try reader.trials(ofCell: cell) {
        let measured = try spec.grid.cell(at: cell).measure(seed: 1, repetition: repetition)
        #expect(result == measured)
      }
    }
  }

  /// Trials that cannot train are results: stored with their reason, counted, and not measured again.
  @Test func notTrainedIsAResult() throws {
    let spec = try cnnSpec(axes: "trainMaxSteps: [0, 20000], forgetRatio: [0.1, 0.2]")
    let folder = try TemporaryFolder()
    let progress = try run(spec, in: folder.output)
    #expect(progress.measured == 8 && progress.notTrained == 4 && progress.failed == 0)
    let status = try SweepStatus(of: folder.output)
    #expect(status.done == 8 && status.completed == 4 && status.notTrained == 4 && status.failed == 0 && status.left == 0)
    #expect(status.examples.count == 3)
    #expect(status.examples[0].trial == "trainMaxSteps=0 forgetRatio=0.1 repetition=0" && status.examples[0].reason.contains("above its target 0.3"))
    #expect(try run(spec, in: folder.output).measured == 0)
    let rows = try exported(folder.output).text.split(separator: "\n")
    #expect(rows.count { $0.contains(",notTrained,") && $0.contains("above its target") } == 4)
  }

  /// A diverging run is a completed one, that says when it overflowed.
  @Test func overflowIsAResult() throws {
    let spec = try cnnSpec(axes: "stepSize: [1, 1e6], forgetRatio: [0.1, 0.9]", parameters: "loss: \"squared\"")
    let folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    let status = try SweepStatus(of: folder.output)
    #expect(status.completed == 8 && (status.escaped ?? -1) > 0 && (status.escaped ?? -1) < 8)
    let text = try exported(folder.output).text
    #expect(!text.lowercased().contains("nan") && !text.contains("inf"))
  }

  @Test func stoppedRunsContinueToTheSameBytes() throws {
    let spec = try cnnSpec(axes: "snr: [0.2, 0.5, 1], forgetRatio: {from: 0.01, to: 0.5, count: 40}", repetitions: 8)
    let whole = try TemporaryFolder(), folder = try TemporaryFolder()
    try run(spec, in: whole.output)
    var stops = 0
    for attempt in 0..<60 {
      let sweep = try SweepRun(spec, in: folder.output, jobs: 2, now: 0)
      let timer = DispatchSource.makeTimerSource()
      timer.schedule(deadline: .now() + .milliseconds(attempt < 50 ? 5 + attempt : 60_000))
      timer.setEventHandler { sweep.stop() }
      timer.resume()
      if case .complete = try sweep.run() { break }
      stops += 1
      #expect(sweep.progress.measured < sweep.plan.left)
      // What was measured is stored, and nothing else.
      #expect(try Plan(spec, in: folder.output).stored == sweep.plan.stored + sweep.progress.measured)
    }
    #expect(stops > 0)
    #expect(try exported(folder.output).bytes == exported(whole.output).bytes)
  }

  @Test func aStopBeforeTheStartIsAStop() throws {
    let folder = try TemporaryFolder()
    let sweep = try SweepRun(try cnnSpec(axes: axes), in: folder.output, jobs: 2, now: 0)
    sweep.stop()
    guard case .stopped = try sweep.run() else {
      Issue.record("the run did not stop")
      return
    }
    #expect(sweep.progress.measured == 0)
  }

  @Test func verificationFindsAForgedFigure() throws {
    let spec = try cnnSpec(axes: axes), folder = try TemporaryFolder(), forged = try TemporaryFolder()
    try run(spec, in: folder.output)
    let good = try Verification(of: folder.output, sample: 1000)
    #expect(good.compared == 36 && good.differences.isEmpty)
    #expect(try Verification(of: folder.output, sample: 5).compared == 5)

    let reader = try StoreReader(folder.output, spec: spec)
    try FileManager.default.createDirectory(atPath: forged.output.path, withIntermediateDirectories: true)
    let writer = try StoreWriter(forged.output.store, for: spec, journal: .writeAhead, now: 0)
    let column = try #require(spec.experiment.columns.firstIndex { $0.name == "retainLoss" })
    for (repetition, result) in try reader.trials(ofCell: 7) {
      var values = result.values
      guard case .number(let loss) = values[column] else { continue }
      if repetition == 1 { values[column] = .number(loss.nextUp) }
      try writer.write([TrialRecord(cell: 7, repetition: repetition, result: TrialResult(of: cnn, result.outcome, values: values))])
    }
    let bad = try Verification(of: forged.output, sample: 1000)
    #expect(bad.compared == 2 && bad.differences.map(\.column) == ["retainLoss"])
    #expect(bad.differences.first?.trial == "snr=0.5 forgetRatio=0.1 batchSize=5 repetition=1")
  }
}
