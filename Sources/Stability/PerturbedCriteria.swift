import FrontierNumerics

extension Criteria {
  /// The criteria of steps whose gradients are taken at perturbed points (theory.md section 9). Those of a fixed inner step say nothing of other steps.
  public static let perturbed: [Criterion<Predictors>] = [
    // Exact bounds of the step that is perturbed along the mean gradient, put to whatever perturbation there is.
    Criterion(
      "sharpenedDivergence", "divergence bound, mean perturbation", formula: "max(eta lambda_1(D~) / 2, eta sqrt(rho) lambda_1(D~) / sigma~) >= 1",
      claim: .prediction, predicts: .escape, citation: .here
    ) { at throws(Undefined) in
      let noise = try at[.sharpenedDivergenceRatio].get(), mean = at.stepSize * (try at[.sharpenedTop].get()) / 2
      return Assessment(max(noise, mean), atLeast: 1)
    },
    Criterion(
      "sharpenedMeanSquare", "mean square, mean perturbation", formula: "k log radius(T~) >= log(growth limit)", claim: .prediction, predicts: .escape,
      citation: .here
    ) { at throws(Undefined) in
      let radius = try at[.sharpenedMeanSquareRadius].get()
      return Assessment(
        value: radius, margin: Double(at.steps) * Elementary.log(max(radius, .leastNormalMagnitude)) - Elementary.log(at.growthLimit))
    },
    // The paper's two sides, with the coherence of the plain Hessians.
    Criterion(
      "samDivergence", "sharpness-aware divergence bound", formula: "eta sqrt(rho) lambda_1(D) (1 + tau lambda_min(D)) / sigma >= 1",
      claim: .sufficientForDivergence, predicts: .escape, citation: .sharpnessAware
    ) { at throws(Undefined) in Assessment(try at[.samDivergenceRatio].get(), atLeast: 1) },
    Criterion(
      "samConvergence", "sharpness-aware convergence bound", formula: "eta lambda_1(D) (1 + tau lambda_1(D)) (sigma + rho) / (2 sigma) >= 1",
      claim: .attained, predicts: .escape, citation: .sharpnessAware
    ) { at throws(Undefined) in Assessment(try at[.samConvergenceRatio].get(), atLeast: 1) },
    // The mean of delta passes the growth limit within the run, and its mean square with it.
    Criterion(
      "meanStep", "mean step", formula: "2 k log radius(E[J]) >= log(growth limit)", claim: .sufficientForDivergence, predicts: .escape, citation: .here
    ) { at throws(Undefined) in
      let radius = try at[.meanStepRadius].get()
      return Assessment(
        value: radius, margin: 2 * Double(at.steps) * Elementary.log(max(radius, .leastNormalMagnitude)) - Elementary.log(at.growthLimit))
    },
  ]

  /// Of the synthetic test: noise that is kept drives the mean square past the growth limit within the run.
  public static let keptNoise = Criterion<Predictors>(
    "keptNoise", "mean square with kept noise", formula: "largest sum over axes of E w^2 <- E J^2 (E w^2 + s^2), over its start, >= growth limit",
    claim: .exactInMeanSquare, predicts: .escape, citation: .here
  ) { at throws(Undefined) in
    let growth = try at[.keptNoiseGrowth].get()
    return Assessment(value: growth, margin: growth - Elementary.log(at.growthLimit))
  }
}
