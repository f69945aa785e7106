/// What a method sees of a batch: retain samples first, then forget samples.
public struct BatchOutputs {
  /// Which samples they are.
  public let batch: WeightedBatch
  /// f and y of each, retain samples first.
  public let outputs: UnsafePointer<Double>
  public let labels: UnsafePointer<Double>

  public var retained: Int { batch.retain.count }
  public var count: Int { batch.count }

  package init(batch: WeightedBatch, outputs: UnsafePointer<Double>, labels: UnsafePointer<Double>) {
    (self.batch, self.outputs, self.labels) = (batch, outputs, labels)
  }
}

/// What a step does to the forget set (theory.md section 4): it descends on phi there, weighted by alpha, as it descends on the loss on the retain set. A
/// method is its phi, as a function of one output f and its label y = +-1.
///
/// The forget weight of a step is negative, so a method gives what it multiplies: -dphi/df, and -d2phi/df2. Ascent, phi = -l, has the loss's own.
public protocol UnlearningMethod: Sendable {
  /// -dphi/df of a forget sample.
  ///
  /// - Parameter sample: its number in the data set, for methods that remember something of each.
  func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double

  /// -d2phi/df2.
  func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double

  /// What the weights of a step multiply, for a whole batch at once: dl/df of the retain samples, and `forgetSlope` of the forget samples behind them.
  /// `result` has a place for each and must not overlap the batch.
  func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>)
}

extension UnlearningMethod {
  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.retained, into: result)
    for (i, sample) in zip(batch.retained..<batch.count, batch.batch.forget) {
      result[i] = forgetSlope(of: loss, output: batch.outputs[i], label: batch.labels[i], sample: Int(sample))
    }
  }
}

/// Ascent on the loss: phi = -l.
public struct GradientAscent: UnlearningMethod {
  public init() {}

  public func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { loss.derivative(output: f, label: y) }

  public func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { loss.curvature(output: f, label: y) }

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.count, into: result)
  }
}
