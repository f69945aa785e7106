import FrontierNumerics

/// (I - eta D)^2 + eta^2 sum_k rho_k Ht_k^2: what bounds one step's growth of E|delta|^2 (theory.md section 5, contraction).
struct ContractionOperator: SelfAdjointOperator {
  let gram: Matrix
  let signed: [Double]
  let stepSize: Double
  /// eta^2 rho_k strength_k^2 |g_k|^2: Ht_k^2 is this over eta^2 rho_k, times g_k g_k^T.
  let noise: [Double]

  var size: Int { signed.count }

  var largestSquare: Double { gram.trace }

  /// - Parameter noise: that of Bernoulli batches if nil.
  init(_ hessians: WeightedHessians, noise: [Double]? = nil) {
    gram = hessians.at.gram
    signed = hessians.signed
    stepSize = hessians.rule.stepSize
    self.noise = noise ?? (0..<hessians.at.count).map { hessians.spreads[$0] * hessians.spreads[$0] * hessians.at.gram[$0, $0] }
  }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    gram.combineRows(x, into: dual)
    // a - eta C r stands for (I - eta D) delta; once more, and the noise.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * size) { scratch in
      guard let once = scratch.baseAddress else { return }
      let response = once + size
      for k in 0..<size { once[k] = x[k] - stepSize * signed[k] * dual[k] }
      gram.combineRows(once, into: response)
      for k in 0..<size { image[k] = once[k] - stepSize * signed[k] * response[k] + noise[k] * dual[k] }
    }
  }
}

extension WeightedHessians {
  /// The norm of E[J^2] under Bernoulli batches.
  public func contraction() throws(Undefined) -> Eigenvalue {
    try spectrumEnds([.top], of: ContractionOperator(self), gram: at.gram, key: 3)[0].eigenvalue
  }
}
