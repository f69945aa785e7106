import Dispatch
import Engine
import Experiments
import Figures
import Platform
import Results
import Specs
import Storage
import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `frontier run`: measures what is missing of a sweep.
enum RunCommand {
  static let help = """
    usage: frontier run SPEC [name=value ...] [--output DIR] [--jobs N] [--shard I/N] [--dry-run]
                        [--no-figures]

    Runs the sweep that the file SPEC describes (docs/spec.md), and stores every trial in
    DIR/results.sqlite. Trials that are stored already are not run again, so the same command
    continues a sweep that was stopped, extends one whose axes or repetitions have grown, and does
    nothing for one that is complete. A sweep that seeks boundaries (refine) runs wave by wave only what
    tells of them. Ctrl-C or SIGTERM stops within two seconds and keeps all
    finished trials. At the end it draws the specification's views into DIR/heatmaps and prints how
    right each criterion is, as `frontier render` and `frontier compare` do.

    \(Overrides.help)

    options:
      --output DIR   where the results go (default output/NAME, after the name in SPEC)
      --jobs N       trials at one time (default: one for each processor this process may use)
      --shard I/N    do the I-th of N parts, and store it in DIR/results-I-of-N.sqlite: for tasks of a
                     batch system (frontier submit) or machines that share a folder; neither draws
                     nor compares
      --dry-run      print the plan: cells, trials, networks to train, estimated time and size;
                     times a few trials for it, stores nothing
      --no-figures   neither draw nor compare at the end
      --help         this text

    example:
      frontier run sweeps/quickstart.json5
      frontier status output/quickstart
      frontier run sweeps/quickstart.json5 stepSize=50 snr=0.1,0.2,0.4 repetitions=3

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "run",
      options: [("--output", "a folder"), ("--jobs", "a whole number"), ("--shard", "a part, as in 3/8"), ("--dry-run", nil), ("--no-figures", nil)],
      values: Overrides.names())
    let jobs = try arguments.whole("--jobs", in: 1...1024) ?? Processors.available
    let spec = try arguments.specification(example: "sweeps/quickstart.json5")
    let folder = OutputFolder(arguments.text("--output") ?? "output/" + spec.name)
    let shard = try arguments.text("--shard").map(shard)
    if arguments.has("--dry-run") { return try describe(spec, shard: shard, in: folder, jobs: jobs) }

    let again = ([CommandLine.arguments[0], "run"] + words).map(Console.quotedForShell).joined(separator: " ")
    if let shard { return try run(shard, of: spec, in: folder, jobs: jobs, again: again) }
    // A store that cannot be read is left to the run, which reports or repairs it.
    if (try? isComplete(spec, in: folder)) == true {
      let all = spec.refinement == nil ? "all \(spec.trials) trials are stored" : "all trials that tell where the boundaries pass are stored"
      Console.say("frontier: nothing to do: \(all) in \(folder.path)")
    } else {
      try measure(SweepRun(spec, in: folder, jobs: jobs, now: time(nil)), again: again)
    }
    print(StatusCommand.table(try SweepStatus(of: folder), folder: folder))
    if arguments.has("--no-figures") { return }
    do { try drawAndCompare(folder) } catch let error as FileError {
      Console.say(
        "frontier: \(error)\nfrontier: all trials are stored; what is drawn of them is not complete. When the cause is gone, run again:\n    \(again)")
      throw Exit(code: ExitCode.of(error))
    }
  }

  private static func shard(_ text: String) throws(UsageError) -> Shard {
    guard let shard = Shard(text) else { throw UsageError(description: "--shard \(text): I/N with I from 1 to N is needed, as in 3/8") }
    return shard
  }

  private static func run(_ shard: Shard, of spec: SweepSpec, in folder: OutputFolder, jobs: Int, again: String) throws {
    // Tasks run unattended, so they repair what they can.
    for damage in try folder.damagedShards(of: spec, shard: shard, settingAside: true) { Console.say("frontier: \(damage)") }
    if try spec.chooser.next(spec, in: folder, shard: shard) == nil {
      let others = try isOver(spec, in: folder)
      return Console.say(
        "frontier: nothing to do: all trials of shard \(shard) are stored in \(folder.path)"
          + (others ? "" : " that can be chosen before the other shards have done theirs of this wave"))
    }
    // Slurm counts how often it has restarted a task.
    let restart = getenv("SLURM_RESTART_COUNT").flatMap { Int(String(cString: $0)) } ?? 0
    try measure(SweepRun(spec, in: folder, task: (shard, restart), jobs: jobs, now: time(nil)), shard: shard, again: again)
    let isOver = try isOver(spec, in: folder)
    Console.say("frontier: shard \(shard) is complete" + (isOver ? "" : " as far as this wave; the next is chosen when the other shards have done theirs"))
  }

  private static func drawAndCompare(_ folder: OutputFolder) throws {
    let table = try ResultTable(of: folder), success = table.spec.success
    for path in try RenderCommand.draw(HeatmapView.all(of: table.spec), of: table, success: success, in: folder) {
      Console.say("frontier: drew \(path)")
    }
    let comparison = Comparison(table, success: success)
    try CompareCommand.write(comparison, of: table, in: folder)
    print("\n" + comparison.text)
    Console.say("frontier: all on one page: \(folder.path)/report.html")
  }

  /// Whether no shard has anything left to do; a refined sweep may have another wave.
  private static func isOver(_ spec: SweepSpec, in folder: OutputFolder) throws -> Bool {
    try spec.refinement == nil || spec.chooser.next(spec, in: folder, passingOver: true) == nil
  }

  private static func isComplete(_ spec: SweepSpec, in folder: OutputFolder) throws -> Bool {
    try folder.lastSpec() == spec && spec.chooser.next(spec, in: folder) == nil
  }

  private static func measure(_ run: SweepRun, shard: Shard? = nil, again: String) throws {
    let plan = run.plan
    Console.tell(run.notices)
    if let shard {
      Console.say("frontier: shard \(shard): \(plan.left) trials to do; of the sweep's \(plan.spec.trials), \(plan.stored) are stored")
    } else if plan.stored > 0 {
      Console.say(
        "frontier: \(plan.stored) of \(plan.spec.trials) trials are stored already; \(plan.left) to do"
          + (plan.spec.refinement == nil ? "" : " before more are chosen"))
    }
    if plan.started > 0 { Console.say("frontier: \(plan.started) of these are stored in part: probes that they lack are put to them, and nothing else") }
    sayOthers(plan)
    let signals = stopOnSignals(run)
    // Afterwards, while figures are drawn, a signal ends the process as usual.
    defer {
      signals.forEach { $0.cancel() }
      for number in stopSignals { signal(number, SIG_DFL) }
    }
    let clock = ContinuousClock(), start = clock.now
    let reporter = ProgressReporter(isByWaves: plan.spec.refinement != nil) { run.progress }
    let end: SweepRun.End
    do {
      end = try run.run()
    } catch {
      reporter.end()
      throw error
    }
    reporter.end()
    let progress = run.progress, seconds = (clock.now - start).seconds
    Console.say("frontier: measured \(progress.measured) trials in \(Console.duration(seconds)) (\(Console.rate(Double(progress.measured) / seconds)))")
    guard case .complete = end else {
      // A batch script requeues a stopped task, which must not go on for ever.
      if shard != nil, progress.measured == 0 {
        Console.say("frontier: stopped before any trial was done; give the task more time")
        throw Exit(code: ExitCode.failure)
      }
      Console.say("frontier: stopped; what was measured is stored. Continue with:\n    \(again)")
      throw Exit(code: ExitCode.resumable)
    }
  }

  private static func sayOthers(_ plan: Plan) {
    guard plan.others > 0 else { return }
    Console.say(
      "frontier: the folder also holds \(plan.others) trials of other settings (another seed, other values or parameters); they stay there and do not mix "
        + "with these")
  }

  private static let stopSignals = [SIGINT, SIGTERM, SIGHUP]

  /// A signal this soon after the first counts as the same: batch systems send it to a script, which passes it on, and to all its processes.
  private static let sameSignal = Duration.milliseconds(500)

  /// The first signal is a graceful stop, a second one an immediate stop: what was stored is safe either way.
  private static func stopOnSignals(_ run: SweepRun) -> [any DispatchSourceSignal] {
    let queue = DispatchQueue(label: "frontier.signals")
    nonisolated(unsafe) var first: ContinuousClock.Instant?
    return stopSignals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if let first {
          if ContinuousClock.now - first > sameSignal { _exit(ExitCode.resumable) }
          return
        }
        first = .now
        run.stop()
      }
      source.resume()
      return source
    }
  }

  private static func table(_ rows: [(String, String)]) -> String { rows.map { ($0.padded(to: 11) + $1).wrapped(indent: 11) }.joined(separator: "\n") }

  /// Of the values of an axis: names one by one, of numbers the first and the last.
  private static func extent(_ values: [ParameterValue]) -> String {
    guard let first = values.first, let last = values.last, values.count > 1, values.allSatisfy({ $0.number != nil }) else {
      return ": " + values.map(\.text).joined(separator: ", ")
    }
    return ", \(first.text) to \(last.text)"
  }

  private static func describe(_ spec: SweepSpec, shard: Shard?, in folder: OutputFolder, jobs: Int) throws {
    let next = try spec.chooser.next(spec, in: folder, shard: shard), plan = try next?.plan ?? Plan(spec, in: folder, shard: shard)
    var rows = [("sweep", "\(spec.name) (\(spec.experiment.name)), seed \(spec.seed)")]
    if let facts = spec.images, let words = spec.imageWords { rows.append(("images", "\(words): \(facts.words)")) }
    for axis in spec.grid.axes {
      rows.append(("axis", "\(axis.name), \(axis.values.count) values\(extent(axis.values))"))
    }
    rows.append(("cells", "\(spec.grid.count), \(spec.repetitions) repetitions each"))
    let left = next == nil ? 0 : plan.left
    if let refinement = spec.refinement {
      rows.append(("trials", "\(spec.trials) in the whole grid" + (plan.stored > 0 ? ", of which \(plan.stored) are stored" : "")))
      let wave = next.map { "wave \($0.number + 1): \(left) trials; what follows depends on what they show" } ?? "they are found: nothing is left to do"
      rows.append(("boundaries", "of \(refinement.events.joined(separator: " and ")), from every \(1 << refinement.depth)-th value on. \(wave)"))
    } else {
      rows.append(("trials", "\(spec.trials)" + (plan.stored > 0 ? ", of which \(plan.stored) stored already; \(left) to do" : "")))
    }
    if spec.experiment.preparesEachRepetition { rows.append((spec.experiment.preparations, "\(next == nil ? 0 : plan.preparations) to train")) }
    if left > 0 {
      rows.append(("memory", "about \(Memory.words(spec.memory.bytes)) a job, of which \(Memory.words(Memory.available)) are available"))
      // Without the memory there is no time to tell; what is known of the plan is.
      let pilot = Result { try Pilot(plan, budget: 2) }
      if case .success(let pilot) = pilot {
        let fitting = try spec.jobs(atMost: jobs), kind = spec.experiment.preparations
        let source =
          pilot.sampled.trials > 0
          ? "\(pilot.sampled.preparations) \(kind) and \(pilot.sampled.trials) trials were timed"
          : "by the number of operations; a trial is too long to be timed here"
        let ofWave = spec.refinement == nil ? "" : " for this wave"
        rows.append(("time", "about \(Console.duration(pilot.seconds / Double(min(fitting, plan.left)))) with --jobs \(fitting)\(ofWave) (\(source))"))
        if fitting < jobs { rows.append(("", spec.words(fitting: fitting, of: jobs))) }
        rows.append(("store", "about \(Memory.words(pilot.bytes)) more in \(folder.path)\(ofWave)"))
      }
      print(table(rows))
      sayOthers(plan)
      _ = try pilot.get()
      return
    }
    print(table(rows))
    sayOthers(plan)
  }
}
