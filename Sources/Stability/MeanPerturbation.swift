import FrontierNumerics
import Model

extension WeightedHessians {
  /// The same step with its gradient taken at delta + tau D delta, D the mean mixed Hessian: in coordinates (I + tau D)^(1/2) delta the plain step
  /// on gradients whose Gram matrix is G + tau G C G (theory.md section 9), so that everything that is said of plain steps holds.
  ///
  /// Refuses an inner step at which I + tau D is not positive definite.
  public func meanPerturbed(innerStep tau: Double) throws(Undefined) -> WeightedHessians {
    try meanPerturbed(innerStep: tau, bottom: MixedHessianEnds(self).bottom.value)
  }

  func meanPerturbed(innerStep tau: Double, bottom: Double) throws(Undefined) -> WeightedHessians {
    guard 1 + tau * bottom > 0 else { throw .perturbationTurns }
    var scaled = at.gram
    for k in 0..<at.count { for l in 0..<at.count { scaled[k, l] *= tau * signed[k] } }
    let change = at.gram * scaled
    var gram = at.gram
    for k in 0..<at.count {
      for l in 0...k {
        // The lower triangle, mirrored: rounding must not make it less than symmetric.
        gram[k, l] += change[k, l]
        gram[l, k] = gram[k, l]
      }
    }
    return WeightedHessians(self, gram: gram)
  }
}

/// What Chang and Khanna (arXiv 2511.17378) say of a perturbation of the mean Hessian, from sigma of the plain Hessians.
public struct SharpnessBounds: Sendable, Equatable {
  /// eta sqrt(rho) lambda_1 (1 + tau lambda_min) / sigma: divergence from 1 on (their Theorem 3.2).
  public let divergenceRatio: Double
  /// eta lambda_1 (1 + tau lambda_1) (sigma + rho) / (2 sigma): below 1 some Hessians of this coherence stay (their Theorem 3.3).
  public let convergenceRatio: Double

  /// - Parameters:
  ///   - rho: noise factor of the sample of largest lambda_1(Ht).
  ///   - top: largest eigenvalue of D, and `bottom` the smallest.
  public init(stepSize: Double, noiseFactor rho: Double, innerStep tau: Double, top: Double, bottom: Double, coherence sigma: Double) {
    divergenceRatio = stepSize * rho.squareRoot() * top * (1 + tau * bottom) / sigma
    convergenceRatio = stepSize * top * (1 + tau * top) * (sigma + rho) / (2 * sigma)
  }
}
