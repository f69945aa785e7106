#if os(Linux)
  import Foundation
  import Synchronization
  import TestSupport
  import Testing

  /// What is to fail: the call of this number among those that change files, or all from it on.
  struct Fault {
    /// Which calls count: `write`, `sync`, `rename`, `truncate`.
    var kinds = "write,sync,rename,truncate"
    var at: Int
    var code = EIO
    var goesOn = false
  }

  /// FaultShim.c, compiled once and gone with the process.
  enum FaultShim {
    private static let library = FileManager.default.temporaryDirectory.appendingPathComponent("frontier-fault-\(getpid()).so").path
    static let path = Result {
      // Swift's own compiler, where none is on PATH.
      let script = #"c=$(type -P clang) || c=$(dirname "$(readlink -f "$(type -P swift)")")/clang; exec "$c" -shared -fPIC -O1 -Wall -Werror "$1" -o "$2" -ldl"#
      let made = try Program.run("/usr/bin/env", ["bash", "-c", script, "clang", Repository.root.path + "/Tests/CommandTests/FaultShim.c", library])
      try #require(made.status == 0, "\(made.talk)")
      atexit { unlink(library) }
      return library
    }
  }

  /// A small sweep that is partly stored, and what must come of it.
  final class FaultCase: @unchecked Sendable {
    let folder: TemporaryFolder
    let binary: Binary
    let spec: String
    static let trials = 1350, stored = 300
    /// Folders with `stored` trials: all and figures of them; two shards of three; the third.
    let partial, shards, third: String
    /// The whole sweep, undisturbed.
    let whole: String
    /// Faults beyond the last call: how often a run commits depends on how fast it is, so their number is not the same each time.
    let missed = Mutex(0)

    init() throws {
      (folder, binary) = (try TemporaryFolder(), try Binary(.release))
      (spec, partial, shards, third, whole) = (
        folder.path + "/whole.json5", folder.path + "/partial", folder.path + "/shards", folder.path + "/third", folder.path + "/whole"
      )
      let
        text = """
          { name: "fault", experiment: "hessian", seed: 5, repetitions: 90,
            axes: { coherence: [2, 5, 8], batchSize: [2, 4, 6, 8, 10] }, parameters: { samples: 12, steps: 100 },
            views: [{ x: "batchSize", y: "coherence", values: ["escape"], frontiers: ["meanSquare"] }] }
          """, small = folder.path + "/partial.json5"
      try text.write(toFile: spec, atomically: true, encoding: .utf8)
      try text.replacingOccurrences(of: "repetitions: 90", with: "repetitions: 20").write(toFile: small, atomically: true, encoding: .utf8)
      for arguments in [
        [spec, "--output", whole], [small, "--output", partial], [small, "--output", shards, "--shard", "1/3"],
        [small, "--output", shards, "--shard", "2/3"], [small, "--output", third, "--shard", "3/3"],
      ] { try #require(try binary.run(["run"] + arguments).status == 0) }
    }

    /// A program that hangs is killed after so long.
    private static let patience = 30.0

    /// Runs the command, in which `fault` happens to the files below `output`.
    ///
    /// - Returns: what it said, and the calls that failed; with a fault at 0, all calls.
    func run(_ arguments: [String], _ fault: Fault, below output: String) throws -> (result: Program.Result, calls: [String]) {
      let note = output + ".calls"
      var environment = [
        "LD_PRELOAD": try FaultShim.path.get(), "FAULT_FOLDER": output, "FAULT_KINDS": fault.kinds, "FAULT_AT": "\(fault.at)",
        "FAULT_CODE": "\(fault.code)", "FAULT_NOTE": note,
      ]
      if fault.goesOn { environment["FAULT_ON"] = "1" }
      let result = try Program(binary.path, arguments, environment: environment).wait(atMost: Self.patience)
      return (result, ((try? String(contentsOfFile: note, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init))
    }

    func run(_ arguments: [String]) throws -> Program.Result { try Program(binary.path, arguments).wait(atMost: Self.patience) }

    /// Empty where nothing is stored.
    func export(_ output: String) throws -> String { try run(["export", output, "--format", "csv"]).output }

    /// Contents by path below the folder, without the stores, whose bytes depend on their history, and what SQLite keeps beside them.
    func files(_ output: String) -> [String: Data] {
      var files: [String: Data] = [:]
      for path in FileManager.default.subpaths(atPath: output) ?? [] where !path.contains(".sqlite") {
        if let data = FileManager.default.contents(atPath: output + "/" + path), path != "heatmaps" { files[path] = data }
      }
      return files
    }

    /// The stores of the folder, and what SQLite keeps beside them.
    func storeFiles(_ output: String) -> [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: output).filter { $0.contains(".sqlite") }.sorted()) ?? []
    }

    /// What a user would complain about in how the command ended, whose `calls` failed.
    func complaints(_ result: Program.Result, _ calls: [String], _ fault: Fault, in output: String) -> [String] {
      var found: [String] = []
      func require(_ holds: Bool, _ words: String) { if !holds { found.append(words) } }
      if calls.isEmpty, result.status == 0 { missed.withLock { $0 += 1 } } else { require(!calls.isEmpty, "the fault did not come about") }
      require(!result.wasKilled, "ended by signal \(result.status), or did not end")
      require([0, 73, 74, 75].contains(result.status), "exit code \(result.status)")
      if result.status != 0 {
        let reasons = [String(cString: strerror(fault.code)).lowercased(), "disk I/O error", "is full;"]
        require(result.talk.contains("frontier: ") && result.talk.contains(output + "/"), "does not name the file")
        require(reasons.contains(where: result.talk.contains), "does not say why")
        require(["is safe", "are stored", "is as it was", "nothing is left of it"].contains(where: result.talk.contains), "does not say what is safe")
      }
      let rest = FileManager.default.subpaths(atPath: output) ?? []
      require(!rest.contains { $0.contains("partial") }, "leaves \(rest.filter { $0.contains("partial") })")
      require(result.status != 0 || !rest.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-journal") }, "leaves a store in parts")
      return found
    }

    /// Does `check` of every fault, two at a time, each with a copy of `start` as its output folder.
    ///
    /// - Returns: the faults and what `check` complains about.
    func forEach(_ faults: [Fault], from start: String?, _ check: @Sendable (Fault, _ output: String) throws -> [String]) -> [String] {
      let complaints = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: faults.count) { i in
        let output = folder.path + "/output-\(UUID().uuidString)"
        defer { for path in [output, output + ".calls"] { try? FileManager.default.removeItem(atPath: path) } }
        var found: [String]
        do {
          if let start { try FileManager.default.copyItem(atPath: start, toPath: output) }
          found = try check(faults[i], output)
        } catch {
          found = ["\(error)"]
        }
        complaints.withLock { $0 += found.map { "\(faults[i]): \($0)" } }
      }
      return complaints.withLock { $0 }
    }
  }
#endif
