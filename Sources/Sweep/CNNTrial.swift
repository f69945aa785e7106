import Model
import Numerics
import Stability

/// One repetition of one cell: draws the data, trains, puts the trained network to the Hessian test, unlearns and measures. A pure function of its parameters, the seed and the repetition.
public struct CNNTrial: Sendable {
  public let parameters: CNNParameters
  private let data: SignalPlusNoise
  private let architecture: Architecture
  private let training: TrainingRule
  private let split: ForgetSplit
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
    split = try ForgetSplit(samples: p.samples, forgetFraction: p.forgetFraction)
    unlearning = try UnlearningRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, growthLimit: p.growthLimit)
    stepRule = try StepRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, batchSize: p.batchSize, sampling: p.sampling)
    key = RandomKey(seed: seed).child(repetition)
  }

  /// Runs the trial.
  public func measure() throws -> Measurements {
    // The schedule first: its parameters are refused before the long work.
    let schedule = try BatchSchedule(
      split: split, batchSize: parameters.batchSize, sampling: parameters.sampling, steps: parameters.unlearnSteps, key: key)
    let dataset = try data.draw(architecture: architecture, freshSamples: parameters.testSamples, key: key)
    let trained = try training.train(on: dataset, key: key)

    var result = Measurements()
    result.add("trained", .flag(trained.end == .reachedTarget))
    result.add("trainSteps", .count(trained.steps))
    result.add("trainLoss", MeasuredValue(trained.loss, otherwise: ""))
    add(qualityOf: trained.network, on: dataset, suffix: "Before", to: &result)
    result.add(
      "noiseShare",
      MeasuredValue(trained.network.marginShare(on: dataset.samples, withoutPatch: 0), otherwise: "the summed margin is not positive"))

    guard trained.end == .reachedTarget else {
      let reason = trained.end == .overflowed ? "training overflowed" : "training did not reach its target"
      let names = qualityNames + ["squaredWeightDistance", "escapedAtStep", "overflowedAtStep"] + HessianColumns.all.map(\.name)
      for name in names { result.add(name, .undefined(reason)) }
      return result
    }
    let run = unlearning.unlearn(trained.network, on: dataset, loss: parameters.loss, schedule: schedule)
    add(qualityOf: run.network, on: dataset, suffix: "", to: &result)
    let distance = run.network.squaredDistance(to: trained.network, gram: dataset.gram)
    result.add("squaredWeightDistance", MeasuredValue(distance, otherwise: ""))
    result.add("escapedAtStep", MeasuredValue(run.escapedAtStep, otherwise: "did not escape"))
    result.add("overflowedAtStep", MeasuredValue(run.overflowedAtStep, otherwise: "did not overflow"))
    let test = try hessianTest(of: trained.network, on: dataset, schedule: schedule)
    for column in HessianColumns.all { result.add(column.name, MeasuredValue(column.quantity(test))) }
    return result
  }

  private func hessianTest(of network: Network, on dataset: Dataset, schedule: BatchSchedule) throws -> HessianTest {
    let point = try Linearisation(network, on: dataset, split: split, loss: parameters.loss)
    return HessianTest(
      PointSpectra(at: point), rule: stepRule, schedule: schedule, growthLimit: parameters.growthLimit, key: key,
      dataModel: parameters.aPrioriMeanField)
  }

  private let qualityNames = ["forgetAccuracy", "forgetLoss", "retainAccuracy", "retainLoss", "testAccuracy"]

  private func add(qualityOf network: Network, on dataset: Dataset, suffix: String, to result: inout Measurements) {
    let outputs = network.outputs(of: dataset.samples), labels = dataset.samples.labels
    let forget = Quality(outputs: outputs, labels: labels, in: split.forget, loss: parameters.loss)
    let retain = Quality(outputs: outputs, labels: labels, in: split.retain, loss: parameters.loss)
    let test = dataset.fresh.quality(of: network, loss: parameters.loss)
    let values = [forget.accuracy, forget.loss, retain.accuracy, retain.loss, test?.accuracy]
    for (name, value) in zip(qualityNames, values) { result.add(name + suffix, MeasuredValue(value, otherwise: "no test samples")) }
  }
}
