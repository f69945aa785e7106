import FrontierNumerics

/// The two-layer ReLU network in the span of the patches (theory.md sections 2 and 3): f(x) = (1/m) sum_r j_r sum_k relu<w_r, x_k>, with
/// w_r = w_r(0) + sum_k A_rk v_k. Rows 0..<m are the filters of class +1, the rest those of class -1.
public struct Network: Sendable {
  /// Z = <w_r, v_k>: 2m x patches.
  public internal(set) var preactivations: Matrix
  /// A: 2m x patches.
  public internal(set) var coefficients: Matrix

  /// m, the filters of each class.
  public var filtersPerClass: Int { preactivations.rows / 2 }

  /// An untrained network with the given pre-activations: an even number of rows, at least two.
  public init(initialPreactivations: Matrix) throws {
    guard initialPreactivations.rows >= 2, initialPreactivations.rows % 2 == 0 else {
      throw ParameterError(
        parameter: "initialPreactivations", value: "\(initialPreactivations.rows) rows", allowed: "an even number, m filters for each class")
    }
    preactivations = initialPreactivations
    coefficients = Matrix(rows: initialPreactivations.rows, columns: initialPreactivations.columns)
  }

  /// |w(t) - w(0)|^2 = sum_r A_r K A_r^T.
  public func squaredDistance(gram: Matrix) -> Double { squaredNorm(coefficients, gram: gram) }

  /// |w(t) - v(t)|^2 for another network that started from the same weights.
  public func squaredDistance(to other: Network, gram: Matrix) -> Double {
    var difference = coefficients
    let count = difference.rows * difference.stride
    difference.withMutableElements { difference in other.coefficients.withElements { other in for e in 0..<count { difference[e] -= other[e] } } }
    return squaredNorm(difference, gram: gram)
  }

  private func squaredNorm(_ a: Matrix, gram: Matrix) -> Double {
    let image = a * gram
    let sum = a.withElements { a in image.withElements { dot(a, $0, count: image.rows * image.stride) } }
    // Exact arithmetic gives no negative sum; rounding may, by a little.
    return max(sum, 0)
  }
}
