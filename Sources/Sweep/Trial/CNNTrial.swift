import Model
import Numerics
import Stability

/// One repetition of one cell: draws the data, trains, puts the trained network to the Hessian test, unlearns and measures. A pure function of its
/// parameters, the seed and the repetition.
public struct CNNTrial: Sendable {
  public let parameters: CNNParameters
  private let data: SignalPlusNoise
  private let architecture: Architecture
  private let training: TrainingRule
  let split: ForgetSplit
  private let unlearning: UnlearningRule
  private let stepRule: StepRule
  private let key: RandomKey

  /// Refuses any parameter out of its range, by name.
  public init(_ parameters: CNNParameters, seed: UInt64, repetition: Int) throws {
    let p = parameters
    self.parameters = p
    data = try SignalPlusNoise(samples: p.samples, dimension: p.dimension, snr: p.snr, labelNoise: p.labelNoise)
    architecture = try Architecture(filtersPerClass: p.filtersPerClass, initScale: p.initScale)
    training = try TrainingRule(
      loss: p.loss, stepSize: p.trainStepSize, batchSize: p.trainBatchSize, targetLoss: p.trainTargetLoss, maxSteps: p.trainMaxSteps)
    try training.check(samples: p.samples)
    split = try ForgetSplit(samples: p.samples, forgetFraction: p.forgetFraction)
    unlearning = try UnlearningRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, growthLimit: p.growthLimit)
    stepRule = try StepRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, batchSize: p.batchSize, sampling: p.sampling)
    try BatchSchedule.check(split: split, batchSize: p.batchSize, steps: p.unlearnSteps)
    try SignalPlusNoise.check(freshSamples: p.testSamples)
    key = RandomKey(seed: seed).child(repetition)
  }

  /// Runs the trial from its beginning.
  public func measure() throws -> TrialResult { try measure(with: TrainedNetworkShare(self)) }

  /// Runs what comes after training, with a network that `share` trained for all trials of the same data and training.
  func measure(with share: TrainedNetworkShare) throws -> TrialResult {
    let trained = share.trained, dataset = share.dataset
    var values = share.beforeUnlearning(of: self)
    guard trained.end == .reachedTarget else {
      let reason =
        trained.end == .overflowed
        ? "training overflowed at step \(trained.steps)"
        : "training stopped at step \(trained.steps) with loss \(trained.loss), above its target \(parameters.trainTargetLoss)"
      while values.count < Self.columns.count { values.append(.undefined("not trained")) }
      return TrialResult(outcome: .notTrained(reason: reason), values: values)
    }
    let schedule = try share.schedule(of: self)
    let run = unlearning.unlearn(trained.network, on: dataset, loss: parameters.loss, schedule: schedule)
    values += quality(of: run.network, on: dataset)
    values.append(MeasuredValue(run.network.squaredDistance(to: trained.network, gram: dataset.gram)))
    values.append(MeasuredValue(run.escapedAtStep, otherwise: "did not escape"))
    values.append(MeasuredValue(run.overflowedAtStep, otherwise: "did not overflow"))
    let test = HessianTest(
      try share.spectra(split), rule: stepRule, schedule: schedule, growthLimit: parameters.growthLimit, key: key,
      dataModel: parameters.aPrioriMeanField)
    values += HessianTest.Figure.allCases.map { MeasuredValue(test[$0]) }
    return TrialResult(outcome: .completed, values: values)
  }

  func drawDataset() throws -> Dataset { try data.draw(architecture: architecture, freshSamples: parameters.testSamples, key: key) }
  func train(on dataset: Dataset) throws -> TrainedNetwork { try training.train(on: dataset, key: key) }
  func drawSchedule() throws -> BatchSchedule {
    try BatchSchedule(split: split, batchSize: parameters.batchSize, sampling: parameters.sampling, steps: parameters.unlearnSteps, key: key)
  }

  /// The columns that training alone decides.
  func beforeUnlearning(_ trained: TrainedNetwork, on dataset: Dataset) -> [MeasuredValue] {
    let noiseShare = trained.network.marginShare(on: dataset.samples, withoutPatch: 0)
    return [.flag(trained.end == .reachedTarget), .count(trained.steps), MeasuredValue(trained.loss)] + quality(of: trained.network, on: dataset)
      + [noiseShare.map { MeasuredValue($0) } ?? .undefined("the summed margin is not positive")]
  }

  /// In the order of `qualityNames`.
  private func quality(of network: Network, on dataset: Dataset) -> [MeasuredValue] {
    let outputs = network.outputs(of: dataset.samples), labels = dataset.samples.labels
    let forget = Quality(outputs: outputs, labels: labels, in: split.forget, loss: parameters.loss)
    let retain = Quality(outputs: outputs, labels: labels, in: split.retain, loss: parameters.loss)
    let test = dataset.fresh.quality(of: network, loss: parameters.loss)
    return [forget.accuracy, forget.loss, retain.accuracy, retain.loss].map { MeasuredValue($0) }
      + [test.map { MeasuredValue($0.accuracy) } ?? .absent("no test samples")]
  }
}
