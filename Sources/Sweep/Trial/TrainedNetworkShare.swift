import Model
import Stability
import Synchronization

/// A trained network, with what else the trials that start from it have in common: kept once computed, used by any number of threads. The results are
/// those of trials that compute everything themselves.
final class TrainedNetworkShare: Sendable {
  let dataset: Dataset
  let trained: TrainedNetwork
  private let first: CNNTrial
  private let cache = Mutex(Cache())

  private struct Cache {
    var before: [Int: [MeasuredValue]] = [:]
    // Large for many samples and for long runs; a sweep has few different ones.
    var spectra = BoundedCache<Int, PointSpectra> { 3 * $0.at.gram.rows * $0.at.gram.stride * MemoryLayout<Double>.stride }
    var schedules = BoundedCache<ScheduleKey, BatchSchedule> { $0.bytes }
  }

  /// What copies of so many bytes that are kept may come to.
  static func mostHeld(_ bytes: Int) -> Int {
    let most = BoundedCache<Int, Int>.mostValues, (product, overflow) = bytes.multipliedReportingOverflow(by: most)
    return max(bytes, min(overflow ? .max : product, BoundedCache<Int, Int>.mostBytes))
  }

  /// What the batches depend on, of all that trials of one trained network differ in.
  private struct ScheduleKey: Hashable {
    let forgetCount: Int
    let batchSize: Int
    let steps: Int
    let sampling: Sampling
  }

  init(_ trial: CNNTrial) throws {
    first = trial
    dataset = try trial.drawDataset()
    trained = try trial.train(on: dataset)
  }

  /// What was measured before unlearning, for the trial's split.
  func beforeUnlearning(of trial: CNNTrial) -> [MeasuredValue] {
    if let known = cache.withLock({ $0.before[trial.split.forget.count] }) { return known }
    let before = trial.beforeUnlearning(trained, on: dataset)
    cache.withLock { $0.before[trial.split.forget.count] = before }
    return before
  }

  /// The spectra of the trained network for this split. Threads that ask at once compute them at once, and find the same.
  func spectra(_ split: ForgetSplit) throws -> PointSpectra {
    if let known = cache.withLock({ $0.spectra[split.forget.count] }) { return known }
    let point = try Linearisation(trained.network, on: dataset, split: split, loss: first.parameters.loss)
    let spectra = PointSpectra(at: point)
    cache.withLock { $0.spectra.keep(spectra, for: split.forget.count) }
    return spectra
  }

  /// The batches of a trial: step size and forget ratio do not matter to them.
  func schedule(of trial: CNNTrial) throws -> BatchSchedule {
    let p = trial.parameters
    let key = ScheduleKey(forgetCount: trial.split.forget.count, batchSize: p.batchSize, steps: p.unlearnSteps, sampling: p.sampling)
    if let known = cache.withLock({ $0.schedules[key] }) { return known }
    let schedule = try trial.drawSchedule()
    cache.withLock { $0.schedules.keep(schedule, for: key) }
    return schedule
  }
}
