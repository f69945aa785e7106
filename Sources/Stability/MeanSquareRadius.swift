import FrontierNumerics

extension WeightedHessians {
  /// The spectral radius of T: above 1 the mean square of delta grows. T keeps the cone of positive semi-definite matrices, so the radius is its top
  /// eigenvalue (Krein and Rutman), and T is self-adjoint, so Lanczos' method finds it: to 1e-8 of the operator's size.
  public func meanSquareRadius() throws(Undefined) -> Eigenvalue { try meanSquareRadius(from: MixedHessianEnds(self)) }

  /// The same, where the ends of D are known already.
  public func meanSquareRadius(from ends: MixedHessianEnds) throws(Undefined) -> Eigenvalue {
    let eta = rule.stepSize
    return try at.radius(
      of: MeanSquareOperator(self), from: abs(1 - eta * ends.top.value) > abs(1 - eta * ends.bottom.value) ? ends.topVector : ends.bottomVector,
      spreads: spreads)
  }
}

extension Linearisation {
  /// The top eigenvalue of a map of second moments, M -> E[J] M E[J] and noise. It begins at what is the top of one alone and what is nearly that of the other:
  /// v v^T, and sum_k n_k g_k g_k^T of the noise, which has a part in every top that is not the first one's.
  ///
  /// - Parameters:
  ///   - v: an eigenvector of the mean step, as coefficients of the gradients.
  ///   - spreads: of the noise sum_k spread_k^2 g_k g_k^T M g_k g_k^T, at least in the main.
  func radius(of operation: some SelfAdjointOperator, from v: [Double], spreads: [Double]) throws(Undefined) -> Eigenvalue {
    let stride = gram.stride
    var start = [Double](repeating: 0, count: operation.size)
    // Where gradients depend on each other v may have far larger coefficients than length, and its rounding error would drown the rest.
    let hasMean = dot(v, v) * gram.trace < 1000
    let noise = noiseMoment(spreads) ?? (hasMean ? nil : noiseMoment(nil))
    if let noise { for k in 0..<count { start[k * stride + k] = 0.3 * noise[k] } }
    if hasMean { for i in 0..<count { for j in 0..<count { start[i * stride + j] += v[i] * v[j] } } }
    // The estimate may be some ten times too small (Eigenvalue.error): what is promised is 1e-8.
    let method = Lanczos(tolerance: 3e-10, of: .error, largestIterations: 500, reorthogonalizes: false)
    guard let top = method.ends([.top], of: operation, from: start)?.first else { throw .zeroGradients }
    guard top.converged else { throw .notConverged(residual: top.residual, iterations: top.iterations) }
    return top
  }

  /// n_k of the unit moment sum_k n_k g_k g_k^T that the noise alone grows most, nearly: by three steps of the power method. Nil where there is no noise.
  ///
  /// - Parameter spreads: nil for all gradients alike.
  private func noiseMoment(_ spreads: [Double]?) -> [Double]? {
    var moment = (0..<count).map { gram[$0, $0] > 0 ? 1 / gram[$0, $0] : 0 }
    for step in 0..<4 {
      let seen = gram.withElements { G in
        (0..<count).map { k -> Double in
          let row = G + k * gram.stride
          var sum = 0.0
          for l in 0..<count { sum += row[l] * row[l] * moment[l] }
          return sum
        }
      }
      let square = dot(seen, moment)
      guard square > 0 else { return nil }
      let scale = 1 / square.squareRoot()
      for k in 0..<count { moment[k] *= scale }
      guard let spreads, step < 3 else { break }
      for k in 0..<count { moment[k] = spreads[k] * spreads[k] * (scale * seen[k]) }
    }
    return moment
  }
}
