/// What a method sees of a batch: retain samples first, then forget samples.
public struct BatchOutputs {
  /// Which samples they are.
  public let batch: WeightedBatch
  /// f and y of each, retain samples first.
  public let outputs: UnsafePointer<Double>
  public let labels: UnsafePointer<Double>

  public var retained: Int { batch.retain.count }
  public var count: Int { batch.count }
}

/// What a step does to the forget set (theory.md section 4): it descends on phi there, weighted by alpha, as it descends on the loss on the retain set. A
/// method is its phi, as a function of one output f and its label y = +-1.
public protocol UnlearningMethod: Sendable {
  /// What the weights of a step multiply, for a whole batch at once: dl/df of the retain samples, and -dphi/df (the forget weight is negative) of the forget
  /// samples behind them. `result` has a place for each and must not overlap the batch.
  func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>)
}

/// Ascent on the loss: phi = -l.
public struct GradientAscent: UnlearningMethod {
  public init() {}

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.count, into: result)
  }
}
