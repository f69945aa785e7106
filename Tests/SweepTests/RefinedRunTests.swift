import Dispatch
import Engine
import Exports
import Experiments
import Results
import Specs
import Storage
import Synchronization
import TestSupport
import Testing
import Verdicts

/// Refined sweeps that are run: resumed, in shards, beside what else is stored, and what is said of them.
@Suite struct RefinedRunTests {
  private static let axes = "snr: { from: 0.1, to: 1, count: 9 }, forgetRatio: { from: 0.02, to: 0.9, count: 13 }"

  private func sweep(_ refine: String = #"refine: { event: ["forgetSuccess", "retainSuccess"], depth: 2 },"#) throws -> SweepSpec {
    try spec(
      """
      { name: "test", experiment: "cnn", seed: 3, repetitions: 6, axes: { \(Self.axes) }, parameters: { \(smallNetwork) }, \(refine) }
      """)
  }

  private func stored(_ folder: OutputFolder, _ spec: SweepSpec) throws -> [String: TrialResult] {
    var trials: [String: TrialResult] = [:]
    try StoreReader(folder, spec: spec).forEachTrial { trials["\($0) \($1)"] = $2 }
    return trials
  }

  @Test func theSameBitsAsTheWholeGridWhereBothMeasured() throws {
    let spec = try sweep(), whole = try TemporaryFolder(), folder = try TemporaryFolder()
    try run(try sweep(""), in: whole.output)
    let progress = try run(spec, in: folder.output)
    let all = try stored(whole.output, spec), found = try stored(folder.output, spec)
    #expect(progress.measured == found.count && found.count < all.count * 3 / 4 && found.count > 9 * 6)
    #expect(found.allSatisfy { all[$0] == $1 })
    let status = try SweepStatus(of: folder.output), search = try #require(status.search)
    #expect(status.left == 0 && search.isFinished && search.trials == found.count && status.done == found.count)
    // Run again there is nothing to do, and the whole grid takes up what is there.
    #expect(try run(spec, in: folder.output).measured == 0)
    #expect(try run(sweep(""), in: folder.output).measured == all.count - found.count && stored(folder.output, spec) == all)
    // With more stored than it wants a search goes the same ways.
    let again = try #require(SweepStatus(of: folder.output).search == nil ? ResultTable(spec, in: folder.output).search : nil)
    #expect(again.trials == search.trials && again.completedWaves == search.completedWaves)
  }

  @Test func stoppedAnywhereItEndsTheSame() throws {
    let spec = try sweep(), whole = try TemporaryFolder(), parts = try TemporaryFolder()
    try run(spec, in: whole.output)
    // Every third trial of the grid, whatever the search wants; then the search, one wave after the other with a new run each.
    struct Some: Chooser {
      func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? { number == 0 ? Wave { ($0 + $1) % 3 == 0 } : nil }
    }
    _ = try SweepRun(spec, in: parts.output, jobs: 2, chooser: Some(), now: 0).run()
    struct OneWave: Chooser {
      let number: Int
      func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? {
        number <= self.number ? try BoundaryChooser().wave(number, known: known) : nil
      }
    }
    for number in 0..<40 { _ = try SweepRun(spec, in: parts.output, jobs: 1, chooser: OneWave(number: number), now: 0).run() }
    let search = try #require(SweepStatus(of: parts.output).search), first = try #require(SweepStatus(of: whole.output).search)
    #expect(search.isFinished && search.trials == first.trials && search.completedWaves == first.completedWaves)
    let found = try stored(parts.output, spec)
    #expect(try stored(whole.output, spec).allSatisfy { found[$0] == $1 })
  }

  @Test func shardsSeekTogether() throws {
    let spec = try sweep(), whole = try TemporaryFolder(), parts = try TemporaryFolder()
    try run(spec, in: whole.output)
    var rounds = 0, measured = 1
    while measured > 0, rounds < 60 {
      measured = 0
      for index in 1...3 {
        let shard = try #require(Shard(index: index, of: 3)), run = try SweepRun(spec, in: parts.output, task: (shard, 0), jobs: 1, now: 0)
        _ = try run.run()
        measured += run.progress.measured
      }
      rounds += 1
    }
    #expect(try stored(parts.output, spec) == stored(whole.output, spec))
    let status = try SweepStatus(of: parts.output)
    #expect(status.left == 0 && status.shards.count == 3 && status.shards.allSatisfy { $0.done == $0.trials && $0.trials > 0 })
  }

  /// Shards at one time, each as often as it finds something to do: what the others store meanwhile is seen, and none goes round for ever.
  @Test func shardsAtOneTime() throws {
    let spec = try sweep(), whole = try TemporaryFolder(), parts = try TemporaryFolder()
    try run(spec, in: whole.output)
    for _ in 0..<60 where try (try? SweepStatus(of: parts.output))?.left != 0 {
      let errors = Mutex<[String]>([]), folder = parts.output
      DispatchQueue.concurrentPerform(iterations: 3) { index in
        do { _ = try Shard(index: index + 1, of: 3).map { try SweepRun(spec, in: folder, task: ($0, 0), jobs: 1, now: 0).run() } } catch {
          errors.withLock { $0.append("\(error)") }
        }
      }
      try #require(errors.withLock { $0 } == [])
    }
    #expect(try stored(parts.output, spec) == stored(whole.output, spec))
  }

  /// Inferred cells have columns of their own, and no trial.
  @Test func exportsTellWhatIsInferred() throws {
    let spec = try sweep(), folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    let table = try ResultTable(of: folder.output), buffer = Buffer()
    try GridExport(table, success: spec.success).writeCells(.csv, to: buffer)
    let lines = buffer.text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let trials = try #require(lines[0].firstIndex(of: "trials")), share = try #require(lines[0].firstIndex(of: "forgetSuccess"))
    let inferred = try #require(lines[0].firstIndex(of: "forgetSuccessInferred"))
    #expect(lines[0].contains("retainSuccessInferred") && !lines[0].contains("escapeInferred"))
    var count = 0
    for line in lines.dropFirst() {
      #expect((line[trials] == "0") == line[share].isEmpty)
      #expect(line[inferred].isEmpty || (line[trials] == "0" && ["0.0", "1.0"].contains(line[inferred])))
      count += line[inferred].isEmpty ? 0 : 1
    }
    #expect(count > 0 && count == spec.grid.count - table.search!.cells)
    #expect(try exported(folder.output).text.split(separator: "\n").count == table.search!.trials + 1)
    // Nobody judges what was not run.
    let comparison = Comparison(table, success: spec.success)
    #expect(comparison.happenings.allSatisfy { $0.cells <= table.search!.cells } && comparison.text.contains("only cells that were run are judged"))
    // Of a sweep that wants its whole grid nothing is inferred.
    try run(try sweep(""), in: folder.output)
    let all = Buffer()
    try GridExport(ResultTable(of: folder.output), success: spec.success).writeCells(.csv, to: all)
    #expect(!all.text.contains("Inferred"))
  }
}
