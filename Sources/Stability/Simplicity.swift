import FrontierNumerics
import Model

/// How much alike the samples of a trained network are (theory.md section 9): what is measured of the bias of sharpness-aware training to simple features.
public struct Simplicity: Sendable {
  /// lambda_1(S) / max_k h_k G_kk, with S_kl = sqrt(h_k h_l) |G_kl| over all samples.
  public let coherence: Quantity
  /// The same of |G| alone: h_k varies with the margin.
  public let gradientCoherence: Quantity
  /// lambda_1(S), in loss per weight squared.
  public let coherenceMatrixTop: Quantity
  /// max_k h_k G_kk, likewise.
  public let largestHessian: Quantity
  /// Principal components that carry nine tenths of the variance of the samples' filter responses; nil where they do not vary.
  public let effectiveRank: Int?

  /// The share of the variance.
  public static let variance = 0.9

  public init(_ network: Network, on dataset: Dataset, spectra: PointSpectra) {
    let at = spectra.at
    func tops(_ weights: [Double]) -> (top: Quantity, largest: Double) {
      let largest = weights.indices.map { weights[$0] * at.gram[$0, $0] }.max() ?? 0
      guard largest > 0 else { return (.failure(at.hasNoGradient ? .zeroGradients : .zeroHessians), largest) }
      let scale = weights.map { $0.squareRoot() }
      return (Result { () throws(Undefined) in try ScaledMatrix(matrix: spectra.magnitudes, scale: scale).top().value }, largest)
    }
    let hessians = tops(at.curvatures), gradients = tops(at.curvatures.map { _ in 1 })
    coherence = hessians.top.map { $0 / hessians.largest }
    gradientCoherence = gradients.top.map { $0 / gradients.largest }
    coherenceMatrixTop = hessians.top
    largestHessian = .success(hessians.largest)
    effectiveRank = Self.effectiveRank(of: network.filterResponses(to: dataset.samples))
  }

  /// How many principal components carry so much of the variance over rows.
  package static func effectiveRank(of responses: Matrix) -> Int? {
    var centred = responses
    for column in 0..<responses.columns {
      let mean = (0..<responses.rows).reduce(0) { $0 + responses[$1, column] } / Double(responses.rows)
      for row in 0..<responses.rows { centred[row, column] -= mean }
    }
    // The smaller of the two products has the same eigenvalues, but for zeros.
    let covariance = responses.rows < responses.columns ? centred * centred.transposed : centred.transposed * centred
    let spectrum = covariance.symmetricEigenvalues(), whole = covariance.trace
    // What is left of equal rows is rounding error.
    let size = (0..<responses.rows).reduce(0) { sum, row in sum + responses.row(row).reduce(0) { $0 + $1 * $1 } }
    guard whole > 1e-20 * size else { return nil }
    var carried = 0.0
    for (k, eigenvalue) in spectrum.enumerated() {
      carried += eigenvalue
      if carried >= variance * whole { return k + 1 }
    }
    return spectrum.count
  }
}
