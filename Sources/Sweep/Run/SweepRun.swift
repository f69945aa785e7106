import Dispatch
import Synchronization

/// One run of a sweep: measures what is missing and stores it.
public final class SweepRun: Sendable {
  public enum End: Sendable {
    case complete
    /// Stopped on request; what was measured is stored.
    case stopped
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Trials that this run has measured and stored, and how many it set out to.
    public let measured: Int
    public let of: Int
    public let notTrained: Int
    public let failed: Int
  }

  public let plan: Plan
  /// What the user should know of how the store was opened.
  public let notices: [String]
  private let jobs: Int
  private let scheduler: Scheduler
  private let recorder: Recorder
  private let changed = DispatchSemaphore(value: 0)
  private let isStopped = Mutex(false)

  /// How long a stop waits for trials under way; those that take longer are lost, and measured again by the next run.
  private static let grace = DispatchTimeInterval.milliseconds(1000)

  /// Opens a store in the folder for writing, and looks up what is missing.
  ///
  /// - Parameters:
  ///   - task: the shard that this run does, and how often it was restarted; nil for the whole sweep.
  ///   - jobs: trials at one time, if there is memory for so many.
  ///   - now: seconds since 1970, to tell which specification a folder was last used with.
  public init(_ spec: SweepSpec, in folder: OutputFolder, task: (shard: Shard, restart: Int)? = nil, jobs: Int, now: Int) throws {
    let fitting = try spec.jobs(atMost: jobs)
    try Files.createFolder(folder.path)
    var (writer, notices) =
      if let task { try Self.writer(of: task.shard, restart: task.restart, for: spec, in: folder, now: now) } else {
        (try StoreWriter(folder.store, for: spec, journal: .writeAhead, now: now), [String]())
      }
    if fitting < jobs { notices.append(spec.words(fitting: fitting, of: jobs)) }
    let plan = try Plan(spec, in: folder, shard: task?.shard)
    let scheduler = Scheduler(plan)
    (self.plan, self.notices, self.jobs, self.scheduler) = (plan, notices + plan.damaged.map { "passing over \($0)" }, fitting, scheduler)
    recorder = Recorder(writer) { scheduler.cancel() }
  }

  /// No task waits for another: where a copy of this one still writes (its node was declared dead, and was not), this one takes a store of its own.
  private static func writer(
    of shard: Shard, restart: Int, for spec: SweepSpec, in folder: OutputFolder, now: Int
  ) throws -> (writer: StoreWriter, notices: [String]) {
    var notices: [String] = [], restart = restart
    while true {
      let path = folder.store(of: shard, restart: restart)
      do {
        return (try StoreWriter(path, for: spec, journal: .rollback, now: now), notices)
      } catch StoreError.inUse(_, let holder) where restart < mostRestarts {
        restart += 1
        notices.append("\(path) is being written by \(holder); this run writes \(folder.store(of: shard, restart: restart))")
      }
    }
  }

  private static let mostRestarts = 1000

  public var progress: Progress {
    let counts = recorder.progress
    return Progress(measured: counts.stored, of: plan.left, notTrained: counts.notTrained, failed: counts.failed)
  }

  /// Works until nothing is left or `stop` is called. Blocks.
  public func run() throws -> End {
    let workers = DispatchGroup()
    let queue = DispatchQueue(label: "frontier.trials", qos: .userInitiated, attributes: .concurrent)
    for _ in 0..<jobs { queue.async(group: workers) { self.work() } }
    workers.notify(queue: .global()) { self.changed.signal() }
    changed.wait()
    if isStopped.withLock({ $0 }) { _ = workers.wait(timeout: .now() + Self.grace) }
    // A trial that ends after the store is closed was measured for nothing.
    try recorder.finish()
    return recorder.progress.stored == plan.left ? .complete : .stopped
  }

  /// Asks the run to end. Safe to call at any time, from any thread.
  public func stop() {
    isStopped.withLock { $0 = true }
    scheduler.cancel()
    changed.signal()
  }

  private func work() {
    var own: Scheduler.OpenGroup?
    while true {
      switch scheduler.next(own: own) {
      case .prepare(let trials):
        let group = Scheduler.OpenGroup(plan.spec.preparation(for: trials[0]), trials: trials)
        own = group
        scheduler.open(group)
      case .measure(let trial, let group): measure(trial, with: group.preparation)
      case .wait: scheduler.waitForChange()
      case .finished: return
      }
    }
  }

  private func measure(_ trial: TrialIdentity, with preparation: Result<Preparation, any Error>) {
    let result = plan.spec.result(of: trial, with: preparation)
    recorder.record(TrialRecord(cell: trial.cell, repetition: trial.repetition, result: result))
  }
}

extension SweepSpec {
  /// What a trial shares with others of its network, or why there is none.
  func preparation(for trial: TrialIdentity) -> Result<Preparation, any Error> {
    Result { try grid.cell(at: trial.cell).prepare(seed: seed, repetition: trial.repetition) }
  }

  /// What a trial comes to. An error is a result too: it must not stop a sweep, nor come back at every resume.
  func result(of trial: TrialIdentity, with preparation: Result<Preparation, any Error>) -> TrialResult {
    do {
      return try grid.cell(at: trial.cell).measure(seed: seed, repetition: trial.repetition, with: preparation.get())
    } catch {
      return .failure("\(error)", columns: experiment.columns)
    }
  }
}
