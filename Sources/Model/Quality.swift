/// How well a network does on a set of samples.
public struct Quality: Sendable, Equatable {
  /// Share of samples with y f > 0.
  public let accuracy: Double
  /// Mean loss.
  public let loss: Double

  /// The quality of outputs on the samples `range` of a set: 0 and 0 of an empty range.
  public init(outputs: [Double], labels: [Double], in range: Range<Int>, loss: Loss) {
    var correct = 0
    for i in range where labels[i] * outputs[i] > 0 { correct += 1 }
    let count = Double(max(range.count, 1))
    accuracy = Double(correct) / count
    self.loss = loss.values(outputs: outputs[range], labels: labels[range]).reduce(0, +) / count
  }
}
