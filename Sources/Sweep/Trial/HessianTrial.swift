import Model
import Numerics
import Stability

/// One repetition of one cell of the synthetic Hessian test. A pure function of its parameters, the seed and the repetition.
public struct HessianTrial: Sendable {
  public let parameters: HessianParameters
  private let test: SyntheticHessianTest
  private let key: RandomKey

  /// Refuses any parameter out of its range, by name.
  public init(_ parameters: HessianParameters, seed: UInt64, repetition: Int) throws {
    let p = parameters
    self.parameters = p
    let rule = try StepRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, batchSize: p.batchSize, sampling: p.sampling)
    test = try SyntheticHessianTest(samples: p.samples, coherence: p.coherence, rule: rule, steps: p.steps, growthLimit: p.growthLimit)
    key = RandomKey(seed: seed).child(repetition)
  }

  public static let columns: [Column] =
    [
      Column("survived", .flag, "whether the squared length stayed below growthLimit times its start at every step"),
      Column("escapedAtStep", .count, unit: "steps", "how many steps it took to pass that limit"),
      Column("logGrowth", .number, "log of the squared length over its start, after the last step or at the escape"),
    ] + closedForms.map { $0.figure.column.named($0.name) }

  private static let closedForms: [(name: String, figure: HessianTest.Figure)] =
    [("mixedHessianTop", .mixedHessianTop), ("mixedHessianBottom", .mixedHessianBottom), (mixedCoherence, .coherence)]
    + [
      .coherenceDivergenceRatio, .coherenceConvergenceRatio, .singleSampleDivergenceRatio, .noiseRadius, .meanSquareRadius, .contraction, .typicalRate,
    ].map { ($0.rawValue, $0) }

  /// The column of the mixed coherence, where `coherence` is the name of a parameter.
  static let mixedCoherence = "mixedCoherence"

  /// What does not depend on the repetition.
  func criteria() -> [MeasuredValue] {
    let test = test.hessianTest
    return Self.closedForms.map { MeasuredValue(test[$0.figure]) }
  }

  public func measure() -> TrialResult { measure(with: criteria()) }

  func measure(with criteria: [MeasuredValue]) -> TrialResult {
    let run = test.run(key: key)
    return TrialResult(
      outcome: .completed,
      values: [.flag(run.survived), MeasuredValue(run.escapedAtStep, otherwise: "did not escape"), MeasuredValue(run.logGrowth)] + criteria)
  }
}
