import FrontierNumerics

/// The top of T among the moments of few directions: where Lanczos' method on all moments begins.
///
/// The directions u_a are orthonormal and near eigenvectors of D, with w_ka = g_k . u_a. With A = sum of within_k w_k w_k^T over a set,
/// M = sum_ab Y_ab u_a u_b^T goes to
///   (1 - eta lambda_a) (1 - eta lambda_b) Y_ab + sum_k onDiagonal_k (w_k^T Y w_k) w_ka w_kb - sum over sets of (A Y A)_ab,
/// a matrix on the Y_ab of a >= b, those beside the diagonal times sqrt 2: then lengths are as of M.
struct LeadingMoment {
  /// The tops of many samples are spread over more directions, but so few take most of the iterations away.
  private static let largestCount = 8

  /// N of sum_ij N_ij g_i g_j^T, of unit length; nil where the first direction cannot be told from rounding error.
  let coefficients: Matrix?
  /// The vectors, whether or not they can, in order of falling |1 - eta lambda|.
  let directions: [[Double]]
  /// <M, E(M)> of the leading moment: how much of a step's growth is the noise's; nil where there are no coefficients.
  let growthByNoise: Double?

  init(_ hessians: WeightedHessians, _ ends: MixedHessianEnds) {
    let gram = hessians.at.gram, count = hessians.at.count, eta = hessians.rule.stepSize
    let all = ends.space.pairs(Self.largestCount) { abs(1 - eta * $0) }, directions = all.prefix { hessians.at.isSound($0.vector) }
    self.directions = all.map(\.vector)
    let size = directions.count
    guard size > 0 else {
      (coefficients, growthByNoise) = (nil, nil)
      return
    }
    let vectors = Matrix(rows: directions.map(\.vector)), responses = vectors * gram, noise = MomentNoise(hessians)
    let pairs = (0..<size).flatMap { a in (0...a).map { (a: a, b: $0, weight: a == $0 ? 1 : 2.0.squareRoot()) } }
    let w = (0..<size).map { responses.row($0) }
    let products = pairs.map { pair -> [Double] in (0..<count).map { pair.weight * (w[pair.a][$0] * w[pair.b][$0]) } }
    let weighted = products.map { product in (0..<count).map { noise.onDiagonal[$0] * product[$0] } }
    var moved = Matrix(rows: weighted) * Matrix(rows: products).transposed
    let withins = noise.sets.map { set -> [Double] in
      var within = [Double](repeating: 0, count: size * size)
      for (pair, product) in zip(pairs, products) {
        var sum = 0.0
        for k in set { sum += noise.within[k] * product[k] }
        within[pair.a * size + pair.b] = sum / pair.weight
        within[pair.b * size + pair.a] = sum / pair.weight
      }
      return within
    }
    let stride = moved.stride, means = directions.map { 1 - eta * $0.value }
    moved.withMutableElements { moved in
      for (p, (a, b, first)) in pairs.enumerated() {
        for (q, (c, d, second)) in pairs.enumerated() {
          for A in withins {
            moved[p * stride + q] -= first * second / 2 * (A[a * size + c] * A[b * size + d] + A[a * size + d] * A[b * size + c])
          }
        }
        moved[p * stride + p] += means[a] * means[b]
      }
    }
    let method = Lanczos(tolerance: 1e-8, largestIterations: pairs.count + 1)
    let start = pairs.map { $0.a == $0.b ? 1.0 : 0 }
    let found = method.endsWithVectors([.top], of: ScaledMatrix(matrix: moved, scale: pairs.map { _ in 1 }), from: start)?[0], top = found?.vector ?? start
    growthByNoise = found.map { found in zip(pairs, found.vector).reduce(found.eigenvalue.value) { $0 - means[$1.0.a] * means[$1.0.b] * $1.1 * $1.1 } }
    var moment = Matrix(rows: size, columns: size)
    for (pair, y) in zip(pairs, top) {
      moment[pair.a, pair.b] = y / pair.weight
      moment[pair.b, pair.a] = y / pair.weight
    }
    coefficients = (vectors.transposed * (moment * vectors)).mirrored
  }
}

extension Matrix {
  /// Rows of one length, which need not be looked at one element after the other.
  fileprivate init(rows: [[Double]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0)
    let stride = stride
    withMutableElements { elements in
      for (r, row) in rows.enumerated() { for c in row.indices { elements[r * stride + c] = row[c] } }
    }
  }

  /// The lower triangle and its mirror image: symmetric to the last bit, as MeanSquareOperator wants a moment.
  fileprivate var mirrored: Matrix {
    var result = self
    let (count, stride) = (rows, stride)
    result.withMutableElements { elements in for i in 0..<count { for j in 0..<i { elements[j * stride + i] = elements[i * stride + j] } } }
    return result
  }
}

extension Linearisation {
  /// Whether a vector of unit length may be squared to a moment. Where gradients depend on each other its coefficients may be far larger than its length, and
  /// their rounding error would drown all else; where they are independent and alike the product is the number of samples.
  func isSound(_ vector: [Double]) -> Bool { dot(vector, vector) * gram.trace < 10 * Double(count) }
}
