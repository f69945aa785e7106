#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// A disk that fails at one call, or from one on: the command ends by itself, says what failed and why, and has lost nothing that was stored before; once
  /// the disk is well again, the same command ends with the bytes of a run that nothing disturbed.
  @Suite(.serialized) struct FaultTests {
    private let sweep: FaultCase
    /// Of a run that nothing disturbed: the export, and all files but the store.
    private let export: String
    private let files: [String: Data]

    init() throws {
      sweep = try FaultCase()
      (export, files) = (try sweep.export(sweep.whole), sweep.files(sweep.whole))
    }

    // MARK: - A run with its figures

    private func arguments(_ output: String) -> [String] { ["run", sweep.spec, "--output", output, "--jobs", "1"] }

    /// What is wrong with a run in which `fault` happens, or with the one after it.
    private func complaints(_ fault: Fault, in output: String, stored: Int) throws -> [String] {
      let (result, calls) = try sweep.run(arguments(output), fault, below: output)
      var found = sweep.complaints(result, calls, fault, in: output)
      let measuredAll = result.talk.contains("measured \(FaultCase.trials - stored) trials")
      let old = sweep.files(sweep.partial)
      for (path, data) in sweep.files(output) where data != files[path] && data != old[path] { found.append("half of \(path)") }
      if result.status == 0, !calls.isEmpty {
        // The lock's text is for people; and what fails as the store is closed leaves the trials readable where they are.
        if !calls.allSatisfy({ $0.hasSuffix(".lock") || measuredAll && $0.contains(".sqlite") }) { found.append("counts as success without \(calls)") }
        if sweep.files(output) != files { found.append("counts as success with other files") }
      }
      // Drawing takes most of the time, and what it comes to depends on the store alone.
      let draws = fault.at % 10 == 0 || !calls.allSatisfy { $0.contains(".sqlite") }
      let again = try sweep.run(arguments(output) + (draws ? [] : ["--no-figures"]))
      let kept = again.talk.firstMatch(of: /(\d+) (?:of \d+ )?trials are stored/).flatMap { Int($0.1) } ?? 0
      if kept < (measuredAll ? FaultCase.trials : stored) { found.append("keeps \(kept) trials") }
      if again.status != 0 { found.append("cannot go on: \(again.talk)") }
      if try sweep.export(output) != export { found.append("comes to other results") }
      if draws, sweep.files(output) != files { found.append("comes to other figures") }
      if sweep.storeFiles(output) != ["results.sqlite"] { found.append("leaves \(sweep.storeFiles(output))") }
      return found
    }

    private func expectRunsToRecover(_ faults: [Fault]) {
      let found = sweep.forEach(faults, from: sweep.partial) { try complaints($0, in: $1, stored: FaultCase.stored) }
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
      #expect(sweep.missed.withLock { $0 } <= faults.count / 10)
    }

    @Test func anyCallFails() throws {
      let count = try undisturbed(from: sweep.partial, arguments).calls
      expectRunsToRecover((1...max(count, 200)).map { Fault(at: $0) })
    }

    @Test(arguments: ["sync", "rename", "truncate"]) func anyCallOfAKindFails(kinds: String) throws {
      let count = try undisturbed(from: sweep.partial, counting: kinds, arguments).calls
      #expect(count > 2)
      expectRunsToRecover((1...count).map { Fault(kinds: kinds, at: $0) })
    }

    @Test(arguments: [EIO, ENOSPC]) func allCallsFailFromOneOn(code: Int32) throws {
      let count = try undisturbed(from: sweep.partial, arguments).calls
      expectRunsToRecover(stride(from: code == EIO ? 1 : 6, through: count, by: 10).map { Fault(at: $0, code: code, goesOn: true) })
    }

    @Test(arguments: [ENOSPC, EDQUOT]) func aWriteFindsNoRoom(code: Int32) throws {
      let count = try undisturbed(from: sweep.partial, counting: "write", arguments).calls
      expectRunsToRecover(stride(from: code == ENOSPC ? 3 : 8, through: count, by: 10).map { Fault(kinds: "write", at: $0, code: code) })
    }

    @Test func aNewStoreFails() {
      let found = sweep.forEach((1...20).map { Fault(at: $0) }, from: nil) { try complaints($0, in: $1, stored: 0) }
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// A store that an earlier version wrote, while it is brought up to date: it is the old one or the new one.
    @Test func anyCallOfAnUpgradeFails() throws {
      let old = sweep.folder.path + "/old", text = Repository.root.path + "/Tests/SweepTests/Fixtures/layout-1-hessian",
        more = sweep.folder.path + "/more.json5"
      try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: text + ".sqlite", toPath: old + "/results.sqlite")
      try String(contentsOfFile: text + ".json5", encoding: .utf8).replacingOccurrences(of: "repetitions: 3", with: "repetitions: 4")
        .write(toFile: more, atomically: true, encoding: .utf8)
      @Sendable func arguments(_ output: String) -> [String] { ["run", more, "--output", output, "--jobs", "1", "--no-figures"] }
      let (count, rows) = try undisturbed(from: old, arguments), before = try sweep.export(old)
      #expect(count > 20 && rows.split(separator: "\n").count == 17)
      let found = sweep.forEach((1...count).map { Fault(at: $0) }, from: old) { fault, output in
        let (result, calls) = try sweep.run(arguments(output), fault, below: output)
        var found = sweep.complaints(result, calls, fault, in: output)
        let kept = try sweep.export(output)
        if kept.split(separator: "\n").count < before.split(separator: "\n").count { found.append("keeps \(kept.split(separator: "\n").count) rows") }
        let again = try sweep.run(arguments(output))
        if again.status != 0 { found.append("cannot go on: \(again.talk)") }
        if try sweep.export(output) != rows { found.append("comes to other results") }
        if sweep.storeFiles(output) != ["results.sqlite"] { found.append("leaves \(sweep.storeFiles(output))") }
        return found
      }
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
      #expect(sweep.missed.withLock { $0 } <= count / 10)
    }

    // MARK: - Shards, merge, export

    /// A shard's store keeps another journal.
    @Test(arguments: [false, true]) func anyCallOfAShardFails(goesOn: Bool) throws {
      @Sendable func arguments(_ output: String) -> [String] { ["run", sweep.spec, "--output", output, "--jobs", "1", "--shard", "1/3"] }
      let (count, rows) = try undisturbed(from: sweep.shards, arguments), before = try sweep.export(sweep.shards).split(separator: "\n").count
      let numbers = stride(from: 1, through: count, by: goesOn ? 5 : 1).map { Fault(at: $0, goesOn: goesOn) }
      let found = sweep.forEach(numbers, from: sweep.shards) { fault, output in
        let (result, calls) = try sweep.run(arguments(output), fault, below: output)
        var found = sweep.complaints(result, calls, fault, in: output)
        let kept = try sweep.export(output).split(separator: "\n").count
        if kept < (result.status == 0 ? rows.split(separator: "\n").count : before) { found.append("keeps \(kept) rows") }
        let again = try sweep.run(arguments(output))
        if again.status != 0 { found.append("cannot go on: \(again.talk)") }
        if try sweep.export(output) != rows { found.append("comes to other results") }
        if sweep.storeFiles(output) != sweep.storeFiles(sweep.shards) { found.append("leaves \(sweep.storeFiles(output))") }
        return found
      }
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
      #expect(sweep.missed.withLock { $0 } <= numbers.count / 10)
    }

    /// Two stores here and one elsewhere: at no moment is a trial in none.
    @Test(arguments: [false, true]) func anyCallOfAMergeFails(goesOn: Bool) throws {
      @Sendable func arguments(_ output: String) -> [String] { ["merge", output, sweep.third] }
      let (count, rows) = try undisturbed(from: sweep.shards, arguments), before = try sweep.export(sweep.shards)
      #expect(try rows == sweep.export(sweep.partial))
      let numbers = stride(from: 1, through: count, by: goesOn ? 5 : 1).map { Fault(at: $0, goesOn: goesOn) }
      let found = sweep.forEach(numbers, from: sweep.shards) { fault, output in
        let (result, calls) = try sweep.run(arguments(output), fault, below: output)
        var found = sweep.complaints(result, calls, fault, in: output)
        if try sweep.export(output) != (result.status == 0 ? rows : before) { found.append("leaves other results") }
        let again = try sweep.run(arguments(output))
        if again.status != 0 { found.append("cannot be done again: \(again.talk)") }
        if try sweep.export(output) != rows { found.append("comes to other results") }
        if sweep.storeFiles(output) != ["results.sqlite"] { found.append("leaves \(sweep.storeFiles(output))") }
        return found
      }
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
      #expect(sweep.missed.withLock { $0 } == 0)
    }

    @Test(arguments: ["csv", "json", "npz"]) func anyCallOfAnExportFails(format: String) throws {
      @Sendable func arguments(_ output: String) -> [String] { ["export", sweep.whole, "--format", format, "--to", output + "/file"] }
      let empty = sweep.folder.path + "/empty", old = sweep.folder.path + "/old"
      for folder in [empty, old] { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
      try "what was there".write(toFile: old + "/file", atomically: true, encoding: .utf8)
      #expect(try sweep.run(arguments(sweep.folder.path)).status == 0)
      let right = try #require(FileManager.default.contents(atPath: sweep.folder.path + "/file"))
      for start in [empty, old] {
        let (count, _) = try undisturbed(from: start, arguments), faults = (1...count).flatMap { [Fault(at: $0), Fault(at: $0, code: ENOSPC, goesOn: true)] }
        let found = sweep.forEach(faults, from: start) { fault, output in
          let (result, calls) = try sweep.run(arguments(output), fault, below: output)
          var found = sweep.complaints(result, calls, fault, in: output)
          if result.status == 0 || sweep.files(output) != sweep.files(start) { found.append("exit code \(result.status), \(sweep.files(output).keys)") }
          if try sweep.run(arguments(output)).status != 0 || sweep.files(output) != ["file": right] { found.append("cannot be done again") }
          return found
        }
        #expect(count >= 3 && found.isEmpty, "\(found.joined(separator: "\n"))")
        #expect(sweep.missed.withLock { $0 } == 0)
      }
    }

    /// A compressor that makes no progress, or fails, is an error and no endless loop.
    @Test(arguments: [0, -2, -4, -5]) func zlibFails(answer: Int32) throws {
      let file = sweep.folder.path + "/zlib.npz"
      let arguments = ["export", sweep.whole, "--format", "npz", "--to", file],
        environment = ["LD_PRELOAD": try FaultShim.path.get(), "FAULT_ZLIB": "\(answer)"]
      let result = try Program(sweep.binary.path, arguments, environment: environment).wait(atMost: 20)
      #expect(result.status == 1 && !result.wasKilled && result.talk.contains("zlib could not compress"), "\(result.talk)")
      #expect(!FileManager.default.fileExists(atPath: file))
    }

    /// How many calls a command makes that may fail, and the export of what it comes to.
    private func undisturbed(
      from start: String, counting kinds: String = Fault(at: 0).kinds, _ arguments: (String) -> [String]
    ) throws -> (calls: Int, rows: String) {
      let output = sweep.folder.path + "/undisturbed-\(UUID().uuidString)"
      try FileManager.default.copyItem(atPath: start, toPath: output)
      let (result, calls) = try sweep.run(arguments(output), Fault(kinds: kinds, at: 0), below: output)
      #expect(calls.allSatisfy { kinds.contains($0.prefix { $0 != " " }) })
      #expect(result.status == 0, "\(result.talk)")
      return (calls.count, try sweep.export(output))
    }
  }
#endif
