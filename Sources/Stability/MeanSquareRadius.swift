import FrontierNumerics

extension WeightedHessians {
  /// The spectral radius of T: above 1 the mean square of delta grows. T keeps the cone of positive semi-definite matrices, so the radius is its top
  /// eigenvalue (Krein and Rutman), and T is self-adjoint, so Lanczos' method finds it: to 1e-7 of it, but where groups of samples whose gradients have nearly
  /// nothing in common have tops within 1e-3 of each other. There it may be the lesser one, short by up to 1e-4 of it.
  public func meanSquareRadius() throws(Undefined) -> Eigenvalue { try meanSquareRadius(from: MixedHessianEnds(self)) }

  /// The same, where the ends of D are known already.
  public func meanSquareRadius(from ends: MixedHessianEnds) throws(Undefined) -> Eigenvalue {
    let operation = MeanSquareOperator(self), leading = LeadingMoment(self, ends)
    guard let moment = leading.coefficients else { return try at.radius(of: operation, from: leading.directions.first ?? []) }
    // Nearly the top, with a little of sum_k n_k g_k g_k^T of the noise, which has a part in every top that the mean step alone has not.
    var start = [Double](repeating: 0, count: operation.size), ofNoise = start
    let (count, stride) = (at.count, at.gram.stride)
    moment.withElements { elements in for i in 0..<count * stride { start[i] = elements[i] } }
    let noise = at.noiseMoment(spreads)
    if let noise {
      let sign = (0..<count).reduce(0) { $0 + moment[$1, $1] * at.gram[$1, $1] } < 0 ? -1.0 : 1
      for k in 0..<count { ofNoise[k * stride + k] = sign * 0.03 * noise[k] }
    }
    // The estimate may be tens of times too small (Eigenvalue.error), and what is promised is 1e-7.
    let method = Lanczos(tolerance: 3e-10, of: .error(orResidual: 1e-7), largestIterations: 500, reorthogonalizes: false)
    // Where noise has no part in the leading moment, as with alpha = 0 in that of directions that only the forget set has, that is a top by itself and noise has
    // another. Sought together the one hides the other where they are close. (Not where noise's own lies in a throng, which takes too long to tell apart.)
    if noise != nil, let byNoise = leading.growthByNoise, abs(byNoise) < Self.noPart {
      let alone = try at.radius(of: operation, from: start, by: method)
      if contractionOfNoise() < alone.value { return alone }
      var short = method
      short.largestIterations = 100
      if let other = short.ends([.top], of: operation, from: ofNoise)?.first, other.converged { return other.value > alone.value ? other : alone }
    }
    for k in 0..<count { start[k * stride + k] += ofNoise[k * stride + k] }
    return try at.radius(of: operation, from: start, by: method)
  }

  /// Growth by noise in a step that is none.
  private static let noPart = 1e-10

  /// A bound on the radius of T among the moments in the span of the gradients that have noise, where the mean step keeps that span (it is larger where not): T is
  /// completely positive, so it makes none grow more than the largest eigenvalue of T(1). For uniform batches what their noise subtracts is left out.
  private func contractionOfNoise() -> Double {
    let noise = MomentNoise(self).onDiagonal, operation = ContractionOperator(self, noise: (0..<at.count).map { noise[$0] * at.gram[$0, $0] })
    var stream = RandomKey(seed: 6).stream(), start = [Double](repeating: 0, count: at.count)
    let random = (0..<at.count).map { noise[$0] > 0 ? stream.gaussian() : 0 }
    at.gram.combineRows(random, into: &start)
    for k in 0..<at.count where noise[k] == 0 { start[k] = 0 }
    let top = Lanczos(tolerance: 1e-9, of: .error(orResidual: 1e-7), largestIterations: at.count + 1).ends([.top], of: operation, from: start)?[0]
    return top.map { $0.converged ? $0.value * (1 + 1e-6) : .infinity } ?? .infinity
  }
}

extension Linearisation {
  /// The top eigenvalue of a map of second moments, from v v^T with a little of every gradient: the residual is brought to 1e-7.
  ///
  /// - Parameter v: an eigenvector of the mean step, as coefficients of the gradients.
  func radius(of operation: some SelfAdjointOperator, from v: [Double]) throws(Undefined) -> Eigenvalue {
    let stride = gram.stride
    var start = [Double](repeating: 0, count: operation.size)
    for k in 0..<count where gram[k, k] > 0 { start[k * stride + k] = 0.02 / Double(count).squareRoot() / gram[k, k] }
    // Where gradients depend on each other v may have far larger coefficients than length, and its rounding error would drown the rest.
    if v.count == count && dot(v, v) * gram.trace < 1000 { for i in 0..<count { for j in 0..<count { start[i * stride + j] += v[i] * v[j] } } }
    return try radius(of: operation, from: start, by: Lanczos(tolerance: 1e-7, largestIterations: 500, reorthogonalizes: false))
  }

  fileprivate func radius(of operation: some SelfAdjointOperator, from start: [Double], by method: Lanczos) throws(Undefined) -> Eigenvalue {
    guard let top = method.ends([.top], of: operation, from: start)?.first else { throw .zeroGradients }
    guard top.converged else { throw .notConverged(residual: top.residual, iterations: top.iterations) }
    return top
  }

  /// n_k of the unit moment sum_k n_k g_k g_k^T that the noise alone grows most, nearly: by three steps of the power method. Nil where there is no noise.
  ///
  /// - Parameter spreads: of the noise sum_k spread_k^2 g_k g_k^T M g_k g_k^T, at least in the main.
  fileprivate func noiseMoment(_ spreads: [Double]) -> [Double]? {
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
      if step == 3 { break }
      for k in 0..<count { moment[k] = spreads[k] * spreads[k] * (scale * seen[k]) }
    }
    return moment
  }
}
