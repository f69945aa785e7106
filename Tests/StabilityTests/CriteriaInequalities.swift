import Model
import FrontierNumerics
import Stability
import Testing

/// The chain under the criteria table of theory.md section 5, for Bernoulli sampling, each as a ratio to its threshold:
/// coherence divergence^2 <= single sample^2 <= noise radius <= mean-square radius <= contraction.
@Suite struct CriteriaInequalities {
  @Test(arguments: RandomPoints.Shape.allCases) func chainHolds(shape: RandomPoints.Shape) throws {
    var stream = RandomKey(seed: 11).child(RandomPoints.Shape.allCases.firstIndex(of: shape) ?? 0).stream()
    var compared = 0
    for trial in 0..<120 {
      let loss: Loss = trial % 2 == 0 ? .squared : .logistic
      let point = try RandomPoints.point(&stream, shape: shape, loss: loss)
      let rule = try RandomPoints.rule(&stream, count: point.count, sampling: .bernoulli)
      let test = try predictors(point, rule)
      guard case .success(let radius) = test[.meanSquareRadius] else {
        #expect(point.hasNoGradient)
        continue
      }
      let contraction = try test[.contraction].get(), noise = try test[.noiseRadius].get(), single = try test[.singleSampleDivergenceRatio].get()
      let slack = 1e-9 * max(1, contraction)
      if case .success(let coherence) = test[.coherenceDivergenceRatio], coherence > 0 { #expect(coherence * coherence <= single * single + slack) }
      #expect(single * single <= noise + slack)
      #expect(noise <= radius + slack)
      #expect(radius <= contraction + slack)
      compared += 1
    }
    #expect(compared >= 100)
  }

  /// lambda_1(D) >= 2/eta alone is divergence in mean square.
  @Test func sharpnessAboveTwoOverStepDiverges() throws {
    var stream = RandomKey(seed: 12).stream()
    var seen = 0
    for _ in 0..<300 {
      let point = try RandomPoints.point(&stream, shape: .generic, loss: .squared)
      for sampling in Sampling.allCases {
        let rule = try RandomPoints.rule(&stream, count: point.count, sampling: sampling)
        let hessians = WeightedHessians(at: point, rule: rule)
        guard rule.stepSize * (try MixedHessianEnds(hessians).top.value) >= 2 else { continue }
        #expect(try hessians.meanSquareRadius().value >= 1 - 1e-9)
        seen += 1
      }
    }
    #expect(seen > 50)
  }

  /// typical rate <= mean-square rate = log(radius) / 2, on runs long enough that sampling error is small.
  @Test func typicalIsAtMostMeanSquare() throws {
    var stream = RandomKey(seed: 13).stream()
    for trial in 0..<60 {
      let point = try RandomPoints.point(&stream, shape: .generic, loss: .squared)
      let sampling: Sampling = trial % 2 == 0 ? .bernoulli : .uniform
      let rule = try RandomPoints.rule(&stream, count: point.count, sampling: sampling)
      let hessians = WeightedHessians(at: point, rule: rule)
      let schedule = try BatchSchedule(
        split: point.split, batchSize: rule.batchSize, sampling: sampling, steps: 4000, key: RandomKey(seed: 13).child(trial))
      let simulation = try LinearSimulation(hessians, schedule: schedule, growthLimit: 1000, key: RandomKey(seed: 14))
      let meanSquare = Elementary.log(try hessians.meanSquareRadius().value) / 2
      // Five standard errors: a false alarm in 10^6 a trial. 0.005: what the first direction leaves in 3000 steps.
      #expect(simulation.typicalRate <= meanSquare + 5 * (try #require(simulation.standardError)) + 0.005, "\(rule)")
    }
  }

  private func predictors(_ point: Linearisation, _ rule: StepRule) throws -> Predictors {
    let schedule = try BatchSchedule(
      split: point.split, batchSize: rule.batchSize, sampling: rule.sampling, steps: 20, key: RandomKey(seed: 1))
    return try HessianTest(PointSpectra(at: point), rule: rule, schedule: schedule).predictors(
      growthLimit: 1000, key: RandomKey(seed: 1), dataModel: nil)
  }
}
