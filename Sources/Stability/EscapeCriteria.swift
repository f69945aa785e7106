import FrontierNumerics

/// The criteria that are judged by the predictors of a trained network, of the synthetic test or of the data model.
public enum Criteria {
  /// The criteria of escape.
  public static let escape: [Criterion<Predictors>] = [
    // The paper's divergence bound, in its two halves.
    Criterion(
      "coherenceDivergence", "coherence divergence bound", formula: "max(eta lambda_1(D) / 2, eta sqrt(rho) lambda_1(D) / sigma) >= 1",
      claim: .sufficientForDivergence, predicts: .escape, citation: .paper
    ) { at throws(Undefined) in
      let noise = try at[.coherenceDivergenceRatio].get(), mean = at.stepSize * (try at[.mixedHessianTop].get()) / 2
      return Assessment(max(noise, mean), atLeast: 1)
    },
    // The paper's convergence side of the same.
    Criterion(
      "coherenceConvergence", "coherence convergence bound", formula: "eta lambda_1(D) (sigma + rho) / (2 sigma) >= 1", claim: .attained,
      predicts: .escape, citation: .paper
    ) { at throws(Undefined) in Assessment(try at[.coherenceConvergenceRatio].get(), atLeast: 1) },
    // One sample's own noise diverges.
    Criterion(
      "singleSample", "single-sample bound", formula: "eta max_k sqrt(rho_k) lambda_1(Ht_k) >= 1", claim: .sufficientForDivergence, predicts: .escape,
      citation: .here
    ) { at throws(Undefined) in Assessment(try at[.singleSampleDivergenceRatio].get(), atLeast: 1) },
    // The batch noise alone diverges.
    Criterion(
      "noiseRadius", "noise radius", formula: "radius [eta^2 rho_k tr(Ht_k Ht_l)] >= 1", claim: .sufficientForDivergence, predicts: .escape, citation: .here
    ) { at throws(Undefined) in Assessment(try at[.noiseRadius].get(), atLeast: 1) },
    // The second moment of delta passes the growth limit within the run.
    Criterion(
      "meanSquare", "mean square", formula: "k log radius(T) >= log(growth limit)", claim: .exactInMeanSquare, predicts: .escape, citation: .here
    ) { at throws(Undefined) in
      let radius = try at[.meanSquareRadius].get()
      // A radius of zero ends all motion; the smallest positive double stands for it.
      let rate = Elementary.log(max(radius, .leastNormalMagnitude))
      return Assessment(value: radius, margin: Double(at.steps) * rate - Elementary.log(at.growthLimit))
    },
    // No step grows the mean square.
    Criterion(
      "contraction", "contraction bound", formula: "lambda_1((I - eta D)^2 + eta^2 sum_k rho_k Ht_k^2) >= 1", claim: .sufficientForConvergence,
      predicts: .escape, citation: .here
    ) { at throws(Undefined) in Assessment(try at[.contraction].get(), atLeast: 1) },
    // A typical run passes the growth limit.
    Criterion(
      "typical", "typical growth", formula: "2 k (mean log growth of |delta| per step) >= log(growth limit)", claim: .exactTypically, predicts: .escape,
      citation: .here
    ) { at throws(Undefined) in
      let rate = try at[.typicalRate].get()
      return Assessment(value: rate, margin: 2 * Double(at.steps) * rate - Elementary.log(at.growthLimit))
    },
  ]

  /// The criteria of escape that follow the loss itself, which a run is judged by, and not the perturbation.
  public static let lossGrowth: [Criterion<Predictors>] = [
    // The linearised outputs' loss passes the growth limit.
    Criterion(
      "tangentEscape", "tangent", formula: "largest mean loss after f <- f - eta G (c l'(f)), over its start, >= growth limit",
      claim: .prediction, predicts: .escape, citation: .here
    ) { at throws(Undefined) in Assessment(growth: try at[.tangentGrowth].get(), limit: at.growthLimit) },
    // The same of margins with no network.
    quenched(
      "quenchedEscape", "quenched mean field", formula: "largest mean loss of the quenched mean field, over its start, >= growth limit",
      predicts: .escape, followedIn: ["growthLimit"]
    ) {
      model, at throws(Undefined) in Assessment(growth: QuenchedMeanField.outcome(model).growth, limit: at.growthLimit)
    },
  ]
}

extension Assessment {
  /// Of a growth that predicts escape from a limit upwards; the margin is the logarithm of their ratio.
  fileprivate init(growth: Double, limit: Double) {
    // A growth of zero, as of no steps or exact zeros, has no logarithm.
    self.init(value: growth, margin: Elementary.log(max(growth, .leastNormalMagnitude)) - Elementary.log(limit))
  }
}
