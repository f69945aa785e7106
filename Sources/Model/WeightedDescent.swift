/// Descent in which each sample has a weight of its own beside that of the step, as the members of a coreset.
public struct WeightedDescent: UnlearningMethod {
  /// One for each sample of the data set.
  public let weights: [Double]

  public init(weights: [Double]) { self.weights = weights }

  public func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    weights[sample] * loss.derivative(output: f, label: y)
  }

  public func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    weights[sample] * loss.curvature(output: f, label: y)
  }

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.count, into: result)
    for i in 0..<batch.count { result[i] *= weights[Int(batch.samples[i])] }
  }

  /// sum of weight times loss over some of the samples, over the sum of their weights; of samples that weigh nothing their mean.
  func meanLoss(_ loss: Loss, outputs: [Double], labels: [Double], in set: Range<Int>) -> Double {
    let losses = loss.values(outputs: outputs, labels: labels), whole = weights[set].reduce(0, +)
    guard whole > 0 else { return losses[set].reduce(0, +) / Double(max(set.count, 1)) }
    return set.reduce(0) { $0 + weights[$1] * losses[$1] } / whole
  }
}
