import FrontierNumerics

/// What the criteria need of a trained network and its split whatever the step, computed once for all cells that share them.
public struct PointSpectra: Sendable {
  public let at: Linearisation
  /// lambda_1 of H = (1/n) sum_i H_i.
  public let fullHessianTop: Result<Double, Undefined>
  /// lambda_1(S_RR) over the largest lambda_1(Ht) in R. Like the next two it does not depend on alpha, whose weights cancel.
  public let retainCoherence: Result<Double, Undefined>
  public let forgetCoherence: Result<Double, Undefined>
  /// |S_RF|_2 over the geometric mean of the two sets' largest lambda_1(Ht).
  public let crossCoherence: Result<Double, Undefined>
  public let meanField: Result<MeanField, Undefined>
  /// (tr H)^2 / tr H^2 of the mean Hessian, the number of directions in which the loss is curved; nil where it is in none.
  public let hessianDimension: Double?
  /// |G_ij| and G_ij^2.
  let magnitudes: Matrix
  let squares: Matrix

  /// - Parameter fresh: samples that were not trained on.
  public init(at point: Linearisation, fresh: FreshLinearisation? = nil) {
    at = point
    var squares = point.gram
    for i in 0..<point.count { for j in 0..<point.count { squares[i, j] = point.gram[i, j] * point.gram[i, j] } }
    let magnitudes = point.magnitudes
    self.magnitudes = magnitudes
    self.squares = squares
    fullHessianTop = Result { () throws(Undefined) in try point.fullHessianTop().value }
    meanField = Result { () throws(Undefined) in try MeanField(at: point, fresh: fresh) }

    let weights = point.curvatures
    var (trace, square) = (0.0, 0.0)
    for k in 0..<point.count {
      trace += weights[k] * point.gram[k, k]
      for l in 0..<point.count { square += weights[k] * weights[l] * squares[k, l] }
    }
    hessianDimension = square > 0 ? trace * trace / square : nil
    func largest(_ set: Range<Int>) -> Double { set.map { weights[$0] * point.gram[$0, $0] }.max() ?? 0 }
    func coherence(_ set: Range<Int>) -> Result<Double, Undefined> {
      Result { () throws(Undefined) in
        guard largest(set) > 0 else { throw set.allSatisfy { point.gram[$0, $0] == 0 } ? .zeroGradients : .zeroHessians }
        let scale = (0..<point.count).map { set.contains($0) ? weights[$0].squareRoot() : 0 }
        return try ScaledMatrix(matrix: magnitudes, scale: scale).top().value / largest(set)
      }
    }
    retainCoherence = coherence(point.split.retain)
    forgetCoherence = coherence(point.split.forget)
    crossCoherence = Result { () throws(Undefined) in
      let (retain, forget) = (point.split.retain, point.split.forget)
      let scale = (largest(retain) * largest(forget)).squareRoot()
      guard scale > 0 else { throw point.hasNoGradient ? .zeroGradients : .zeroHessians }
      // The top eigenvalue of [[0, S_RF], [S_FR, 0]] is |S_RF|_2.
      var between = Matrix(rows: point.count, columns: point.count)
      for i in retain {
        for j in forget {
          between[i, j] = magnitudes[i, j]
          between[j, i] = magnitudes[i, j]
        }
      }
      return try ScaledMatrix(matrix: between, scale: weights.map { $0.squareRoot() }).top().value / scale
    }
  }
}

/// diag(scale) matrix diag(scale), symmetric with no negative element: its top eigenvalue is its spectral radius (Perron and Frobenius).
struct ScaledMatrix: SelfAdjointOperator {
  let matrix: Matrix
  let scale: [Double]

  var size: Int { scale.count }

  var largestSquare: Double { 1 }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    for i in 0..<size { dual[i] = scale[i] * x[i] }
    matrix.combineRows(dual, into: image)
    for i in 0..<size {
      image[i] *= scale[i]
      dual[i] = x[i]
    }
  }

  /// Starts from a positive vector, which the Perron vector is never orthogonal to.
  func top() throws(Undefined) -> Eigenvalue {
    let method = Lanczos(tolerance: 1e-12, of: .error(orResidual: 1e-9), largestIterations: size + 1)
    guard let top = method.ends([.top], of: self, from: [Double](repeating: 1, count: size))?.first else { throw .zeroHessians }
    guard top.converged else { throw .notConverged(residual: top.residual, iterations: top.iterations) }
    return top
  }
}
