import FrontierNumerics

/// The top of T among the moments of few directions.
///
/// The directions u_a are orthonormal and near eigenvectors of D, with w_ak = g_k . u_a. With A = sum of within_k w_k w_k^T over a set,
/// M = sum_ab Y_ab u_a u_b^T goes to
///   (1 - eta lambda_a) (1 - eta lambda_b) Y_ab + sum_k onDiagonal_k (w_k^T Y w_k) w_ak w_bk - sum over sets of (A Y A)_ab,
/// a matrix on the Y_ab of a >= b, those beside the diagonal times sqrt 2: then lengths are as of M.
struct LeadingMoment {
  /// The tops of many samples are spread over more directions, and each step that is saved costs more.
  private static func count(samples: Int) -> Int { max(4, min(samples / 20, 8)) }

  /// Of each direction: its coefficients in the gradients, in rows, w_ak, and 1 - eta lambda_a.
  let vectors: Matrix
  let responses: Matrix
  let means: [Double]
  /// Y, of unit length.
  let moment: Matrix
  /// How much it grows in a step.
  let radius: Double

  /// Nil where not even the first direction can be told from rounding error.
  ///
  /// - Parameter directions: in order of falling |1 - eta lambda|.
  init?(_ hessians: WeightedHessians, _ noise: MomentNoise, directions: [(value: Double, vector: [Double])]) {
    let directions = directions.prefix { hessians.at.isSound($0.vector) }, size = directions.count, count = hessians.at.count
    guard size > 0 else { return nil }
    vectors = Matrix(rows: directions.map(\.vector))
    responses = vectors * hessians.at.gram
    means = directions.map { 1 - hessians.rule.stepSize * $0.value }
    let pairs = (0..<size).flatMap { a in (0...a).map { (a: a, b: $0, weight: a == $0 ? 1 : 2.0.squareRoot()) } }
    let w = (0..<size).map { [responses] in responses.row($0) }
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
    let stride = moved.stride
    moved.withMutableElements { [means] moved in
      for (p, (a, b, first)) in pairs.enumerated() {
        for (q, (c, d, second)) in pairs.enumerated() {
          for A in withins {
            moved[p * stride + q] -= first * second / 2 * (A[a * size + c] * A[b * size + d] + A[a * size + d] * A[b * size + c])
          }
        }
        moved[p * stride + p] += means[a] * means[b]
      }
    }
    let method = Lanczos(tolerance: 1e-6, largestIterations: pairs.count + 1)
    let start = pairs.map { $0.a == $0.b ? 1.0 : 0 }
    let found = method.endsWithVectors([.top], of: ScaledMatrix(matrix: moved, scale: pairs.map { _ in 1 }), from: start)?[0]
    guard let found else { return nil }
    var moment = Matrix(rows: size, columns: size)
    for (pair, y) in zip(pairs, found.vector) {
      moment[pair.a, pair.b] = y / pair.weight
      moment[pair.b, pair.a] = y / pair.weight
    }
    self.moment = moment
    radius = found.eigenvalue.value
  }

  /// Those that D's ends were found among.
  static func directions(of ends: MixedHessianEnds, at hessians: WeightedHessians) -> [(value: Double, vector: [Double])] {
    ends.space.pairs(count(samples: hessians.at.count)) { abs(1 - hessians.rule.stepSize * $0) }
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
}

extension Linearisation {
  /// Whether a vector of unit length may be squared to a moment. Where gradients depend on each other its coefficients may be far larger than its length, and
  /// their rounding error would drown all else; where they are independent and alike the product is the number of samples.
  func isSound(_ vector: [Double]) -> Bool { dot(vector, vector) * gram.trace < 10 * Double(count) }
}
