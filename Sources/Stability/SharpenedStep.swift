import FrontierNumerics
import Model

/// The step whose gradient is taken at a perturbed point, to first order, exactly: delta <- J delta with coefficients b <- b - eta Y (I + tau Gamma Y) G b,
/// Y the diagonal of what samples weigh in the batch (theory.md section 9). J is symmetric, so the map of second moments is self-adjoint as SGD's is.
public struct SharpenedStep: Sendable {
  let at: Linearisation
  let stepSize: Double
  /// tau
  public let innerStep: Double
  /// What multiplies the gradients in the mean step: E[J] = I - eta sum_kl mean_kl g_k g_l^T.
  let mean: Matrix
  private let of: [BatchMoments.Of]
  /// a, and the set's own Gram matrix Gamma.
  private let a: [Double]
  private let gamma: Matrix
  /// A_s Gamma and its transpose, with A_s the part of diag(a) in a set.
  private let scaled: [Matrix]
  private let scaledTransposed: [Matrix]
  private let moments: Moments

  /// Of a perturbation along the step's own gradient, or along that of each set's mean. With tau = 0 it is the plain step.
  public init(_ hessians: WeightedHessians, innerStep: Double, own: Bool) {
    at = hessians.at
    stepSize = hessians.rule.stepSize
    self.innerStep = innerStep
    a = hessians.signed
    let split = at.split, alpha = hessians.rule.forgetRatio, count = at.count
    let of = (0..<count).map { split.forget.contains($0) ? BatchMoments.Of.forget : .retain }
    self.of = of
    var gamma = at.gram
    if own {
      for k in 0..<count {
        for l in 0..<count {
          // A set that weighs nothing takes no part.
          let weight = of[k] != of[l] ? 0 : of[k] == .retain ? (alpha < 1 ? 1 / (1 - alpha) : 0) : (alpha > 0 ? -1 / alpha : 0)
          gamma[k, l] *= weight
        }
      }
    }
    self.gamma = gamma
    let moments = Moments(BatchMoments(split, hessians.rule))
    self.moments = moments
    scaled = BatchMoments.Of.allCases.map { [a] set in
      var part = Matrix(rows: count, columns: count)
      for k in 0..<count where of[k] == set { for l in 0..<count { part[k, l] = a[k] * gamma[k, l] } }
      return part
    }
    scaledTransposed = scaled.map(\.transposed)
    var mean = Matrix(rows: count, columns: count)
    for k in 0..<count {
      for l in 0..<count { mean[k, l] = innerStep * a[k] * a[l] * gamma[k, l] * moments.c11[of[k].rawValue][of[l].rawValue] }
      mean[k, k] += a[k] + innerStep * a[k] * a[k] * gamma[k, k] * moments.c2[of[k].rawValue]
    }
    self.mean = mean
  }

  /// Expectations by the sets of their samples, in the order of the factors: c211[s][t][u] is that of a cumulant of order 2 in s and ones of order 1 in t and u.
  private struct Moments: Sendable {
    let c2, c3, c4: [Double]
    let c11, c21, c22, c31: [[Double]]
    let c111, c211: [[[Double]]]
    let c1111: [[[[Double]]]]

    init(_ batch: BatchMoments) {
      let sets = BatchMoments.Of.allCases
      c2 = sets.map { batch.mean((2, $0)) }
      c3 = sets.map { batch.mean((3, $0)) }
      c4 = sets.map { batch.mean((4, $0)) }
      c11 = sets.map { s in sets.map { batch.mean((1, s), (1, $0)) } }
      c21 = sets.map { s in sets.map { batch.mean((2, s), (1, $0)) } }
      c22 = sets.map { s in sets.map { batch.mean((2, s), (2, $0)) } }
      c31 = sets.map { s in sets.map { batch.mean((3, s), (1, $0)) } }
      c111 = sets.map { s in sets.map { t in sets.map { batch.mean((1, s), (1, t), (1, $0)) } } }
      c211 = sets.map { s in sets.map { t in sets.map { batch.mean((2, s), (1, t), (1, $0)) } } }
      c1111 = sets.map { s in sets.map { t in sets.map { u in sets.map { batch.mean((1, s), (1, t), (1, u), (1, $0)) } } } }
    }
  }

  /// E2 + tau (E3 + E3^T) + tau^2 E4: what E[D_B' M D_B'^T] of the perturbed Hessians is in coefficients, from P = G N G.
  private func noise(_ p: Matrix) -> Matrix {
    let count = at.count, tau = innerStep, (c, a, gamma) = (moments, a, gamma)
    var result = Matrix(rows: count, columns: count)
    guard tau != 0 else {
      for i in 0..<count {
        let si = of[i].rawValue
        for j in 0..<count { result[i, j] = a[i] * a[j] * p[i, j] * c.c11[si][of[j].rawValue] }
        result[i, i] += a[i] * a[i] * p[i, i] * c.c2[si]
      }
      return result
    }
    let (f, r) = (BatchMoments.Of.forget.rawValue, BatchMoments.Of.retain.rawValue)
    // Z^s = P A_s Gamma, Q^st = Gamma A_s P A_t Gamma, and R^s = Gamma A_s^2 d(P) Gamma.
    let z = scaled.map { p * $0 }
    let qff = scaledTransposed[f] * z[f], qrr = scaledTransposed[r] * z[r], qrf = scaledTransposed[r] * z[f]
    let d = scaled.indices.map { s -> Matrix in
      var weighted = scaled[s]
      for k in 0..<count where of[k].rawValue == s { for l in 0..<count { weighted[k, l] *= p[k, k] } }
      return scaledTransposed[s] * weighted
    }
    let own = (0..<count).map { gamma[$0, $0] }, diagonal = (0..<count).map { p[$0, $0] }
    /// What E3 has at (i, j), off its diagonal terms.
    func third(_ i: Int, _ j: Int, _ si: Int, _ sj: Int) -> Double {
      a[i] * a[j] * (c.c111[si][f][sj] * z[f][i, j] + c.c111[si][r][sj] * z[r][i, j]) + a[i] * a[i] * diagonal[i] * gamma[i, j] * a[j] * c.c21[si][sj]
        + a[i] * p[i, j] * own[j] * a[j] * a[j] * c.c21[sj][si]
    }
    /// What L has.
    func fourth(_ i: Int, _ j: Int, _ si: Int, _ sj: Int) -> Double {
      let (cf, cr) = (c.c211[si][f][sj], c.c211[si][r][sj])
      let inner = own[i] * (cf * z[f][i, j] + cr * z[r][i, j]) + gamma[i, j] * (cf * z[f][i, i] + cr * z[r][i, i])
      return a[i] * a[i] * a[j] * (inner + a[i] * own[i] * diagonal[i] * gamma[i, j] * c.c31[si][sj])
    }
    for i in 0..<count {
      let si = of[i].rawValue
      for j in 0...i {
        let sj = of[j].rawValue, pair = a[i] * a[j]
        var e4 = c.c1111[si][f][f][sj] * qff[i, j] + c.c1111[si][r][r][sj] * qrr[i, j] + c.c1111[si][r][f][sj] * (qrf[i, j] + qrf[j, i])
        e4 += c.c211[f][si][sj] * d[f][i, j] + c.c211[r][si][sj] * d[r][i, j]
        e4 = pair * (e4 + pair * c.c22[si][sj] * p[i, j] * (own[i] * own[j] + gamma[i, j] * gamma[i, j]))
        e4 += fourth(i, j, si, sj) + fourth(j, i, sj, si)
        var sum = pair * p[i, j] * c.c11[si][sj] + tau * (third(i, j, si, sj) + third(j, i, sj, si)) + tau * tau * e4
        if i == j {
          let square = a[i] * a[i], zf = z[f][i, i], zr = z[r][i, i]
          let e3 = square * (c.c21[si][f] * zf + c.c21[si][r] * zr) + square * a[i] * diagonal[i] * own[i] * c.c3[si]
          let q = c.c211[si][f][f] * qff[i, i] + c.c211[si][r][r] * qrr[i, i] + 2 * c.c211[si][r][f] * qrf[i, i]
          let e4 =
            square * (q + c.c22[si][f] * d[f][i, i] + c.c22[si][r] * d[r][i, i]) + 2 * square * a[i] * own[i] * (c.c31[si][f] * zf + c.c31[si][r] * zr)
            + square * square * own[i] * own[i] * diagonal[i] * c.c4[si]
          sum += square * diagonal[i] * c.c2[si] + 2 * tau * e3 + tau * tau * e4
        }
        result[i, j] = sum
        result[j, i] = sum
      }
    }
    return result
  }

  /// How a step moves M = sum_ij N_ij g_i g_j^T: N and P = G N G of the image.
  fileprivate func moved(_ n: Matrix) -> (image: Matrix, dual: Matrix) {
    let count = at.count, half = at.gram * n, p = half * at.gram, x = mean * half, noise = noise(p)
    var image = n
    for i in 0..<count {
      for j in 0...i {
        let value = n[i, j] - stepSize * (x[i, j] + x[j, i]) + stepSize * stepSize * noise[i, j]
        image[i, j] = value
        image[j, i] = value
      }
    }
    return (image, p)
  }
}

/// A step's map of second moments, for Lanczos' method.
private struct SharpenedMoments: SelfAdjointOperator {
  let step: SharpenedStep

  var size: Int { step.at.gram.stride * step.at.gram.stride }
  var largestSquare: Double { step.at.gram.trace * step.at.gram.trace }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    let count = step.at.count, stride = step.at.gram.stride
    var n = Matrix(rows: count, columns: count)
    n.withMutableElements { $0.update(from: x, count: count * stride) }
    let moved = step.moved(n)
    image.update(repeating: 0, count: size)
    dual.update(repeating: 0, count: size)
    moved.image.withElements { image.update(from: $0, count: count * stride) }
    moved.dual.withElements { dual.update(from: $0, count: count * stride) }
  }
}

/// I + sum_kl S_kl g_k g_l^T on the span of the gradients, with S symmetric.
private struct IdentityPlus: SelfAdjointOperator {
  let gram: Matrix
  let matrix: Matrix

  var size: Int { gram.rows }
  var largestSquare: Double { gram.trace }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    gram.combineRows(x, into: dual)
    matrix.combineRows(dual, into: image)
    for k in 0..<size { image[k] += x[k] }
  }
}

extension SharpenedStep {
  /// The ends of the spectrum of E[J] on the span of the gradients.
  public struct MeanStep: Sendable {
    public let top: Eigenvalue
    public let bottom: Eigenvalue
    /// An eigenvector of the one of larger magnitude, as coefficients of the gradients.
    fileprivate let vector: [Double]

    /// Above 1 the mean of delta grows, and its mean square with it.
    public var radius: Double { max(abs(top.value), abs(bottom.value)) }
  }

  public func meanStep() throws(Undefined) -> MeanStep {
    var matrix = mean
    for k in 0..<at.count { for l in 0..<at.count { matrix[k, l] *= -stepSize } }
    let ends = try spectrumEnds([.top, .bottom], of: IdentityPlus(gram: at.gram, matrix: matrix), gram: at.gram, key: 4)
    let (top, bottom) = (ends[0], ends[1])
    return MeanStep(
      top: top.eigenvalue, bottom: bottom.eigenvalue, vector: abs(top.eigenvalue.value) > abs(bottom.eigenvalue.value) ? top.vector : bottom.vector)
  }

  /// The largest eigenvalue of E[J^2], the most by which a step grows the mean square: below 1 it shrinks.
  public func contraction() throws(Undefined) -> Eigenvalue {
    var matrix = noise(at.gram)
    for k in 0..<at.count { for l in 0..<at.count { matrix[k, l] = stepSize * stepSize * matrix[k, l] - 2 * stepSize * mean[k, l] } }
    return try spectrumEnds([.top], of: IdentityPlus(gram: at.gram, matrix: matrix), gram: at.gram, key: 5)[0].eigenvalue
  }

  /// The spectral radius of the map of second moments.
  public func meanSquareRadius() throws(Undefined) -> Eigenvalue { try meanSquareRadius(from: meanStep()) }

  func meanSquareRadius(from mean: MeanStep) throws(Undefined) -> Eigenvalue {
    try at.radius(of: SharpenedMoments(step: self), from: mean.vector)
  }

  // MARK: - Noise

  /// E|delta|^2 after `steps` steps from delta = 0, where N(0, spread^2) is added to each of `dimension` coordinates before every step, and kept.
  public func keptMeanSquare(spread: Double, steps: Int, dimension: Int) -> Double {
    let count = at.count, first = noise(at.gram)
    // T(I) - I.
    var grown = first
    for k in 0..<count { for l in 0..<count { grown[k, l] = stepSize * stepSize * first[k, l] - 2 * stepSize * mean[k, l] } }
    // T^j(I) - I, and the sum of traces.
    var power = grown, sum = 0.0
    for _ in 0..<steps {
      sum += Double(dimension) + trace(power)
      power = moved(power).image + grown
    }
    return spread * spread * sum
  }

  /// The same where a gradient is taken at the noisy point and the noise dropped: M <- T(M) + s^2 eta^2 E[D_B^2].
  public func probedMeanSquare(spread: Double, steps: Int) -> Double {
    var push = noise(at.gram)
    for k in 0..<at.count { for l in 0..<at.count { push[k, l] *= stepSize * stepSize } }
    var moment = Matrix(rows: at.count, columns: at.count)
    for _ in 0..<steps { moment = moved(moment).image + push }
    return spread * spread * trace(moment)
  }

  /// tr(sum_kl N_kl g_k g_l^T).
  private func trace(_ n: Matrix) -> Double {
    var sum = 0.0
    for k in 0..<at.count { for l in 0..<at.count { sum += n[k, l] * at.gram[k, l] } }
    return sum
  }
}

private func + (a: Matrix, b: Matrix) -> Matrix {
  var sum = a
  for r in 0..<a.rows { for c in 0..<a.columns { sum[r, c] += b[r, c] } }
  return sum
}
