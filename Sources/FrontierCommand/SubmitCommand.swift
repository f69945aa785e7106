import Sweep

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `frontier submit`: the same sweep on a Slurm cluster.
enum SubmitCommand {
  static let help = """
    usage: frontier submit SPEC --shards N [--output DIR] [--cpus-per-task C] [--time T] [--partition P]
                           [--account A] [--dry-run] [-- SBATCH-OPTION ...]

    Runs the sweep that the file SPEC describes as a job array on a Slurm cluster: N tasks, each with its
    share of the trained networks and a store of its own, DIR/results-I-of-N.sqlite. Shows the plan,
    writes DIR/slurm/array.sbatch, prints it, and submits it. A second job draws and compares when all
    tasks have ended, whether or not some failed.

    A task that is near its time limit stops in order and queues again; one whose node fails is queued
    again by Slurm. Submitting again runs only what is missing, also with another N. DIR must be on a
    file system that all nodes share; docs/cluster.md tells the rest.

    options:
      --shards N         tasks; no more than there are networks left to train
      --output DIR       where the results go (default output/NAME, after the name in SPEC)
      --cpus-per-task C  processors of a task (default 1)
      --time T           time limit of a task, as sbatch takes it
      --partition P      partition
      --account A        account
      --dry-run          write and print the script, submit nothing
      -- OPTION ...      any other options of sbatch
      --help             this text

    examples:
      frontier submit sweeps/full-grid.json5 --shards 32 --cpus-per-task 8 --time 2:00:00
      frontier submit sweeps/full-grid.json5 --shards 32 -- --constraint=zen4 --mail-type=END

    """

  static func run(_ words: [String]) throws {
    let split = words.firstIndex(of: "--") ?? words.endIndex
    let arguments = try Arguments(
      Array(words[..<split]), of: "submit",
      options: [
        ("--shards", "a whole number"), ("--output", "a folder"), ("--cpus-per-task", "a whole number"), ("--time", "a time limit"),
        ("--partition", "a partition"), ("--account", "an account"), ("--dry-run", nil),
      ])
    let path = try arguments.path("a specification", example: "sweeps/full-grid.json5 --shards 32") { "sweeps/\($0).json5" }
    guard let shards = try arguments.whole("--shards", in: 1...Shard.most) else {
      throw UsageError(description: "submit needs --shards N, the number of tasks; see: frontier help submit")
    }
    let processors = try arguments.whole("--cpus-per-task", in: 1...1024) ?? 1
    let options = ["--time", "--partition", "--account"].compactMap { name in arguments.text(name).map { "\(name)=\($0)" } } + words[split...].dropFirst()
    if let odd = options.first(where: { !$0.hasPrefix("-") || $0.contains("\n") }) {
      throw UsageError(description: "'\(odd)' behind -- is no option of sbatch; options with a value take the form --name=value")
    }
    let spec = try SweepSpec(json5: Files.read(path), file: path)
    let folder = OutputFolder(Files.absolute(arguments.text("--output") ?? "output/" + spec.name))

    for file in try folder.setAsideDamagedShards(of: spec) { Console.say("frontier: a damaged store is now \(file); its trials are measured again") }
    let plans = try Plan.ofAllShards(spec, in: folder, count: shards)
    let networks = plans.reduce(0) { $0 + $1.preparations }
    guard networks > 0 else { return Console.say("frontier: nothing to submit: all \(spec.trials) trials are stored in \(folder.path)") }
    guard shards <= networks else {
      throw UsageError(description: "--shards \(shards): only \(networks) \(spec.experiment == .cnn ? "networks" : "cells") are left to share out; use at most that many")
    }
    let script = BatchScript(
      spec: spec, program: try program(), specPath: Files.absolute(path), output: folder.path, shards: shards,
      open: plans.indices.filter { plans[$0].left > 0 }.map { $0 + 1 }, processors: processors, options: options)
    try describe(plans, in: folder, processors: processors)
    try Files.createFolder(script.folder)
    try Files.write(Array(script.array.utf8), to: script.arrayPath)
    try Files.write(Array(script.finish.utf8), to: script.finishPath)
    print("\n\(script.array)")
    if arguments.has("--dry-run") { return Console.say("frontier: wrote \(script.arrayPath) and finish.sbatch beside it; nothing is submitted") }

    let job = try submitted(["--parsable", script.arrayPath])
    let last = try submitted(["--parsable", "--dependency=afterany:\(job)", "--kill-on-invalid-dep=yes", script.finishPath])
    Console.say(
      """
      frontier: submitted job \(job), \(script.open.count) tasks; job \(last) draws when they have ended
          how far it is:     frontier status \(Console.quotedForShell(folder.path))
          what tasks say:    \(script.folder)/\(job)_*.log
          to stop it:        scancel \(job) \(last)
      """)
  }

  private static let mostRows = 20

  private static func describe(_ plans: [Plan], in folder: OutputFolder, processors: Int) throws {
    let spec = plans[0].spec, left = plans.map(\.left).filter { $0 > 0 }
    let pilot = try Pilot(Plan(spec, in: folder), budget: 2), total = left.reduce(0, +)
    let each = Console.duration(pilot.seconds / Double(left.count) / Double(processors))
    let rows = [
      ("sweep", "\(spec.name) (\(spec.experiment.rawValue)), seed \(spec.seed)"),
      ("trials", "\(spec.trials), of which \(plans[0].stored) stored already; \(total) to do"),
      ("shards", "\(left.count), with \(left.min() ?? 0) to \(left.max() ?? 0) trials each"),
      ("time", "about \(each) each with \(processors) processors like this one's, \(Console.duration(pilot.seconds)) of processor time in all"),
      ("store", "about \(Console.size(pilot.bytes)) more in \(folder.path)"),
    ]
    print(rows.map { $0.0.padded(to: 11) + $0.1 }.joined(separator: "\n"))
    let networks = spec.experiment == .cnn ? "networks" : "cells"
    for (index, plan) in plans.enumerated().prefix(mostRows) {
      let seconds = pilot.seconds * Double(plan.left) / Double(total) / Double(processors)
      print("  \(index + 1)/\(plans.count)".padded(to: 11) + "\(plan.left) trials of \(plan.preparations) \(networks), about \(Console.duration(seconds))")
    }
    if plans.count > mostRows { print("".padded(to: 11) + "and \(plans.count - mostRows) more") }
  }

  /// This program's file.
  private static func program() throws -> String {
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &name, name.count - 1)
    guard length > 0 else { throw FileError(.read, "/proc/self/exe", reason: "the program's own file cannot be told") }
    return String(decoding: name[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Calls sbatch; the number of the job.
  private static func submitted(_ arguments: [String]) throws -> String {
    let (output, code) = try Subprocess.run("sbatch", arguments)
    guard code == 0 else {
      Console.say("frontier: sbatch refused (what it says is above); mend the options, or edit the script and submit it by hand")
      throw Exit(code: ExitCode.unavailable)
    }
    // With several clusters behind a semicolon.
    return String(output.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first ?? "")
  }
}
