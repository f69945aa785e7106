/// What a plan will cost, from a few of its trials.
public struct Pilot: Sendable {
  /// Processor time of all missing trials, in seconds.
  public let seconds: Double
  /// Size of what they add to the store, in bytes.
  public let bytes: Int
  /// Preparations and trials that were timed.
  public let sampled: (preparations: Int, trials: Int)

  private static let mostGroups = 16
  private static let trialsOfGroup = 4

  /// Times preparations and trials spread over the plan for about `budget` seconds, at least one of each.
  public init(_ plan: Plan, budget: Double) throws {
    let clock = ContinuousClock(), start = clock.now
    var preparing = 0.0, measuring = 0.0, preparations = 0, trials = 0
    let spec = plan.spec, step = max(1, plan.groups / Self.mostGroups)
    // Offset by a prime, so that a stride that divides an axis does not meet the same value of it each time.
    for i in 0..<min(plan.groups, Self.mostGroups) where trials == 0 || (clock.now - start).seconds < budget {
      guard let missing = Self.missing(plan, from: (i * step + i * 7 % step) % plan.groups), let first = missing.first else { break }
      let began = clock.now
      let preparation = try spec.grid.cell(at: first.cell).prepare(seed: spec.seed, repetition: first.repetition)
      preparing += (clock.now - began).seconds
      preparations += 1
      for j in 0..<min(missing.count, Self.trialsOfGroup) {
        let trial = missing[j * missing.count / min(missing.count, Self.trialsOfGroup)]
        let began = clock.now
        _ = try spec.grid.cell(at: trial.cell).measure(seed: spec.seed, repetition: trial.repetition, with: preparation)
        measuring += (clock.now - began).seconds
        trials += 1
      }
    }
    seconds = preparing / Double(max(preparations, 1)) * Double(plan.preparations) + measuring / Double(max(trials, 1)) * Double(plan.left)
    sampled = (preparations, trials)
    // A double takes nine bytes with its type, a count or flag about two; keys, outcome and index about forty.
    let row = spec.experiment.columns.reduce(40) { $0 + ($1.kind == .number ? 9 : 2) }
    let cell = 20 + 2 * spec.experiment.parameters.count * 6
    bytes = plan.left * row + (plan.left + spec.repetitions - 1) / spec.repetitions * cell
  }

  /// What is missing of the first group from this one on, round the end, that lacks anything.
  private static func missing(_ plan: Plan, from group: Int) -> [TrialIdentity]? {
    (0..<plan.groups).lazy.map { plan.trials(ofGroup: (group + $0) % plan.groups) }.first { !$0.isEmpty }
  }
}

extension Duration {
  public var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
