import Dispatch
import Experiments
import Platform
import Results
import Specs
import Storage
import Synchronization

/// One run of a sweep: measures what a chooser wants and is missing, wave by wave, and stores it.
public final class SweepRun: Sendable {
  public enum End: Sendable {
    /// Nothing is left that this run can do. Of a shard: its part of what is chosen so far; a chooser may want more once the other shards have done theirs.
    case complete
    /// Stopped on request; what was measured is stored.
    case stopped
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Trials that this run has measured and stored, and how many it has set out to.
    public let measured: Int
    public let of: Int
    /// Which wave this is, from 1.
    public let wave: Int
    public let notTrained: Int
    public let failed: Int
  }

  /// Of the first wave that something is missing of; of nothing, if there is none.
  public let plan: Plan
  /// What the user should know of how the store was opened.
  public let notices: [String]
  private let jobs: Int
  private let chooser: any Chooser
  private let folder: OutputFolder
  private let shard: Shard?
  private let recorder: Recorder
  private let course: Course
  /// Of earlier waves; nil where there is one alone.
  private let kept: KeptPreparations?
  private let changed = DispatchSemaphore(value: 0)

  /// Bytes of what trials of earlier waves had in common: at most so many, and half of what the trials of all jobs leave.
  private static let mostKept = 1 << 30

  /// How long a stop waits for trials under way; those that take longer are lost, and measured again by the next run.
  private static let grace = DispatchTimeInterval.milliseconds(1000)

  /// Opens a store in the folder for writing, and looks up what is missing.
  ///
  /// - Parameters:
  ///   - task: the shard that this run does, and how often it was restarted; nil for the whole sweep.
  ///   - jobs: trials at one time, if there is memory for so many.
  ///   - chooser: which trials are wanted; as the specification says if nil.
  ///   - now: seconds since 1970, to tell which specification a folder was last used with.
  public init(
    _ spec: SweepSpec, in folder: OutputFolder, task: (shard: Shard, restart: Int)? = nil, jobs: Int, chooser: (any Chooser)? = nil, now: Int
  ) throws {
    let fitting = try spec.jobs(atMost: jobs)
    // Images that are not there must not become trials that failed.
    _ = try spec.imageData?.images()
    try Files.createFolder(folder.path)
    var (writer, notices) =
      if let task { try Self.writer(of: task.shard, restart: task.restart, for: spec, in: folder, now: now) } else {
        (try StoreWriter(folder.store, for: spec, journal: .writeAhead, now: now), [String]())
      }
    notices += writer.notices
    if fitting < jobs { notices.append(spec.words(fitting: fitting, of: jobs)) }
    let chooser = chooser ?? spec.chooser
    (self.chooser, self.folder, shard, self.jobs) = (chooser, folder, task?.shard, fitting)
    let left = Memory.available - spec.memory.bytes * fitting
    kept = chooser is FullGrid ? nil : KeptPreparations(mostBytes: min(left / 2, Self.mostKept))
    let (first, plan) = try chooser.next(from: 0, spec, in: folder, shard: shard) ?? (0, Plan(spec, in: folder, shard: shard, wave: .nothing))
    self.plan = plan
    self.notices = notices + plan.notices + plan.damaged.map { "passing over \($0)" }
    let course = Course(plan, wave: first)
    self.course = course
    recorder = Recorder(writer) { course.cancel() }
  }

  /// No task waits for another: if an earlier copy of this one still writes (its node was declared dead, but was not), this one takes a store of its own.
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
    return Progress(
      measured: counts.stored, of: course.planned, wave: course.wave + 1, notTrained: counts.notTrained, failed: counts.failed)
  }

  /// Works until nothing is left or `stop` is called. Blocks.
  public func run() throws -> End {
    let isComplete = Result { try measureAll() }
    // Also after an error: what is stored is left in order.
    let closing = Result { try recorder.finish() }
    let end: End = try isComplete.get() ? .complete : .stopped
    try closing.get()
    return end
  }

  /// Wave after wave; true unless it was stopped.
  private func measureAll() throws -> Bool {
    var wave = course.wave, plan = plan
    while true {
      measure(plan)
      guard try recorder.flush() == course.planned else { return false }
      // A shard sees whether the others have done their part of this wave too.
      let number = shard == nil ? wave + 1 : wave
      guard let next = try chooser.next(from: number, plan.spec, in: folder, shard: shard) else { return true }
      guard course.begin(next.plan, wave: next.number) else { return false }
      (wave, plan) = next
    }
  }

  /// Asks the run to end. Safe to call at any time, from any thread.
  public func stop() {
    course.stop()
    changed.signal()
  }

  private func measure(_ plan: Plan) {
    let scheduler = course.scheduler, workers = DispatchGroup()
    let queue = DispatchQueue(label: "frontier.trials", qos: .userInitiated, attributes: .concurrent)
    for _ in 0..<jobs { queue.async(group: workers) { self.work(on: plan, scheduler) } }
    workers.notify(queue: .global()) { self.changed.signal() }
    changed.wait()
    // A trial that ends after the store is closed was measured for nothing.
    if course.isStopped { _ = workers.wait(timeout: .now() + Self.grace) }
  }

  private func work(on plan: Plan, _ scheduler: Scheduler) {
    var own: Scheduler.OpenGroup?
    while true {
      switch scheduler.next(own: own) {
      case .prepare(let trials, let number):
        let preparation = kept?[number].map { .success($0) } ?? plan.spec.preparation(for: trials[0])
        let group = Scheduler.OpenGroup(number, preparation, trials: trials)
        own = group
        scheduler.open(group)
      case .measure(let trial, let group):
        let result = plan.spec.result(of: trial, probes: plan.probes(for: trial), with: group.preparation)
        recorder.record(TrialRecord(cell: trial.cell, repetition: trial.repetition, result: result))
        // Grown to what its trials needed.
        if group.isEmpty, case .success(let preparation) = group.preparation { kept?.keep(preparation, for: group.number) }
      case .wait: scheduler.waitForChange()
      case .finished: return
      }
    }
  }
}

/// What a run is at: the wave's scheduler, and whether it has been asked to end.
private final class Course: Sendable {
  private struct State {
    var scheduler: Scheduler
    /// Trials of this wave and those before it.
    var planned: Int
    /// Its number, from 0.
    var wave: Int
    var isStopped = false
  }

  private let state: Mutex<State>

  init(_ plan: Plan, wave: Int) { state = Mutex(State(scheduler: Scheduler(plan), planned: plan.left, wave: wave)) }

  var scheduler: Scheduler { state.withLock { $0.scheduler } }
  var planned: Int { state.withLock { $0.planned } }
  var wave: Int { state.withLock { $0.wave } }
  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// False if it is not to begin.
  func begin(_ plan: Plan, wave: Int) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.scheduler = Scheduler(plan)
      state.planned += plan.left
      state.wave = wave
      return true
    }
  }

  /// Ends the wave.
  func cancel() { scheduler.cancel() }

  func stop() {
    state.withLock { $0.isStopped = true }
    cancel()
  }
}

extension SweepSpec {
  /// What a trial shares with others of its network, or why there is none.
  func preparation(for trial: TrialIdentity) -> Result<Preparation, any Error> {
    Result { try grid.cell(at: trial.cell).prepare(seed: seed, repetition: trial.repetition) }
  }

  /// What a trial comes to. An error is a result too: it must not stop a sweep, nor come back at every resume.
  ///
  /// - Parameter probes: which are put to it; all if nil.
  func result(of trial: TrialIdentity, probes: [Bool]? = nil, with preparation: Result<Preparation, any Error>) -> TrialResult {
    guard let cell = try? grid.cell(at: trial.cell) else { return experiment.cell.failure("there is no cell \(trial.cell)", probes: probes) }
    switch preparation {
    case .success(let preparation): return cell.measure(seed: seed, repetition: trial.repetition, probes: probes, with: preparation)
    case .failure(let error): return cell.failure("\(error)", probes: probes)
    }
  }
}
