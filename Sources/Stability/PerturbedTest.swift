import FrontierNumerics
import Model

// What a Hessian test says of steps whose gradients are taken at perturbed points (theory.md section 9).
extension HessianTest {
  /// tau, where it is fixed. One that goes by the gradient's norm is nothing beside a large delta, and a probe changes no mean: both leave as plain steps do.
  var innerStep: Double? {
    perturbation.name.isSharpnessAware && perturbation.length == .fixed && perturbation.radius > 0 ? perturbation.radius : nil
  }

  private func sharpened(_ hessians: WeightedHessians) throws(Undefined) -> SharpenedStep? {
    guard let innerStep else { return nil }
    guard !hessians.at.hasNoGradient else { throw .zeroGradients }
    return SharpenedStep(hessians, innerStep: innerStep, own: perturbation.name == .own)
  }

  func meanSquareRadius(of hessians: WeightedHessians, _ ends: Result<MixedHessianEnds, Undefined>) -> Quantity {
    Result { () throws(Undefined) in
      if let step = try sharpened(hessians) { return try step.meanSquareRadius().value }
      return try hessians.meanSquareRadius(from: ends.get()).value
    }
  }

  func contraction(of hessians: WeightedHessians) -> Quantity {
    Result { () throws(Undefined) in
      if let step = try sharpened(hessians) { return try step.contraction().value }
      return try hessians.contraction().value
    }
  }

  /// What perturbed steps have besides: the bounds of the step that is perturbed along the mean gradient, those of the paper, and what noise brings about.
  ///
  /// - Precondition: the mixed Hessian is this test's own.
  ///
  /// - Parameter mixed: what `mixedHessian` gave.
  public func perturbed(of mixed: MixedHessian) -> [(Predictors.Name, Quantity)] {
    precondition(mixed.hessians.rule == rule, "the mixed Hessian of another test")
    let (hessians, ends) = (mixed.hessians, mixed.ends)
    func ofMean(_ quantity: (WeightedHessians) throws(Undefined) -> Double) -> Quantity {
      Result { () throws(Undefined) in
        guard let innerStep else { throw .noFixedInnerStep }
        return try quantity(hessians.meanPerturbed(innerStep: innerStep, bottom: ends.get().bottom.value))
      }
    }
    func ofPaper(_ ratio: KeyPath<SharpnessBounds, Double>) -> Quantity {
      Result { () throws(Undefined) in
        guard let innerStep else { throw .noFixedInnerStep }
        guard hessians.ascends else { throw .notAscent }
        let ends = try ends.get()
        let bounds = SharpnessBounds(
          stepSize: rule.stepSize, noiseFactor: hessians.noiseFactorOfLargest, innerStep: innerStep, top: ends.top.value, bottom: ends.bottom.value,
          coherence: try hessians.mixedCoherence(spectra))
        return bounds[keyPath: ratio]
      }
    }
    let top = ofMean { sharpened throws(Undefined) in try MixedHessianEnds(sharpened).top.value }
    let coherence = ofMean { sharpened throws(Undefined) in try sharpened.mixedCoherence(magnitudes: sharpened.at.magnitudes) }
    let rho = ofMean { sharpened throws(Undefined) in sharpened.noiseFactorOfLargest }
    return [
      (.sharpenedTop, top),
      (.sharpenedCoherence, coherence),
      (.sharpenedDivergenceRatio, rho.flatMap { hessians.ascends ? coherenceDivergenceRatio(rule, $0, top, coherence) : .failure(.notAscent) }),
      (.sharpenedMeanSquareRadius, ofMean { sharpened throws(Undefined) in try sharpened.meanSquareRadius().value }),
      (.samDivergenceRatio, ofPaper(\.divergenceRatio)),
      (.samConvergenceRatio, ofPaper(\.convergenceRatio)),
      (.meanStepRadius, meanStepRadius(of: hessians, ends)),
      (.probedMeanSquare, probedMeanSquare(of: hessians)),
    ]
  }

  private func meanStepRadius(of hessians: WeightedHessians, _ ends: Result<MixedHessianEnds, Undefined>) -> Quantity {
    Result { () throws(Undefined) in
      if let step = try sharpened(hessians) { return try step.meanStep().radius }
      let ends = try ends.get()
      return max(abs(1 - rule.stepSize * ends.top.value), abs(1 - rule.stepSize * ends.bottom.value))
    }
  }

  private func probedMeanSquare(of hessians: WeightedHessians) -> Quantity {
    guard perturbation.name == .probe else { return .failure(.noNoise) }
    guard !hessians.at.hasNoGradient else { return .failure(.zeroGradients) }
    return .success(SharpenedStep(hessians, innerStep: 0, own: false).probedMeanSquare(spread: perturbation.radius, steps: schedule.steps))
  }
}
