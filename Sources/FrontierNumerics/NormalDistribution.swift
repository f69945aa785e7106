/// The standard normal distribution, with bits that are the same on every machine.
public enum NormalDistribution {
  public static func density(_ z: Double) -> Double { Elementary.exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

  /// P(x < z), to about 1e-15 absolute: 1/2 + density(z) sum_k z^(2k+1) / (1 3 5 ... (2k+1)), whose terms have one sign.
  public static func cumulative(_ z: Double) -> Double {
    guard abs(z) < 9 else { return z > 0 ? 1 : 0 }
    var term = z, sum = 0.0, odd = 1.0
    while abs(term) > 1e-17 * abs(sum) {
      sum += term
      odd += 2
      term *= z * z / odd
    }
    return min(max(0.5 + density(z) * sum, 0), 1)
  }

  /// The z with P(x < z) = p, for p well inside of 0 and 1, by Newton's method: about 1e-15 relative to the spread of the distribution there.
  public static func quantile(_ p: Double) -> Double {
    precondition(p > 1e-6 && p < 1 - 1e-6, "a quantile in the far tail")
    var z = 0.0
    for _ in 0..<60 {
      let step = (cumulative(z) - p) / density(z)
      // From 0 outwards the distribution is concave, so Newton's steps do not pass the root; they are bounded for the first ones' sake.
      z -= min(max(step, -1), 1)
      if abs(step) < 1e-15 { break }
    }
    return z
  }
}
