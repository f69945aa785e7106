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

  @Test func mistakes() throws {
    let sweep = try SweepCase(repetitions: 2)
    let cases: [(words: [String], status: Int32, parts: [String])] = [
      ([], 64, ["--shards N"]),
      (["--shards", "0"], 64, ["--shards 0", "from 1"]),
      (["--shards", "1000"], 64, ["only 6 networks are left", "at most"]),
      (["--shards", "2", "--tim", "5"], 64, ["--time"]),
      (["--shards", "2", "--", "constraint"], 64, ["'constraint'", "--name=value"]),
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
