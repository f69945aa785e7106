/// What a sample weighs in a step (theory.md section 4): (1 - alpha) / size on the retain set, -alpha / size on the forget set. Sizes are those of the batches,
/// B_R and B_F, in a run, and of the sets, n_R and n_F, in its mean. The one place where the forget ratio gets its sign.
public struct StepWeights: Sendable, Hashable {
  public let retain: Double
  public let forget: Double

  public init(retain: Double, forget: Double) { (self.retain, self.forget) = (retain, forget) }

  /// - Parameter factor: of both, multiplied first, as a step size: rounding depends on the order.
  public init(forgetRatio alpha: Double, retainSize: Double = 1, forgetSize: Double = 1, times factor: Double = 1) {
    retain = factor * (1 - alpha) / retainSize
    forget = -factor * alpha / forgetSize
  }

  /// In the batches of a schedule.
  public init(forgetRatio: Double, in schedule: BatchSchedule, times factor: Double = 1) {
    self.init(
      forgetRatio: forgetRatio, retainSize: Double(max(schedule.retainSize, 1)), forgetSize: Double(max(schedule.forgetSize, 1)), times: factor)
  }
}
