import Engine
import Platform
import Specs
import Storage
import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `frontier submit`: the same sweep on a Slurm cluster.
enum SubmitCommand {
  static let help = """
    usage: frontier submit SPEC [name=value ...] --shards N [--output DIR] [--cpus-per-task C]
                           [--at-once M] [--time T] [--partition P] [--account A] [--dry-run]
                           [-- SBATCH-OPTION ...]

    Runs the sweep that the file SPEC describes as a job array on a Slurm cluster: N tasks, each with its
    share of the trained networks and a store of its own, DIR/results-I-of-N.sqlite. Shows the plan,
    writes DIR/slurm/array.sbatch, prints it, and submits it. A second job draws and compares when all
    tasks have ended, whether or not some failed; of a sweep that seeks boundaries (refine) it submits
    the next wave instead, until they are found. Tasks follow a copy of SPEC as it is now.

    A task that is near its time limit stops in order and queues again; one whose node fails is queued
    again by Slurm. Submitting again runs only what is missing, also with another N. DIR must be on a
    file system that all nodes share; docs/cluster.md tells the rest.

    \(Overrides.help)

    options:
      --shards N         tasks; no more than the sweep has networks
      --output DIR       where the results go (default output/NAME, after the name in SPEC)
      --cpus-per-task C  processors of a task (default 1)
      --at-once M        tasks that may run at one time (default: as many as fit)
      --time T           time limit of a task, as sbatch takes it: 2:00:00 is two hours, 2:00 two minutes.
                         The warning comes 90 seconds ahead, so take some minutes at least
      --partition P      partition
      --account A        account
      --dry-run          write and print the script (over an older one), submit nothing
      -- OPTION ...      any other options of sbatch, for both jobs
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
        ("--shards", "a whole number"), ("--output", "a folder"), ("--cpus-per-task", "a whole number"), ("--at-once", "a whole number"),
        ("--time", "a time limit"),
        ("--partition", "a partition"), ("--account", "an account"), ("--dry-run", nil),
      ], values: Overrides.names())
    let spec = try arguments.specification(example: "sweeps/full-grid.json5 --shards 32")
    guard let shards = try arguments.whole("--shards", in: 1...Shard.most) else {
      throw UsageError(description: "submit needs --shards N, the number of tasks; see: frontier help submit")
    }
    let processors = try arguments.whole("--cpus-per-task", in: 1...1024) ?? 1
    let passed = Array(words[split...].dropFirst())
    try check(passed)
    let places = ["--partition", "--account"].compactMap { name in arguments.text(name).map { "\(name)=\($0)" } }
    let folder = OutputFolder(Files.absolute(arguments.text("--output") ?? "output/" + spec.name))

    let isDry = arguments.has("--dry-run")
    for damage in try folder.damagedShards(of: spec, settingAside: !isDry) { Console.say("frontier: \(damage)") }
    guard let plans = try spec.chooser.next(spec, in: folder, passingOver: isDry)?.plan.divided(among: shards) else {
      let all = spec.refinement == nil ? "all \(spec.trials) trials are stored" : "the boundaries are found, and every trial that tells of them is stored"
      return Console.say("frontier: nothing to submit: \(all) in \(folder.path); `frontier render` and `frontier compare` show what they say")
    }
    let networks = plans.reduce(0) { $0 + $1.groups }
    guard shards <= networks else {
      throw UsageError(description: "--shards \(shards): the sweep has \(networks) \(spec.experiment.preparations) to share out; use at most that many")
    }
    let atOnce = try arguments.whole("--at-once", in: 1...Shard.most), time = arguments.text("--time").map { ["--time", $0] } ?? []
    let same = ["--shards", "\(shards)", "--output", folder.path, "--cpus-per-task", "\(processors)"] + (atOnce.map { ["--at-once", "\($0)"] } ?? [])
    let script = BatchScript(
      spec: spec, program: try program(), output: folder.path, shards: shards, open: plans.indices.filter { plans[$0].left > 0 }.map { $0 + 1 },
      atOnce: atOnce, processors: processors,
      arrayOptions: (arguments.text("--time").map { ["--time=\($0)"] } ?? []) + places + passed, finishOptions: places + passed,
      again: same + time + ["--partition", "--account"].flatMap { name in arguments.text(name).map { [name, $0] } ?? [] }
        + (passed.isEmpty ? [] : ["--"] + passed))
    describe(plans, in: folder, processors: processors)
    try Files.createFolder(script.folder)
    try Files.write(Array(spec.keptText.utf8), to: script.specPath)
    try Files.write(Array(script.array.utf8), to: script.arrayPath)
    try Files.write(Array(script.finish.utf8), to: script.finishPath)
    print("\n\(script.array)")
    if isDry { return Console.say("frontier: wrote \(script.arrayPath) and finish.sbatch beside it; nothing is submitted") }

    guard let job = try submitted([script.arrayPath]) else {
      Console.say("frontier: nothing is submitted (what sbatch says is above); mend the options, or edit the script and submit it by hand")
      throw Exit(code: ExitCode.unavailable)
    }
    let dependency = ["--dependency=afterany:\(job)", "--kill-on-invalid-dep=yes", script.finishPath]
    guard let last = try submitted(dependency) else {
      Console.say(
        "frontier: the array is submitted as job \(job), but not what draws when it has ended. Try again, or draw yourself:\n    sbatch "
          + dependency.map(Console.quotedForShell).joined(separator: " "))
      throw Exit(code: ExitCode.unavailable)
    }
    Console.say(
      """
      frontier: submitted job \(job), \(script.open.count) tasks; job \(last) draws when they have ended
          how far it is:     frontier status \(Console.quotedForShell(folder.path))
          what tasks say:    \(script.folder)/\(job)_*.log
          to stop it:        scancel \(job) \(last)
      """)
  }

  private static let mostRows = 20

  private static func describe(_ plans: [Plan], in folder: OutputFolder, processors: Int) {
    let spec = plans[0].spec, left = plans.map(\.left).filter { $0 > 0 }
    guard let sample = plans.max(by: { $0.left < $1.left }) else { return }
    let total = left.reduce(0, +)
    // One shard stands for all. A network that cannot be made is reported by its trials.
    let pilot = try? Pilot(sample, budget: 2)
    func time(of trials: Int) -> String {
      pilot.map { "about " + Console.duration($0.seconds * Double(trials) / Double(sample.left) / Double(processors)) } ?? "nobody knows how long"
    }
    let rows = [
      ("sweep", "\(spec.name) (\(spec.experiment.name)), seed \(spec.seed)"),
      (
        "trials",
        "\(spec.trials), of which \(plans[0].stored) stored already; \(total) to do"
          + (spec.refinement == nil ? "" : " in this wave, and more that follow from it")
      ),
      ("shards", "\(left.count), with \(Set(left).count == 1 ? "" : "\(left.min() ?? 0) to ")\(left.max() ?? 0) trials each"),
      ("time", "\(time(of: total / left.count)) each, with --cpus-per-task \(processors) and processors like this one's"),
      ("memory", "about \(Memory.words(spec.memory.bytes)) for each processor of a task; ask for more with -- --mem-per-cpu=... where the cluster gives less"),
      ("store", (pilot.map { "about \(Memory.words($0.bytes * total / sample.left)) more in " } ?? "") + folder.path),
    ]
    print(rows.map { $0.0.padded(to: 11) + $0.1 }.joined(separator: "\n"))
    for (index, plan) in plans.enumerated().prefix(mostRows) {
      print(
        "  \(index + 1)/\(plans.count)".padded(to: 11) + "\(plan.left) trials of \(plan.preparations) \(spec.experiment.preparations), \(time(of: plan.left))")
    }
    if plans.count > mostRows { print("".padded(to: 11) + "and \(plans.count - mostRows) more") }
  }

  /// What the scripts depend on.
  private static let own = [
    "--array", "-a", "--output", "-o", "--signal", "--dependency", "-d", "--job-name", "-J", "--cpus-per-task", "-c", "--parsable", "--no-requeue", "--wrap",
  ]

  private static func check(_ options: [String]) throws(UsageError) {
    for option in options {
      guard option.hasPrefix("-"), !option.contains("\n") else {
        throw UsageError(description: "'\(option)' behind -- is no option of sbatch; options with a value take the form --name=value")
      }
      let name = String(option.prefix { $0 != "=" })
      guard !own.contains(name) else { throw UsageError(description: "\(name) behind --: submit sets that itself; see: frontier help submit") }
    }
  }

  /// This program's file.
  private static func program() throws -> String {
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &name, name.count - 1)
    guard length > 0 else { throw FileError(.read, "/proc/self/exe", reason: "the program's own file cannot be told") }
    return String(decoding: name[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Calls sbatch; the number of the job, nil if it refused.
  private static func submitted(_ arguments: [String]) throws -> String? {
    let (output, code) = try Subprocess.run("sbatch", ["--parsable"] + arguments)
    // With several clusters behind a semicolon.
    let job = output.prefix { $0.isASCII && $0.isNumber }
    return code == 0 && !job.isEmpty ? String(job) : nil
  }
}
