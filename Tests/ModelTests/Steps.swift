import Model

extension Simulator {
  /// A step of gradient descent with any weights.
  func step(stepSize: Double, retain: ArraySlice<Int32>, _ retainWeight: Double, forget: ArraySlice<Int32> = [], _ forgetWeight: Double = 0) {
    var descent = GradientDescent(stepSize: stepSize)
    let weights = StepWeights(retain: retainWeight, forget: forgetWeight)
    _ = descent.step(self, on: WeightedBatch(retain: retain, forget: forget, weights: weights))
  }
}
