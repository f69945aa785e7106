import Foundation
import TestSupport
import Testing

/// `submit` with a stand-in for sbatch, and the script that it writes run as Slurm would run its tasks. The real Slurm is for `make test-slurm`.
@Suite struct SubmitTests {
  private func tool(_ name: String, _ body: String, in folder: TemporaryFolder) throws {
    let path = folder.path + "/bin/" + name
    try FileManager.default.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: true)
    try "#!/bin/bash\n\(body)\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func submit(_ sweep: SweepCase, _ words: [String], path: String? = nil) throws -> Program.Result {
    let path = "PATH=" + (path ?? "\(sweep.folder.path)/bin:/usr/bin:/bin")
    return try Program.run("/usr/bin/env", [path, sweep.binary.path, "submit", sweep.spec, "--output", sweep.output] + words)
  }

  @Test func arrayAndWhatComesAfter() throws {
    let sweep = try SweepCase(repetitions: 4)
    try tool("sbatch", #"echo "$*" >> "$(dirname "$0")/calls"; echo $(( $(wc -l < "$(dirname "$0")/calls") + 40 ))"#, in: sweep.folder)
    let told = try submit(sweep, ["--shards", "5", "--cpus-per-task", "2", "--time", "1:00:00", "--", "--constraint=zen4"])
    #expect(told.status == 0, "\(told.talk)")
    #expect(told.talk.contains("submitted job 41, 5 tasks; job 42 draws"))
    let calls = try String(contentsOfFile: sweep.folder.path + "/bin/calls", encoding: .utf8).split(separator: "\n")
    let scripts = sweep.output + "/slurm"
    #expect(calls == ["--parsable \(scripts)/array.sbatch", "--parsable --dependency=afterany:41 --kill-on-invalid-dep=yes \(scripts)/finish.sbatch"])
    let array = try String(contentsOfFile: scripts + "/array.sbatch", encoding: .utf8)
    #expect(told.output.contains(array))
    for line in ["--array=1-5", "--cpus-per-task=2", "--time=1:00:00", "--constraint=zen4", "--requeue", "--signal=B:USR1@90"] {
      #expect(array.contains("#SBATCH \(line)\n"), "\(line)")
    }

    #expect(try sweep.count("left") == 600, "status knows the sweep before any task has begun")

    // Every task, as Slurm would start it.
    for task in 1...5 {
      let run = try Program.run("/usr/bin/env", ["SLURM_ARRAY_TASK_ID=\(task)", "SLURM_ARRAY_JOB_ID=41", "bash", scripts + "/array.sbatch"])
      #expect(run.status == 0 && run.talk.contains("shard \(task)/5 is complete"), "\(run.talk)")
    }
    let whole = sweep.folder.path + "/whole"
    try sweep.run(output: whole)
    #expect(try sweep.export() == sweep.export(whole))
    #expect(try submit(sweep, ["--shards", "5"]).talk.contains("nothing to submit"))
    let finish = try Program.run("/bin/bash", [scripts + "/finish.sbatch"])
    #expect(finish.status == 0 && FileManager.default.fileExists(atPath: sweep.output + "/comparison.csv"), "\(finish.talk)")
  }

  /// A refined sweep: when the tasks of a wave have ended, the second job submits the next, until the boundaries are found.
  @Test func waveByWave() throws {
    let sweep = try SweepCase(repetitions: 4)
    let text = try String(contentsOfFile: sweep.spec, encoding: .utf8).replacingOccurrences(
      of: "axes:", with: #"refine: { event: "forgetSuccess", depth: 3 }, axes:"#)
    try text.write(toFile: sweep.spec, atomically: true, encoding: .utf8)
    try tool("sbatch", #"echo "$*" >> "$(dirname "$0")/calls"; echo 41"#, in: sweep.folder)
    let calls = sweep.folder.path + "/bin/calls", scripts = sweep.output + "/slurm", path = "PATH=\(sweep.folder.path)/bin:/usr/bin:/bin"
    let told = try submit(sweep, ["--shards", "2", "--", "--constraint=zen4"])
    #expect(told.status == 0 && told.output.contains("in this wave, and more that follow from it"), "\(told.talk)")
    var rounds = 0
    while FileManager.default.fileExists(atPath: calls), rounds < 40 {
      try FileManager.default.removeItem(atPath: calls)
      rounds += 1
      for task in 1...2 {
        let run = try Program.run("/usr/bin/env", ["SLURM_ARRAY_TASK_ID=\(task)", "SLURM_ARRAY_JOB_ID=41", "bash", scripts + "/array.sbatch"])
        #expect(run.status == 0, "\(run.talk)")
      }
      let finish = try Program.run("/usr/bin/env", [path, "bash", scripts + "/finish.sbatch"])
      #expect(finish.status == 0, "\(finish.talk)")
    }
    #expect(rounds > 2 && rounds < 40 && FileManager.default.fileExists(atPath: sweep.output + "/comparison.csv"))
    #expect(try String(contentsOfFile: scripts + "/array.sbatch", encoding: .utf8).contains("--constraint=zen4"))
    let whole = sweep.folder.path + "/whole", refined = try sweep.export()
    try sweep.run(output: whole)
    #expect(try refined == sweep.export(whole) && sweep.count("left") == 0 && sweep.count("done") < 600)
  }

  /// Near its limit a task stops, keeps what it has and queues again; when it is cancelled it only stops.
  @Test(arguments: [("USR1", true), ("TERM", false)]) func signals(name: String, queuesAgain: Bool) throws {
    let sweep = try SweepCase(repetitions: 400)
    try tool("scontrol", #"echo "$*" >> "$(dirname "$0")/calls""#, in: sweep.folder)
    #expect(try submit(sweep, ["--shards", "1", "--dry-run"]).status == 0)
    let script = sweep.output + "/slurm/array.sbatch", path = "PATH=\(sweep.folder.path)/bin:/usr/bin:/bin"
    let run = try Program.run(
      "/usr/bin/env",
      [
        // The threads that tests run on block signals, and children would inherit that.
        path, "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_JOB_ID=7", "python3", "-c",
        "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp(sys.argv[1], sys.argv[1:])", "bash", "-c",
        #"bash "$0" & task=$!; while ! [ -s "$1" ]; do sleep 0.05; done; sleep 0.8; kill -"$2" $task; wait $task"#, script,
        sweep.output + "/results-1-of-1.sqlite", name,
      ])
    #expect(run.status == 75 && run.talk.contains("stopped; what was measured is stored"), "\(run.status): \(run.talk)")
    let calls = try? String(contentsOfFile: sweep.folder.path + "/bin/calls", encoding: .utf8)
    #expect(calls == (queuesAgain ? "requeue 7_1\n" : nil))
    #expect(try sweep.count("done") > 0 && sweep.count("left") > 0)
  }

  @Test func onlyOpenShardsAreSubmitted() throws {
    let sweep = try SweepCase(repetitions: 4)
    for shard in [2, 3, 6] { #expect(try sweep.binary.run(sweep.arguments(jobs: 2) + ["--shard", "\(shard)/6"]).status == 0) }
    let told = try submit(sweep, ["--shards", "6", "--dry-run"])
    #expect(told.status == 0 && told.output.contains("#SBATCH --array=1,4-5\n"), "\(told.talk)")
  }

  /// The same command, when fewer networks are left than there are shards.
  @Test func submittedAgain() throws {
    let sweep = try SweepCase(repetitions: 2)
    for shard in [1, 2, 4, 5, 6] { #expect(try sweep.binary.run(sweep.arguments(jobs: 2) + ["--shard", "\(shard)/6"]).status == 0) }
    let told = try submit(sweep, ["--shards", "6", "--at-once", "2", "--dry-run"])
    #expect(told.status == 0 && told.output.contains("#SBATCH --array=3%2\n"), "\(told.talk)")
  }

  /// Whatever the damage, submitting again mends it; a dry run only tells.
  @Test(arguments: ["a page in the middle", "the first page", "the second half"]) func damagedShard(what: String) throws {
    let sweep = try SweepCase(repetitions: 8)
    for shard in 1...3 { #expect(try sweep.binary.run(sweep.arguments(jobs: 2) + ["--shard", "\(shard)/3"]).status == 0) }
    let whole = try sweep.export(), store = sweep.output + "/results-2-of-3.sqlite"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
    switch what {
    case "the second half": bytes.removeLast(bytes.count / 2)
    case "the first page": bytes.resetBytes(in: 0..<4096)
    default: bytes.resetBytes(in: bytes.count / 2 / 4096 * 4096..<(bytes.count / 2 / 4096 + 1) * 4096)
    }
    try bytes.write(to: URL(fileURLWithPath: store))
    let dry = try submit(sweep, ["--shards", "3", "--dry-run"])
    #expect(dry.status == 0 && dry.talk.contains(store) && FileManager.default.fileExists(atPath: store), "\(dry.talk)")
    try tool("sbatch", "echo 7", in: sweep.folder)
    let told = try submit(sweep, ["--shards", "3"])
    #expect(told.status == 0 && told.talk.contains("damaged-1-results-2-of-3.sqlite") && told.output.contains("--array=2\n"), "\(told.talk)")
    let task = try Program.run("/usr/bin/env", ["SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_JOB_ID=7", "bash", sweep.output + "/slurm/array.sbatch"])
    #expect(task.status == 0, "\(task.talk)")
    #expect(try sweep.export() == whole)
  }

  /// Tasks do what was submitted, though the specification has changed since.
  @Test func changedSpecification() throws {
    let sweep = try SweepCase(repetitions: 2)
    #expect(try submit(sweep, ["--shards", "1", "--dry-run"]).status == 0)
    let text = try String(contentsOfFile: sweep.spec, encoding: .utf8)
    try text.replacingOccurrences(of: "repetitions: 2", with: "repetitions: 3").write(toFile: sweep.spec, atomically: true, encoding: .utf8)
    let task = try Program.run("/usr/bin/env", ["SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_JOB_ID=7", "bash", sweep.output + "/slurm/array.sbatch"])
    #expect(task.status == 0 && task.talk.contains("300 trials"), "\(task.talk)")
  }

  @Test func mistakes() throws {
    let sweep = try SweepCase(repetitions: 2)
    let cases: [(words: [String], status: Int32, parts: [String])] = [
      ([], 64, ["--shards N"]),
      (["--shards", "0"], 64, ["--shards 0", "from 1"]),
      (["--shards", "1000"], 64, ["has 6 networks", "at most"]),
      (["--shards", "2", "--tim", "5"], 64, ["--time"]),
      (["--shards", "2", "--", "constraint"], 64, ["'constraint'", "--name=value"]),
      (["--shards", "2", "--", "--array=1-8"], 64, ["--array behind --", "sets that itself"]),
      (["--shards", "2"], 69, ["sbatch cannot be run here", "login node"]),
    ]
    for (words, status, parts) in cases {
      let told = try submit(sweep, words, path: "/nonexistent")
      #expect(told.status == status, "\(words): \(told.talk)")
      for part in parts { #expect(told.talk.contains(part), "'\(part)' in: \(told.talk)") }
    }
    let told = try sweep.binary.run(sweep.arguments(jobs: 1) + ["--shard", "9/8"])
    #expect(told.status == 64 && told.talk.contains("as in 3/8"))
  }
}
