import Numerics

/// The loss of one output f against a label y = +-1 (theory.md section 2).
public enum Loss: String, Sendable, CaseIterable {
  /// log(1 + exp(-y f))
  case logistic
  /// (f - y)^2 / 2
  case squared

  public func value(output f: Double, label y: Double) -> Double {
    switch self {
    case .logistic: Elementary.softplus(-y * f)
    case .squared: (f - y) * (f - y) / 2
    }
  }

  /// dl/df.
  public func derivative(output f: Double, label y: Double) -> Double {
    switch self {
    case .logistic: -y / (1 + Elementary.exp(y * f))
    case .squared: f - y
    }
  }

  /// d2l/df2: 1 for squared loss, p (1 - p) for logistic loss.
  public func curvature(output f: Double, label y: Double) -> Double {
    switch self {
    case .logistic:
      let e = Elementary.exp(-abs(f))
      return e / ((1 + e) * (1 + e))
    case .squared: return 1
    }
  }

  /// l of every sample.
  func values(outputs f: ArraySlice<Double>, labels y: ArraySlice<Double>) -> [Double] {
    switch self {
    case .logistic: Elementary.softplus(zip(f, y).map { -$0 * $1 })
    case .squared: zip(f, y).map { ($0 - $1) * ($0 - $1) / 2 }
    }
  }

  /// dl/df of `count` samples at once, elementwise. `result` must not overlap the other two.
  package func derivatives(
    outputs f: UnsafePointer<Double>, labels y: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .logistic:
      for i in 0..<count { result[i] = y[i] * f[i] }
      Elementary.reverseSigmoid(result, count: count, into: result)
      for i in 0..<count { result[i] = -y[i] * result[i] }
    case .squared:
      for i in 0..<count { result[i] = f[i] - y[i] }
    }
  }
}
