/// Expectations under the standard normal distribution by Gauss' rule: exact for polynomials of degree below 2n, with bits that are the same on every machine.
public struct GaussHermite: Sendable {
  public let nodes: [Double]
  /// They add up to 1.
  public let weights: [Double]

  /// - Parameter count: of nodes, at least 1.
  public init(count: Int) {
    // The roots of a polynomial lie one in each gap between those of the one before, and none beyond 2 sqrt(k).
    var roots: [Double] = []
    for degree in 1...max(count, 1) {
      let bound = 2 * Double(degree).squareRoot(), edges = [-bound] + roots + [bound]
      roots = (0..<degree).map { k in
        Self.root(between: edges[k], and: edges[k + 1]) { Self.orthonormal($0, through: degree)[degree] }
      }
    }
    nodes = roots
    weights = roots.map { x in 1 / Self.orthonormal(x, through: roots.count - 1).reduce(0) { $0 + $1 * $1 } }
  }

  /// E of a function of a standard normal number.
  public func mean(_ function: (Double) -> Double) -> Double { zip(nodes, weights).reduce(0) { $0 + $1.1 * function($1.0) } }

  /// The Hermite polynomials of degrees 0 to n, orthonormal under the standard normal distribution.
  private static func orthonormal(_ x: Double, through degree: Int) -> [Double] {
    var values = [1.0]
    for k in 0..<degree {
      let before = k > 0 ? Double(k).squareRoot() * values[k - 1] : 0
      values.append((x * values[k] - before) / Double(k + 1).squareRoot())
    }
    return values
  }

  private static func root(between low: Double, and high: Double, of function: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    let isRising = function(high) > 0
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if (function(middle) > 0) == isRising { high = middle } else { low = middle }
    }
  }
}
