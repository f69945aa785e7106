import CKernels
import Model
import FrontierNumerics

/// T(M) = E[J M J], how a step moves the second moment of delta (theory.md section 5):
/// T(M) = (I - eta D) M (I - eta D) + eta^2 (noise of the batches).
///
/// M = sum_ij N_ij g_i g_j^T is kept as the n x n matrix N. With C = diag(s_k strength_k), G M-products become X = N G and P = G N G, and
///   N -> N - eta (C X^T + X C) + eta^2 C P C + noise,    <M_1, M_2> = tr(M_1 M_2) = sum_ij P_1,ij N_2,ij,
/// two n x n products a step, where an explicit operator would have n^2 x n^2 elements. Noise:
///   Bernoulli: eta^2 rho_k strength_k^2 P_kk on the diagonal;
///   uniform, in each set: eta^2 rho n/(n-1) [strength_k^2 P_kk on the diagonal - strength_k strength_l P_kl / n].
final class MeanSquareOperator: SelfAdjointOperator {
  /// Of N as the kernels want it: stride x stride, zeros beyond n.
  let size: Int
  let largestSquare: Double
  private let count: Int
  private let stride: Int
  private let gram: Matrix
  private let stepSize: Double
  /// s_k strength_k, and eta^2 / 2 of it.
  private let signed: [Double]
  private let quadratic: [Double]
  /// What multiplies P_kk on the diagonal.
  private let onDiagonal: [Double]
  /// What multiplies P_kl: for uniform sampling what is taken off where both are in one set.
  private let correlation: Matrix
  private let everyRow: [Int32]
  private let kernels = ck_best().pointee
  // Scratch: X and P of one application.
  private var half: Matrix
  private var full: Matrix

  init(_ hessians: WeightedHessians) {
    let eta = hessians.rule.stepSize, noise = MomentNoise(hessians)
    count = hessians.at.count
    gram = hessians.at.gram
    stride = gram.stride
    size = stride * stride
    largestSquare = gram.trace * gram.trace
    stepSize = eta
    signed = hessians.signed + [Double](repeating: 0, count: stride - count)
    quadratic = signed.map { eta * eta * $0 / 2 }
    var correlation = Matrix(rows: stride, columns: stride)
    onDiagonal = noise.onDiagonal
    correlation.withMutableElements { [stride] elements in
      for set in noise.sets { for k in set { for l in set { elements[k * stride + l] = noise.within[k] * noise.within[l] } } }
    }
    self.correlation = correlation
    everyRow = (0..<Int32(count)).map { $0 }
    half = Matrix(rows: stride, columns: stride)
    full = half
  }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    gram.withElements { G in
      half.withMutableElements { X in
        full.withMutableElements { P in
          X.update(repeating: 0, count: size)
          P.update(repeating: 0, count: size)
          kernels.accumulate(count, stride, count, x, stride, everyRow, G, X)
          // The lower triangle of P = G X, mirrored: an antisymmetric rounding error would grow by a law of its own.
          kernels.accumulateLower(count, stride, count, G, stride, everyRow, X, P)
          correlation.withElements { kernels.moveMoment(stride, stepSize, quadratic, signed, $0, x, X, P, dual, image) }
          for k in 0..<count { image[k * stride + k] += onDiagonal[k] * P[k * stride + k] }
        }
      }
    }
  }
}

/// What the batches add to a moment, in coefficients: onDiagonal_k P_kk on the diagonal, less within_k within_l P_kl for each two samples of a set.
struct MomentNoise {
  let onDiagonal: [Double]
  let within: [Double]
  /// Those whose samples' noise is correlated.
  let sets: [Range<Int>]

  init(_ hessians: WeightedHessians) {
    let split = hessians.at.split
    switch hessians.rule.sampling {
    case .bernoulli:
      onDiagonal = hessians.spreads.map { $0 * $0 }
      within = hessians.spreads.map { _ in 0 }
      sets = []
    case .uniform:
      let sizes = (0..<hessians.at.count).map { Double(split.forget.contains($0) ? split.forget.count : split.retain.count) }
      // A set of one sample has no noise: its batch is the set.
      let factors = zip(hessians.spreads, sizes).map { $1 > 1 ? $0 * ($1 / ($1 - 1)).squareRoot() : 0 }
      onDiagonal = factors.map { $0 * $0 }
      within = zip(factors, sizes).map { $0 / $1.squareRoot() }
      sets = [split.forget, split.retain]
    }
  }
}
