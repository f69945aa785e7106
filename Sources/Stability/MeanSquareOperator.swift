import Model
import Numerics

/// T(M) = E[J M J], how a step moves the second moment of delta (theory.md section 5):
/// T(M) = (I - eta D) M (I - eta D) + eta^2 (noise of the batches).
///
/// M = sum_ij N_ij g_i g_j^T is kept as the n x n matrix N. With C = diag(s_k strength_k), G M-products become X = N G and P = G N G, and
///   N -> N - eta (C X^T + X C) + eta^2 C P C + noise,    <M_1, M_2> = tr(M_1 M_2) = sum_ij P_1,ij N_2,ij,
/// two n x n products a step, where an explicit operator would have n^2 x n^2 elements. Noise:
///   Bernoulli: eta^2 rho_k strength_k^2 P_kk on the diagonal;
///   uniform, in each set: eta^2 rho n/(n-1) [strength_k^2 P_kk on the diagonal - strength_k strength_l P_kl / n].
final class MeanSquareOperator: SelfAdjointOperator {
  let size: Int
  let largestSquare: Double
  private let count: Int
  private let stride: Int
  private let gram: Matrix
  private let signed: [Double]
  private let stepSize: Double
  /// What multiplies P_kk on the diagonal.
  private let onDiagonal: [Double]
  /// P_kl is multiplied by the product of the two samples' entries where both are in one set: for uniform sampling what is taken off.
  private let within: [Double]
  private let forget: Range<Int>
  private let everyRow: [Int32]
  // Scratch: N, X and P of one application.
  private var moment: Matrix
  private var half: Matrix
  private var dualMoment: Matrix

  init(_ hessians: WeightedHessians) {
    let rule = hessians.rule
    count = hessians.at.count
    gram = hessians.at.gram
    stride = gram.stride
    size = count * stride
    largestSquare = gram.trace * gram.trace
    signed = hessians.signed
    stepSize = rule.stepSize
    forget = hessians.at.split.forget
    let split = hessians.at.split
    switch rule.sampling {
    case .bernoulli:
      onDiagonal = hessians.spreads.map { $0 * $0 }
      within = [Double](repeating: 0, count: count)
    case .uniform:
      let sizes = (0..<count).map { Double(split.forget.contains($0) ? split.forget.count : split.retain.count) }
      // A set of one sample has no noise: its batch is the set.
      let factors = zip(hessians.spreads, sizes).map { $1 > 1 ? $0 * ($1 / ($1 - 1)).squareRoot() : 0 }
      onDiagonal = factors.map { $0 * $0 }
      within = zip(factors, sizes).map { $0 / $1.squareRoot() }
    }
    everyRow = (0..<Int32(count)).map { $0 }
    moment = Matrix(rows: count, columns: count)
    half = moment
    dualMoment = moment
  }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    let (count, stride, size, eta) = (count, stride, size, stepSize)
    moment.withMutableElements { $0.update(from: x, count: size) }
    half.withMutableElements { $0.update(repeating: 0, count: size) }
    dualMoment.withMutableElements { $0.update(repeating: 0, count: size) }
    half.accumulate(moment, rowsOf: gram, everyRow)
    dualMoment.accumulate(gram, rowsOf: half, everyRow)
    half.withMutableElements { X in
      dualMoment.withElements { P in
        let c = signed
        for i in 0..<count {
          let row = i * stride
          let quadratic = eta * eta * c[i] / 2
          for j in 0..<count { X[row + j] = (quadratic * P[row + j] - eta * X[row + j]) * c[j] }
        }
        // The lower triangle alone, mirrored: an antisymmetric rounding error would grow by a law of its own. Tile by tile, for both are in reach.
        let tile = 8
        for rows in Swift.stride(from: 0, to: count, by: tile) {
          for columns in Swift.stride(from: 0, through: rows, by: tile) {
            for i in rows..<min(rows + tile, count) {
              let row = i * stride
              let correction = within[i]
              let shared = forget.contains(i) ? 0..<forget.upperBound : forget.upperBound..<count
              for j in columns..<min(columns + tile, i + 1) {
                let correlated = shared.contains(j) ? correction * within[j] : 0
                let value = x[row + j] + X[row + j] + X[j * stride + i] - correlated * P[row + j]
                image[row + j] = value
                image[j * stride + i] = value
                dual[row + j] = P[row + j]
                dual[j * stride + i] = P[row + j]
              }
            }
          }
        }
        for i in 0..<count {
          image[i * stride + i] += onDiagonal[i] * P[i * stride + i]
          for j in count..<stride {
            dual[i * stride + j] = 0
            image[i * stride + j] = 0
          }
        }
      }
    }
  }
}

extension WeightedHessians {
  /// The spectral radius of T: above 1 the mean square of delta grows. T keeps the cone of positive semi-definite matrices, so the radius is its top
  /// eigenvalue (Krein and Rutman), and T is self-adjoint, so Lanczos finds it with a bound.
  public func meanSquareRadius() throws(Undefined) -> Eigenvalue { try meanSquareRadius(from: MixedHessianEnds(self)) }

  /// The same, where the ends of D are known already. Without noise the top eigenvector is v v^T, with v the eigenvector of D whose |1 - eta lambda| is
  /// largest: Lanczos starts there, with a little of every gradient so that no direction of noise is missed.
  func meanSquareRadius(from ends: MixedHessianEnds) throws(Undefined) -> Eigenvalue {
    let operation = MeanSquareOperator(self)
    let stride = at.gram.stride, eta = rule.stepSize
    var start = [Double](repeating: 0, count: operation.size)
    for k in 0..<at.count where at.gram[k, k] > 0 { start[k * stride + k] = 0.02 / Double(at.count).squareRoot() / at.gram[k, k] }
    let v = abs(1 - eta * ends.top.value) > abs(1 - eta * ends.bottom.value) ? ends.topVector : ends.bottomVector
    // Where gradients depend on each other v may have far larger coefficients than length, and its rounding error would drown the rest.
    if dot(v, v) * at.gram.trace < 1000 { for i in 0..<at.count { for j in 0..<at.count { start[i * stride + j] += v[i] * v[j] } } }
    let method = Lanczos(tolerance: 1e-7, largestIterations: 500, reorthogonalizes: false)
    guard let top = method.ends([.top], of: operation, from: start)?.first else { throw .zeroGradients }
    guard top.converged else { throw .notConverged(residual: top.residual, iterations: top.iterations) }
    return top
  }
}
