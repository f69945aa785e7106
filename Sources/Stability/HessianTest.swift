import FrontierNumerics
import Model

/// A trained network put to the test at one step rule, following the batches of a run: what theory.md section 5 computes of it, in the parts that can be asked
/// for by themselves. The spectra are shared by all cells that have the network and the split.
public struct HessianTest: Sendable {
  private let spectra: PointSpectra
  private let rule: StepRule
  private let schedule: BatchSchedule
  private let push: ForgetPush
  private let method: any UnlearningMethod

  public init(_ spectra: PointSpectra, rule: StepRule, schedule: BatchSchedule, method: MethodRule = .ascent) throws {
    (self.spectra, self.rule, self.schedule, push) = (spectra, rule, schedule, ForgetPush(method))
    self.method = try method.method(trainedOutputs: spectra.at.outputs, labels: spectra.at.labels)
  }

  /// Curvature, coherence and growth: all that criteria of escape need.
  ///
  /// - Parameter key: the repetition's, for the perturbation that the linear simulation follows.
  public func stability(growthLimit: Double, key: RandomKey) -> [(Predictors.Name, Quantity)] {
    let hessians = WeightedHessians(at: spectra.at, rule: rule, method: method)
    let ends = Result { () throws(Undefined) in try MixedHessianEnds(hessians) }
    let top = ends.map(\.top.value), coherence = Result { () throws(Undefined) in try hessians.mixedCoherence(spectra) }
    // The paper's bounds are proved for the loss's own Hessians on both sides.
    func bound(_ ratio: (StepRule, Double, Quantity, Quantity) -> Quantity) -> Quantity {
      hessians.ascends ? ratio(rule, hessians.noiseFactorOfLargest, top, coherence) : .failure(.notAscent)
    }
    return [
      (.fullHessianTop, spectra.fullHessianTop),
      (.mixedHessianTop, top),
      (.mixedHessianBottom, ends.map(\.bottom.value)),
      (.coherence, coherence),
      (.retainCoherence, spectra.retainCoherence),
      (.forgetCoherence, spectra.forgetCoherence),
      (.crossCoherence, spectra.crossCoherence),
      (.coherenceDivergenceRatio, bound(Stability.coherenceDivergenceRatio)),
      (.coherenceConvergenceRatio, bound(Stability.coherenceConvergenceRatio)),
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
      spectra.at.hasNoGradient ? .failure(.zeroGradients) : .success(TangentPrediction(at: spectra.at, rule: rule, schedule: schedule, method: method))
    return [
      (.driftAlignmentRatio, Result { () throws(Undefined) in try spectra.at.driftAlignmentRatio(method: method) }),
      (.tangentForgetAccuracy, tangent.map(\.forget.accuracy)),
      (.tangentRetainAccuracy, tangent.map(\.retain.accuracy)),
      (.tangentGrowth, tangent.map(\.growth)),
    ]
  }

  /// The four-group recursion with the network's own couplings.
  public func meanField() -> [(Predictors.Name, Quantity)] {
    let run = spectra.meanField.map { $0.run(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, push: push) }
    return [
      (.meanFieldForgetMargin, run.map(\.forgetMargin)),
      (.meanFieldForgetAccuracy, run.map(\.forgetAccuracy)),
      (.meanFieldRetainAccuracy, run.map(\.retainAccuracy)),
      (.meanFieldMemory, run.flatMap { $0.memory.map { .success($0) } ?? .failure(.noFreshSamples) }),
    ]
  }

  /// All of it.
  public func predictors(growthLimit: Double, key: RandomKey, dataModel: DataModel?) -> Predictors {
    let all = stability(growthLimit: growthLimit, key: key) + tangent() + meanField()
    let quantities = Dictionary(all) { first, _ in first }
    return Predictors(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, growthLimit: growthLimit, dataModel: dataModel) {
      quantities[$0] ?? .failure(.notMeasured)
    }
  }
}
