/// What a method sees of a batch: retain samples first, then forget samples. Valid while it is asked.
public struct BatchOutputs {
  /// How many are retain samples, and how many there are.
  public let retained: Int
  public let count: Int
  /// Which they are.
  public let samples: UnsafePointer<Int32>
  /// f and y of each.
  public let outputs: UnsafePointer<Double>
  public let labels: UnsafePointer<Double>

  package init(retained: Int, of count: Int, samples: UnsafePointer<Int32>, outputs: UnsafePointer<Double>, labels: UnsafePointer<Double>) {
    (self.retained, self.count, self.samples, self.outputs, self.labels) = (retained, count, samples, outputs, labels)
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
    for i in batch.retained..<batch.count {
      result[i] = forgetSlope(of: loss, output: batch.outputs[i], label: batch.labels[i], sample: Int(batch.samples[i]))
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
