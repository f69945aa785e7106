/// What a step does to the forget set (theory.md section 4): it descends on phi there, weighted by alpha, as it descends on the loss on the retain set. A
/// method is its phi, as a function of one output f and its label y = +-1.
public protocol UnlearningMethod: Sendable {
  /// What the weights of a step multiply, for a whole batch at once: dl/df of the `retained` samples that come first, and -dphi/df (the forget weight is
  /// negative) of the forget samples behind them. `result` must not overlap the other two.
  func slopes(
    of loss: Loss, outputs: UnsafePointer<Double>, labels: UnsafePointer<Double>, retained: Int, count: Int,
    into result: UnsafeMutablePointer<Double>)
}

/// Ascent on the loss: phi = -l.
public struct GradientAscent: UnlearningMethod {
  public init() {}

  public func slopes(
    of loss: Loss, outputs: UnsafePointer<Double>, labels: UnsafePointer<Double>, retained: Int, count: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    loss.derivatives(outputs: outputs, labels: labels, count: count, into: result)
  }
}
