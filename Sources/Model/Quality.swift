/// How well a network does on a set of samples.
public struct Quality: Sendable, Equatable {
  /// Share of samples with y f > 0.
  public let accuracy: Double
  /// Mean loss.
  public let loss: Double

  /// The quality of outputs on the samples `range` of a set: 0 and 0 of an empty range.
  public init(outputs: [Double], labels: [Double], in range: Range<Int>, loss: Loss) {
    precondition(outputs.count == labels.count && range.lowerBound >= 0 && range.upperBound <= labels.count)
    var correct = 0, mean = 0.0
    outputs.withUnsafeBufferPointer { outputs in
      labels.withUnsafeBufferPointer { labels in
        guard let f = outputs.baseAddress, let y = labels.baseAddress else { return }
        for i in range where y[i] * f[i] > 0 { correct += 1 }
        mean = loss.mean(outputs: f + range.lowerBound, labels: y + range.lowerBound, count: range.count)
      }
    }
    accuracy = Double(correct) / Double(max(range.count, 1))
    self.loss = mean
  }
}
