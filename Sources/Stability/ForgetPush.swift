import FrontierNumerics
import Model

/// psi = y dphi/df of a method as a function of the margin m = y f, under logistic loss (theory.md section 4): what lowers a forget margin in
/// a step, for each unit of weight. Mean fields follow margins, not samples; what a method does to a sample is in `Model`.
public struct ForgetPush: Sendable, Hashable {
  public var name: MethodRule.Name
  /// b of npo.
  public var npoBeta: Double

  public static let ascent = ForgetPush(.ascent)

  public init(_ name: MethodRule.Name, npoBeta: Double = 1) { (self.name, self.npoBeta) = (name, npoBeta) }
  public init(_ rule: MethodRule) { self.init(rule.name, npoBeta: rule.npoBeta) }

  /// psi of `count` margins; `result` must not overlap them.
  ///
  /// - Parameter starts: the margins of the trained network, which npo remembers.
  package func values(
    at margins: UnsafePointer<Double>, from starts: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>
  ) {
    switch name {
    case .ascent:
      Elementary.reverseSigmoid(margins, count: count, into: result)
    case .relabel, .uniform:
      for i in 0..<count { result[i] = -margins[i] }
      Elementary.reverseSigmoid(result, count: count, into: result)
      if name == .uniform { for i in 0..<count { result[i] -= 0.5 } }
    case .npo:
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { scratch in
        guard let now = scratch.baseAddress else { return }
        let before = now + count
        // -log p, now and before; then q/(1+q) = 1/(1 + exp(-log q)).
        for i in 0..<count { (now[i], before[i]) = (-margins[i], -starts[i]) }
        Elementary.softplus(now, count: count, into: now)
        Elementary.softplus(before, count: count, into: before)
        for i in 0..<count { now[i] = npoBeta * (now[i] - before[i]) }
        Elementary.reverseSigmoid(now, count: count, into: now)
        Elementary.reverseSigmoid(margins, count: count, into: result)
        for i in 0..<count { result[i] = 2 * result[i] * now[i] }
      }
    }
  }
}
