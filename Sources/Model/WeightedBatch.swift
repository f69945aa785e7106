/// The samples of one step with what they weigh: the gradient is the weighted sum of theirs.
public struct WeightedBatch: Sendable {
  public let retain: ArraySlice<Int32>
  public let forget: ArraySlice<Int32>
  public let weights: StepWeights

  public init(retain: ArraySlice<Int32>, forget: ArraySlice<Int32>, weights: StepWeights) {
    (self.retain, self.forget, self.weights) = (retain, forget, weights)
  }

  /// Samples that weigh the same, as in training.
  public init(_ samples: ArraySlice<Int32>) {
    self.init(retain: samples, forget: [], weights: StepWeights(forgetRatio: 0, retainSize: Double(max(samples.count, 1))))
  }

  public var count: Int { retain.count + forget.count }
}
