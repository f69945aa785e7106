import FrontierNumerics

/// How a network is trained on all samples.
public struct TrainingRule: Sendable, Hashable {
  public let loss: Loss
  public let stepSize: Double
  public let batchSize: Int
  /// Training stops once the mean loss is at or under this, checked every `checkInterval` steps from step 0 on.
  public let targetLoss: Double
  public let maxSteps: Int
  /// Where gradients are taken. There is one set, so `own` is `joint`.
  public let perturbation: Perturbation

  public static let checkInterval = 50
  public static let largestStepSize = 1e6
  public static let largestTargetLoss = 1e6
  public static let largestMaxSteps = 1_000_000_000

  public init(loss: Loss, stepSize: Double, batchSize: Int, targetLoss: Double, maxSteps: Int, perturbation: Perturbation = .none) throws {
    try require("trainStepSize", stepSize, in: 0...Self.largestStepSize, above: 0)
    try require("trainBatchSize", batchSize, in: 1...SignalPlusNoise.largestSamples)
    try require("trainTargetLoss", targetLoss, in: 0...Self.largestTargetLoss, above: 0)
    try require("trainMaxSteps", maxSteps, in: 0...Self.largestMaxSteps)
    self.loss = loss
    self.stepSize = stepSize
    self.batchSize = batchSize
    self.targetLoss = targetLoss
    self.maxSteps = maxSteps
    self.perturbation = perturbation
  }

  /// Refuses a set of samples that is smaller than a batch.
  public func check(samples: Int) throws { try require("trainBatchSize", batchSize, in: 1...max(samples, 1)) }

  /// Trains on all samples from the data set's initial network, with uniform batches.
  public func train(on dataset: Dataset, key: RandomKey) throws -> TrainedNetwork {
    try check(samples: dataset.samples.count)
    return train(onAllOf: dataset, key: key)
  }

  /// The same, in batches of as many samples as there are where they are fewer than a batch.
  public func train(onAllOf dataset: Dataset, key: RandomKey) -> TrainedNetwork {
    train(
      on: dataset, set: 0..<dataset.samples.count, batches: key.child(Purpose.trainingBatches).stream(), probes: key.child(Purpose.trainingProbes).stream())
  }

  /// Trains on some of the samples, in batches of as many as there are where they are fewer than a batch. Where samples have weights, gradients and the mean
  /// loss are weighted.
  func train(on dataset: Dataset, set: Range<Int>, batches: RandomStream, probes: RandomStream) -> TrainedNetwork {
    let batchSize = min(batchSize, set.count), descent = perturbation.descent(stepSize: stepSize, sizes: (batchSize, 0), stream: probes)
    let sampler = SubsetSampler(population: set.count, stream: batches)
    if let weights = dataset.trainingWeights {
      let method = WeightedDescent(weights: weights)
      return train(descent, method, on: dataset, set: set, batchSize, sampler) { [loss] simulator in
        method.meanLoss(loss, outputs: simulator.outputs(), labels: dataset.samples.labels, in: set)
      }
    }
    // The same call with its type known: the compiler makes the common case a function of its own.
    if let descent = descent as? GradientDescent {
      return train(descent, GradientAscent(), on: dataset, set: set, batchSize, sampler) { $0.meanLoss(in: set) }
    }
    return train(descent, GradientAscent(), on: dataset, set: set, batchSize, sampler) { $0.meanLoss(in: set) }
  }

  private func train(
    _ descent: some Optimizer, _ method: some UnlearningMethod, on dataset: Dataset, set: Range<Int>, _ batchSize: Int, _ sampler: SubsetSampler,
    meanLoss: (Simulator) -> Double
  ) -> TrainedNetwork {
    let simulator = Simulator(dataset.initial, on: dataset, loss: loss, largestBatch: batchSize)
    var descent = descent, sampler = sampler, batch: [Int32] = []
    var step = 0
    while true {
      if step % Self.checkInterval == 0 || step == maxSteps {
        let loss = meanLoss(simulator)
        let end: TrainedNetwork.End? = loss <= targetLoss ? .reachedTarget : step == maxSteps ? .outOfSteps : nil
        if let end { return TrainedNetwork(network: simulator.network, steps: step, loss: loss, end: end) }
      }
      batch.removeAll(keepingCapacity: true)
      sampler.appendSubset(size: batchSize, offset: Int32(set.lowerBound), to: &batch)
      guard descent.step(simulator, on: WeightedBatch(batch[...]), method: method) else {
        return TrainedNetwork(network: simulator.network, steps: step, loss: meanLoss(simulator), end: .overflowed)
      }
      step += 1
    }
  }
}

/// What training came to.
public struct TrainedNetwork: Sendable {
  public enum End: String, Sendable {
    case reachedTarget
    case outOfSteps
    /// An output left the range of `Simulator.outputLimit`; the network is the last one before.
    case overflowed
  }

  public let network: Network
  public let steps: Int
  /// Mean loss at the end, over the samples that it was trained on.
  public let loss: Double
  public let end: End
}
