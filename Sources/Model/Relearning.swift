/// How soon what was forgotten comes back: full-batch descent on the forget set alone (theory.md section 8).
public struct Relearning: Sendable, Hashable {
  public let loss: Loss
  public let stepSize: Double
  /// It is learnt again once its mean loss is at or under this, checked before each step.
  public let targetLoss: Double
  /// It gives up after so many steps.
  public let limit: Int

  public static let largestLimit = 1_000_000

  public init(loss: Loss, stepSize: Double, targetLoss: Double, limit: Int) throws {
    try require("trainStepSize", stepSize, in: 0...TrainingRule.largestStepSize, above: 0)
    try require("trainTargetLoss", targetLoss, in: 0...TrainingRule.largestTargetLoss, above: 0)
    try require("relearnLimit", limit, in: 0...Self.largestLimit)
    (self.loss, self.stepSize, self.targetLoss, self.limit) = (loss, stepSize, targetLoss, limit)
  }

  /// Steps that it takes; nil if the limit or an overflow comes first.
  public func steps(from network: Network, on dataset: Dataset, forget: Range<Int>) -> Int? {
    let simulator = Simulator(network, on: dataset, loss: loss, largestBatch: forget.count), all = forget.map { Int32($0) }
    var descent = GradientDescent(stepSize: stepSize)
    for step in 0...limit {
      if simulator.meanLoss(in: forget) <= targetLoss { return step }
      guard step < limit, descent.step(simulator, on: WeightedBatch(all[...])) else { return nil }
    }
    return nil
  }
}
