import Numerics

extension Criteria {
  /// The criteria of escape.
  public static let escape: [any Criterion] = [
    CoherenceDivergence(), CoherenceConvergence(), SingleSample(), NoiseRadius(), MeanSquare(), Contraction(), Typical(),
  ]
}

/// The paper's divergence bound, in its two halves.
public struct CoherenceDivergence: Criterion {
  public let name = "coherenceDivergence"
  public let title = "coherence divergence bound"
  public let formula = "max(eta lambda_1(D) / 2, eta sqrt(rho) lambda_1(D) / sigma) >= 1"
  public let claim = Claim.sufficientForDivergence
  public let outcome = Outcome.escape
  public let citation = Citation.paper

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let noise = try test[.coherenceDivergenceRatio].get(), mean = test.stepSize * (try test[.mixedHessianTop].get()) / 2
    return Assessment(value: max(noise, mean), margin: max(noise, mean) - 1)
  }
}

/// The paper's convergence side of the same.
public struct CoherenceConvergence: Criterion {
  public let name = "coherenceConvergence"
  public let title = "coherence convergence bound"
  public let formula = "eta lambda_1(D) (sigma + rho) / (2 sigma) >= 1"
  public let claim = Claim.attained
  public let outcome = Outcome.escape
  public let citation = Citation.paper

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let ratio = try test[.coherenceConvergenceRatio].get()
    return Assessment(value: ratio, margin: ratio - 1)
  }
}

/// One sample's own noise diverges.
public struct SingleSample: Criterion {
  public let name = "singleSample"
  public let title = "single-sample bound"
  public let formula = "eta max_k sqrt(rho_k) lambda_1(Ht_k) >= 1"
  public let claim = Claim.sufficientForDivergence
  public let outcome = Outcome.escape
  public let citation = Citation.here

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let ratio = try test[.singleSampleDivergenceRatio].get()
    return Assessment(value: ratio, margin: ratio - 1)
  }
}

/// The batch noise alone diverges.
public struct NoiseRadius: Criterion {
  public let name = "noiseRadius"
  public let title = "noise radius"
  public let formula = "radius [eta^2 rho_k tr(Ht_k Ht_l)] >= 1"
  public let claim = Claim.sufficientForDivergence
  public let outcome = Outcome.escape
  public let citation = Citation.here

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let radius = try test[.noiseRadius].get()
    return Assessment(value: radius, margin: radius - 1)
  }
}

/// The second moment of delta passes the growth limit within the run.
public struct MeanSquare: Criterion {
  public let name = "meanSquare"
  public let title = "mean square"
  public let formula = "k log radius(T) >= log(growth limit)"
  public let claim = Claim.exactInMeanSquare
  public let outcome = Outcome.escape
  public let citation = Citation.here

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let radius = try test[.meanSquareRadius].get()
    // A radius of zero ends all motion; the smallest positive double stands for it.
    let rate = Elementary.log(max(radius, .leastNormalMagnitude))
    return Assessment(value: radius, margin: Double(test.steps) * rate - Elementary.log(test.growthLimit))
  }
}

/// No step grows the mean square.
public struct Contraction: Criterion {
  public let name = "contraction"
  public let title = "contraction bound"
  public let formula = "lambda_1((I - eta D)^2 + eta^2 sum_k rho_k Ht_k^2) >= 1"
  public let claim = Claim.sufficientForConvergence
  public let outcome = Outcome.escape
  public let citation = Citation.here

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let norm = try test[.contraction].get()
    return Assessment(value: norm, margin: norm - 1)
  }
}

/// A typical run passes the growth limit.
public struct Typical: Criterion {
  public let name = "typical"
  public let title = "typical growth"
  public let formula = "2 k (mean log growth of |delta| per step) >= log(growth limit)"
  public let claim = Claim.exactTypically
  public let outcome = Outcome.escape
  public let citation = Citation.here

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let rate = try test[.typicalRate].get()
    return Assessment(value: rate, margin: 2 * Double(test.steps) * rate - Elementary.log(test.growthLimit))
  }
}
