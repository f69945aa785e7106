import Foundation
import TestSupport
import Testing

/// Disks that are full or read-only, files that are damaged or foreign, two runs at once: a clear error, an exit code, nothing lost, and the sweep goes on
/// when the cause is gone.
@Suite struct AccidentTests {
  /// A sweep that is partly done, its bytes when whole, and what is stored of it now.
  private func partial() throws -> (sweep: SweepCase, whole: String, done: Int) {
    let sweep = try SweepCase(repetitions: 40)
    try sweep.run(output: sweep.folder.path + "/whole")
    let text = try String(contentsOfFile: sweep.spec, encoding: .utf8)
    try text.replacingOccurrences(of: "repetitions: 40", with: "repetitions: 10").write(toFile: sweep.spec, atomically: true, encoding: .utf8)
    try sweep.run()
    try text.write(toFile: sweep.spec, atomically: true, encoding: .utf8)
    return (sweep, try sweep.export(sweep.folder.path + "/whole"), 1500)
  }

  /// Runs with a store that is spoilt, which must be refused and left as it is; then with the good one again.
  private func refusesSpoiltStore(_ words: [String], _ spoil: (inout Data) -> Void) throws {
    let (sweep, whole, done) = try partial()
    let store = URL(fileURLWithPath: sweep.output + "/results.sqlite")
    let good = try Data(contentsOf: store)
    var bad = good
    spoil(&bad)
    try bad.write(to: store)
    for arguments in [sweep.arguments(jobs: 2), ["status", sweep.output], ["export", sweep.output, "--format", "csv"]] {
      let result = try sweep.binary.run(arguments)
      #expect(result.status == 65, "\(arguments[0]): \(result.talk)")
      for part in words + [store.path] { #expect(result.talk.contains(part), "'\(part)' in: \(result.talk)") }
    }
    #expect(try Data(contentsOf: store) == bad)
    try good.write(to: store)
    let rest = try sweep.run()
    #expect(rest.status == 0 && rest.talk.contains("\(done) of 6000 trials are stored already"))
    #expect(try sweep.export() == whole)
  }

  @Test func truncatedStore() throws { try refusesSpoiltStore(["damaged", "move it away", ".recover"]) { $0.removeLast($0.count / 2) } }

  @Test func storeOverwrittenWithText() throws {
    try refusesSpoiltStore(["not a store of results", "--output"]) { $0 = Data("notes: buy milk\n".utf8) }
  }

  @Test func storeWithJunkInTheMiddle() throws {
    try refusesSpoiltStore(["damaged"]) { data in
      for i in stride(from: 4096 * 20, to: data.count - 4096, by: 1) { data[i] = UInt8(truncatingIfNeeded: i &* 31 &+ 7) }
    }
  }

  @Test func emptyStoreFileIsNoStore() throws {
    let sweep = try SweepCase(repetitions: 1)
    try FileManager.default.createDirectory(atPath: sweep.output, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: sweep.output + "/results.sqlite", contents: nil)
    // As a run leaves it that was killed before its first byte: begun anew.
    #expect(try sweep.run().status == 0 && sweep.count("done") == 150)
  }

  @Test func databaseOfAnotherProgram() throws {
    let sweep = try SweepCase(repetitions: 1)
    try FileManager.default.createDirectory(atPath: sweep.output, withIntermediateDirectories: true)
    let store = sweep.output + "/results.sqlite"
    let made = try Python.run("import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE mine (x)'); c.commit()", [store])
    #expect(made.status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: store))
    let result = try sweep.run()
    #expect(result.status == 65 && result.talk.contains("not a store of results") && result.talk.contains("another application"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
  }

  static let otherVersions: [(sql: String, words: String)] = [
    ("PRAGMA user_version = 9", "layout 9"), ("UPDATE probe SET version = 99 WHERE name = 'run'", "version 99 of the probe 'run'"),
    ("ALTER TABLE cell ADD COLUMN flavour TEXT NOT NULL DEFAULT 'plain'", "the parameter 'flavour'"),
  ]

  @Test(arguments: otherVersions.indices) func storeOfAnotherVersion(index: Int) throws {
    let (sql, words) = Self.otherVersions[index]
    let sweep = try SweepCase(repetitions: 1)
    try sweep.run()
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    #expect(try Python.run(script, [sweep.output + "/results.sqlite", sql]).status == 0)
    for result in [try sweep.run(), try sweep.binary.run(["status", sweep.output])] {
      #expect(result.status == 65 && result.talk.contains("newer version of frontier: it has \(words)") && result.talk.contains("--output"), "\(result.talk)")
    }
  }

  @Test func twoRunsOnOneFolder() throws {
    let sweep = try SweepCase(repetitions: 400)
    let first = try sweep.binary.start(sweep.arguments(jobs: 1))
    try #require(try sweep.waitForTrials(first))
    let second = try sweep.run()
    #expect(second.status == 75 && second.output.isEmpty)
    #expect(second.talk.contains("is being written by process ") && second.talk.contains("run this again"))
    // Looking is not writing.
    #expect(try sweep.binary.run(["status", sweep.output]).status == 0)
    #expect(first.isRunning)
    #expect(try first.wait().status == 0)
    let third = try sweep.run()
    #expect(third.status == 0 && third.talk.contains("nothing to do: all 60000 trials are stored"))
  }

  static let canMount = (try? Program.run("/usr/bin/unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status) == 0

  /// In a name space of its own: a disk of `size` kB at the output folder, then the lines of `script`, in which `run` is the sweep.
  private func onSmallDisk(_ sweep: SweepCase, size: Int, _ script: String) throws -> Program.Result {
    try FileManager.default.createDirectory(atPath: sweep.output, withIntermediateDirectories: true)
    let frame = """
      mount -t tmpfs -o size=\(size)k tmpfs '\(sweep.output)' || exit 99
      run() { '\(sweep.binary.path)' \(sweep.arguments(jobs: 2).map { "'\($0)'" }.joined(separator: " ")); echo "exit $?"; }
      stored() { '\(sweep.binary.path)' status '\(sweep.output)' --json | grep -o '"done": [0-9]*'; }
      \(script)
      """
    return try Program.run("/usr/bin/unshare", ["-rm", "bash", "-c", frame])
  }

  @Test(.enabled(if: canMount, "needs unshare -rm and mount")) func fullDisk() throws {
    let sweep = try SweepCase(repetitions: 40), whole = sweep.folder.path + "/whole"
    try sweep.run(output: whole)
    let result = try onSmallDisk(
      sweep, size: 900,
      """
      run; stored; run; stored
      mount -o remount,size=40M '\(sweep.output)'; run
      '\(sweep.binary.path)' export '\(sweep.output)' --format csv --to '\(sweep.folder.path)/after.csv'
      """)
    let lines = result.output.split(separator: "\n").map(String.init)
    let done = lines.compactMap { $0.firstMatch(of: /"done": (\d+)/) }.compactMap { Int($0.1) }
    #expect(lines.filter { $0.hasPrefix("exit ") } == ["exit 74", "exit 74", "exit 0"], "\(result.talk)")
    #expect(done.count == 2 && done[0] > 0 && done[1] >= done[0] && done[1] < 6000)
    #expect(result.talk.contains("is full; what was stored before is safe. Make room and run the same command again"))
    #expect(result.talk.contains("\(done.last ?? -1) of 6000 trials are stored already"))
    #expect(try String(contentsOfFile: sweep.folder.path + "/after.csv", encoding: .utf8) == sweep.export(whole))
  }

  @Test(.enabled(if: canMount, "needs unshare -rm and mount")) func readOnlyDisk() throws {
    let sweep = try SweepCase(repetitions: 2)
    let result = try onSmallDisk(
      sweep, size: 40_000,
      """
      mount -o remount,ro '\(sweep.output)'; run
      mount -o remount,rw '\(sweep.output)'; run
      sed -i 's/repetitions: 2/repetitions: 3/' '\(sweep.spec)'
      mount -o remount,ro '\(sweep.output)'; run; stored
      '\(sweep.binary.path)' export '\(sweep.output)' --format csv | wc -l
      mount -o remount,rw '\(sweep.output)'; run; stored
      """)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("exit ") } == ["exit 73", "exit 0", "exit 73", "exit 0"], "\(result.talk)")
    #expect(lines.filter { $0.hasPrefix("\"done\"") } == ["\"done\": 300", "\"done\": 450"] && lines.contains("301"))
    #expect(result.talk.contains("cannot write \(sweep.output)/results.sqlite: read-only file system"))
  }
}
