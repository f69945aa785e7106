import FrontierNumerics

/// The loss of one output f against a label y = +-1 (theory.md section 2).
public enum Loss: String, Sendable, CaseIterable, BitwiseCopyable {
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

  /// l of each sample.
  public func values(outputs f: [Double], labels y: [Double]) -> [Double] {
    switch self {
    case .logistic: Elementary.softplus(zip(f, y).map { -$1 * $0 })
    case .squared: zip(f, y).map { ($0 - $1) * ($0 - $1) / 2 }
    }
  }

  /// The mean of l over samples, summed in their order; 0 of none.
  func mean(outputs f: UnsafePointer<Double>, labels y: UnsafePointer<Double>, count: Int) -> Double {
    var sum = 0.0
    switch self {
    case .logistic:
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { scratch in
        guard let losses = scratch.baseAddress else { return }
        for i in 0..<count { losses[i] = -y[i] * f[i] }
        Elementary.softplus(losses, count: count, into: losses)
        for i in 0..<count { sum += losses[i] }
      }
    case .squared:
      for i in 0..<count { sum += (f[i] - y[i]) * (f[i] - y[i]) / 2 }
    }
    return sum / Double(max(count, 1))
  }

  /// dl/df of `count` samples at once, elementwise. `result` must not overlap the other two.
  public func derivatives(
    outputs f: UnsafePointer<Double>, labels y: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .logistic:
      Elementary.logisticSlope(outputs: f, labels: y, count: count, into: result)
    case .squared:
      for i in 0..<count { result[i] = f[i] - y[i] }
    }
  }
}
