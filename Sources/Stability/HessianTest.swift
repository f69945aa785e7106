import FrontierNumerics
import Model

/// A trained network put to the test at one step rule, following the batches of a run: what theory.md section 5 computes of it, in the parts that can be asked
/// for by themselves. The spectra are shared by all cells that have the network and the split.
public struct HessianTest: Sendable {
  private let spectra: PointSpectra
  private let rule: StepRule
  private let schedule: BatchSchedule

  public init(_ spectra: PointSpectra, rule: StepRule, schedule: BatchSchedule) { (self.spectra, self.rule, self.schedule) = (spectra, rule, schedule) }

  /// Curvature, coherence and growth: all that criteria of escape need.
  ///
  /// - Parameter key: the repetition's, for the perturbation that the linear simulation follows.
  public func stability(growthLimit: Double, key: RandomKey) -> [(Predictors.Name, Quantity)] {
    let hessians = WeightedHessians(at: spectra.at, rule: rule)
    let ends = Result { () throws(Undefined) in try MixedHessianEnds(hessians) }
    let top = ends.map(\.top.value), coherence = Result { () throws(Undefined) in try hessians.mixedCoherence(spectra) }
    return [
      (.fullHessianTop, spectra.fullHessianTop),
      (.mixedHessianTop, top),
      (.mixedHessianBottom, ends.map(\.bottom.value)),
      (.coherence, coherence),
      (.retainCoherence, spectra.retainCoherence),
      (.forgetCoherence, spectra.forgetCoherence),
      (.crossCoherence, spectra.crossCoherence),
      (.coherenceDivergenceRatio, Stability.coherenceDivergenceRatio(rule, hessians.noiseFactorOfLargest, top, coherence)),
      (.coherenceConvergenceRatio, Stability.coherenceConvergenceRatio(rule, hessians.noiseFactorOfLargest, top, coherence)),
      (.singleSampleDivergenceRatio, Result { () throws(Undefined) in try hessians.singleSampleDivergenceRatio() }),
      (.noiseRadius, Result { () throws(Undefined) in try hessians.noiseRadius(spectra) }),
      (.meanSquareRadius, Result { () throws(Undefined) in try hessians.meanSquareRadius(from: ends.get()).value }),
      (.contraction, Result { () throws(Undefined) in try hessians.contraction().value }),
      (
        .typicalRate,
        Result { () throws(Undefined) in try LinearSimulation(hessians, schedule: schedule, growthLimit: growthLimit, key: key).typicalRate }
      ),
    ]
  }

  /// The first drift of the margins, and the run with frozen gradients.
  public func tangent() -> [(Predictors.Name, Quantity)] {
    let tangent: Result<TangentPrediction, Undefined> =
      spectra.at.hasNoGradient ? .failure(.zeroGradients) : .success(TangentPrediction(at: spectra.at, rule: rule, schedule: schedule))
    return [
      (.driftAlignmentRatio, spectra.driftAlignmentRatio),
      (.tangentForgetAccuracy, tangent.map(\.forget.accuracy)),
      (.tangentRetainAccuracy, tangent.map(\.retain.accuracy)),
    ]
  }

  /// The four-group recursion with the network's own couplings.
  public func meanField() -> [(Predictors.Name, Quantity)] {
    let run = spectra.meanField.map { $0.run(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps) }
    return [
      (.meanFieldForgetMargin, run.map(\.forgetMargin)),
      (.meanFieldForgetAccuracy, run.map(\.forgetAccuracy)),
      (.meanFieldRetainAccuracy, run.map(\.retainAccuracy)),
    ]
  }

  /// All of it.
  public func predictors(growthLimit: Double, key: RandomKey, dataModel: APrioriMeanField?) -> Predictors {
    let all = stability(growthLimit: growthLimit, key: key) + tangent() + meanField()
    let quantities = Dictionary(all) { first, _ in first }
    return Predictors(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, growthLimit: growthLimit, dataModel: dataModel) {
      quantities[$0] ?? .failure(.notMeasured)
    }
  }
}
