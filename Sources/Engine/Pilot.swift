import Experiments
import Platform
import Specs

/// What a plan will cost, from a few of its trials.
public struct Pilot: Sendable {
  /// Processor time of all missing trials, in seconds.
  public let seconds: Double
  /// Size of what they add to the store, in bytes.
  public let bytes: Int
  /// Preparations and trials that were timed; none where they are too large to wait for, and `seconds` comes from their number of operations.
  public let sampled: (preparations: Int, trials: Int)

  private static let mostGroups = 16
  private static let trialsOfGroup = 4
  /// In multiply-adds: what takes longer than a few seconds is not timed.
  private static let mostTimed = 1e10

  /// Times preparations and trials spread over the plan for about `budget` seconds, at least one of each. Refuses a sweep that there is no memory for.
  public init(_ plan: Plan, budget: Double) throws {
    _ = try plan.spec.jobs(atMost: 1)
    var stopwatch = Stopwatch()
    let spec = plan.spec, step = max(1, plan.groups / Self.mostGroups), clock = ContinuousClock(), start = clock.now
    // Offset by a prime, so that a stride that divides an axis does not meet the same value of it each time.
    for i in 0..<min(plan.groups, Self.mostGroups) where stopwatch.trials == 0 || (clock.now - start).seconds < budget {
      guard let missing = Self.missing(plan, from: (i * step + i * 7 % step) % plan.groups), let first = missing.first else { break }
      let chosen = (0..<min(missing.count, Self.trialsOfGroup)).map { missing[$0 * missing.count / min(missing.count, Self.trialsOfGroup)] }
      try stopwatch.take(chosen, preparedBy: first, of: plan)
    }
    seconds = stopwatch.preparing * Double(plan.preparations) + stopwatch.measuring * Double(plan.left)
    sampled = (stopwatch.timedPreparations, stopwatch.timedTrials)
    // A double takes nine bytes with its type, a count or flag about two; keys and index of a probe's table about thirty.
    let lacking = Self.missing(plan, from: 0)?.first.map(plan.probes) ?? []
    let row = zip(spec.experiment.probes, lacking).reduce(0) { $1.1 ? $1.0.columns.reduce($0 + 30) { $0 + ($1.kind == .number ? 9 : 2) } : $0 }
    let cell = 20 + 2 * spec.experiment.parameters.count * 6
    bytes = plan.left * row + (plan.left + spec.repetitions - 1) / spec.repetitions * cell
  }

  /// Times work, or estimates it from its operations where it is too long to time.
  private struct Stopwatch {
    private(set) var preparations = 0
    private(set) var trials = 0
    private(set) var timedPreparations = 0
    private(set) var timedTrials = 0
    private var preparationSeconds = 0.0
    private var trialSeconds = 0.0
    /// Seconds of a multiply-add, from a trial of the defaults; measured when it is asked for.
    private var perOperation: Double?
    private let clock = ContinuousClock()

    /// Means, in seconds.
    var preparing: Double { preparationSeconds / Double(max(preparations, 1)) }
    var measuring: Double { trialSeconds / Double(max(trials, 1)) }

    mutating func take(_ chosen: [TrialIdentity], preparedBy first: TrialIdentity, of plan: Plan) throws {
      let spec = plan.spec
      let cells = try chosen.map { try spec.grid.cell(at: $0.cell) }, estimate = try spec.grid.cell(at: first.cell).preparationEstimate
      let estimates = cells.map { $0.trialEstimate(repetitions: 1) }
      preparations += 1
      trials += cells.count
      guard estimate + (estimates.max() ?? 0) <= mostTimed else {
        let rate = try rate(of: spec.experiment)
        preparationSeconds += estimate * rate
        trialSeconds += estimates.reduce(0, +) * rate
        return
      }
      var began = clock.now
      let preparation = try spec.grid.cell(at: first.cell).prepare(seed: spec.seed, repetition: first.repetition)
      preparationSeconds += (clock.now - began).seconds
      timedPreparations += 1
      for (cell, trial) in zip(cells, chosen) {
        began = clock.now
        _ = cell.measure(seed: spec.seed, repetition: trial.repetition, probes: plan.probes(for: trial), with: preparation)
        trialSeconds += (clock.now - began).seconds
        timedTrials += 1
      }
    }

    private mutating func rate(of experiment: any Experiment) throws -> Double {
      if let perOperation { return perOperation }
      let cell = experiment.cell, began = clock.now
      _ = cell.measure(seed: 0, repetition: 0)
      let rate = (clock.now - began).seconds / (cell.preparationEstimate + cell.trialEstimate(repetitions: 1))
      perOperation = rate
      return rate
    }
  }

  /// What is missing of the first incomplete group from this one on, wrapping round at the end.
  private static func missing(_ plan: Plan, from group: Int) -> [TrialIdentity]? {
    (0..<plan.groups).lazy.map { plan.trials(ofGroup: (group + $0) % plan.groups) }.first { !$0.isEmpty }
  }
}
