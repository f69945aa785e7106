import FrontierNumerics
import Model

/// A trained network put to the test at one step rule, following the batches of a run: what theory.md section 5 computes of it, in the parts that can be asked
/// for by themselves. The spectra are shared by all cells that have the network and the split.
public struct HessianTest: Sendable {
  let spectra: PointSpectra
  let rule: StepRule
  let schedule: BatchSchedule
  private let push: ForgetPush
  let method: any UnlearningMethod
  let perturbation: Perturbation

  public init(
    _ spectra: PointSpectra, rule: StepRule, schedule: BatchSchedule, method: MethodRule = .ascent, perturbation: Perturbation = .none
  ) throws {
    (self.spectra, self.rule, self.schedule, push) = (spectra, rule, schedule, ForgetPush(method))
    self.perturbation = perturbation
    self.method = try method.method(trainedOutputs: spectra.at.outputs, labels: spectra.at.labels)
  }

  /// What `stability` and `perturbed` go by.
  public func mixedHessian() -> MixedHessian { MixedHessian(WeightedHessians(at: spectra.at, rule: rule, method: method)) }

  /// Curvature, coherence and growth: all that criteria of escape need.
  ///
  /// - Precondition: the mixed Hessian is this test's own.
  ///
  /// - Parameters:
  ///   - mixed: what `mixedHessian` gave.
  ///   - key: the repetition's, for the perturbation that the linear simulation follows.
  public func stability(of mixed: MixedHessian, growthLimit: Double, key: RandomKey) -> [(Predictors.Name, Quantity)] {
    precondition(mixed.hessians.rule == rule, "the mixed Hessian of another test")
    let (hessians, ends) = (mixed.hessians, mixed.ends)
    let top = ends.map(\.top.value), coherence = Result { () throws(Undefined) in try hessians.mixedCoherence(spectra) }
    // The bounds are proved for plain steps, and the paper's for the loss's own Hessians on both sides.
    func plain(_ quantity: @autoclosure () throws(Undefined) -> Double) -> Quantity {
      innerStep == nil ? Result { () throws(Undefined) in try quantity() } : .failure(.notPlainSteps)
    }
    func bound(_ ratio: (StepRule, Double, Quantity, Quantity) -> Quantity) -> Quantity {
      guard innerStep == nil else { return .failure(.notPlainSteps) }
      return hessians.ascends ? ratio(rule, hessians.noiseFactorOfLargest, top, coherence) : .failure(.notAscent)
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
      (.singleSampleDivergenceRatio, plain(try hessians.singleSampleDivergenceRatio())),
      (.noiseRadius, plain(try hessians.noiseRadius(spectra))),
      (.meanSquareRadius, meanSquareRadius(of: hessians, ends)),
      (.contraction, contraction(of: hessians)),
      (
        .typicalRate,
        Result { () throws(Undefined) in
          try LinearSimulation(
            hessians, schedule: schedule, growthLimit: growthLimit, key: key, perturbation: innerStep == nil ? .none : perturbation
          ).typicalRate
        }
      ),
    ]
  }

  /// The first drift of the margins, and the run with frozen gradients.
  public func tangent() -> [(Predictors.Name, Quantity)] {
    let tangent: Result<TangentPrediction, Undefined> =
      spectra.at.hasNoGradient
      ? .failure(.zeroGradients) : .success(TangentPrediction(at: spectra.at, rule: rule, schedule: schedule, method: method, perturbation: perturbation))
    return [
      (
        .driftAlignmentRatio,
        perturbation.name.isSharpnessAware
          ? .failure(.notPlainSteps) : Result { () throws(Undefined) in try spectra.at.driftAlignmentRatio(method: method) }
      ),
      (.tangentForgetAccuracy, tangent.map(\.forget.accuracy)),
      (.tangentRetainAccuracy, tangent.map(\.retain.accuracy)),
      (.tangentGrowth, tangent.map(\.growth)),
    ]
  }

  /// The four-group recursion with the network's own couplings.
  public func meanField() -> [(Predictors.Name, Quantity)] {
    let run = spectra.meanField.map {
      $0.run(
        forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, push: push, perturbation: perturbation, batchSize: Double(rule.batchSize)
      )
    }
    return [
      (.meanFieldForgetMargin, run.map(\.forgetMargin)),
      (.meanFieldForgetAccuracy, run.map(\.forgetAccuracy)),
      (.meanFieldRetainAccuracy, run.map(\.retainAccuracy)),
      (.meanFieldMemory, run.flatMap { $0.memory.map { .success($0) } ?? .failure(.noFreshSamples) }),
    ]
  }

  /// The same recursion of groups by true label too.
  ///
  /// - Parameter truth: the true label of each sample.
  public func groupMeanField(truth: [Double]) -> Quantity {
    Result { () throws(Undefined) in try MeanField(at: spectra.at, truth: truth) }.map {
      $0.run(
        forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, push: push, perturbation: perturbation, batchSize: Double(rule.batchSize)
      ).forgetMargin
    }
  }

  /// All of it.
  public func predictors(growthLimit: Double, key: RandomKey, dataModel: DataModel?) -> Predictors {
    let mixed = mixedHessian()
    let all = stability(of: mixed, growthLimit: growthLimit, key: key) + tangent() + meanField() + perturbed(of: mixed)
    let quantities = Dictionary(all) { first, _ in first }
    return Predictors(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, growthLimit: growthLimit, dataModel: dataModel) {
      quantities[$0] ?? .failure(.notMeasured)
    }
  }
}
