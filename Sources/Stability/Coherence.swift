import FrontierNumerics

extension WeightedHessians {
  /// sigma = lambda_1(S) / max_k lambda_1(Ht_k), between 1 and n: the mixed coherence.
  public func mixedCoherence(_ spectra: PointSpectra) throws(Undefined) -> Double { try mixedCoherence(magnitudes: spectra.magnitudes) }

  /// - Parameter magnitudes: |G_kl|.
  func mixedCoherence(magnitudes: Matrix) throws(Undefined) -> Double {
    try requireHessians()
    let scale = strengths.map { $0.squareRoot() }
    return try ScaledMatrix(matrix: magnitudes, scale: scale).top().value / tops[largest]
  }

  /// S_kl = sqrt(tr Ht_k Ht_l).
  public func coherenceMatrix() -> Matrix {
    var matrix = at.gram
    for k in 0..<at.count {
      for l in 0..<at.count { matrix[k, l] = (strengths[k] * strengths[l]).squareRoot() * abs(at.gram[k, l]) }
    }
    return matrix
  }

  /// rho at the sample of largest lambda_1(Ht).
  public var noiseFactorOfLargest: Double { noiseFactors[largest] }

  /// eta max_k sqrt(rho_k) lambda_1(Ht_k).
  public func singleSampleDivergenceRatio() throws(Undefined) -> Double {
    guard !at.hasNoGradient else { throw .zeroGradients }
    return (0..<at.count).map { spreads[$0] * at.gram[$0, $0] }.max() ?? 0
  }

  /// The spectral radius of [eta^2 rho_k tr(Ht_k Ht_l)].
  public func noiseRadius(_ spectra: PointSpectra) throws(Undefined) -> Double {
    guard !at.hasNoGradient else { throw .zeroGradients }
    // Where no batch has noise, the matrix is zero.
    guard spreads.contains(where: { $0 > 0 }) else { return 0 }
    return try ScaledMatrix(matrix: spectra.squares, scale: spreads).top().value
  }

  private func requireHessians() throws(Undefined) {
    guard !at.hasNoGradient else { throw .zeroGradients }
    guard tops[largest] > 0 else { throw .zeroHessians }
  }
}
