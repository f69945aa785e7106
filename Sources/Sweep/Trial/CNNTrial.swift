import Model
import Numerics
import Stability

/// One repetition of one cell: draws the data, trains, puts the trained network to the Hessian test, unlearns and measures. A pure function of its
/// parameters, the seed and the repetition.
public struct CNNTrial: Sendable {
  public let parameters: CNNParameters
  private let key: RandomKey

  /// Refuses any parameter out of its range, by name.
  public init(_ parameters: CNNParameters, seed: UInt64, repetition: Int) throws {
    let p = parameters
    self.parameters = p
    _ = try p.source()
    _ = try p.architecture()
    try p.training().check(samples: p.samples)
    let split = try p.forgetSplit()
    _ = (try p.unlearning(), try p.stepRule())
    try BatchSchedule.check(split: split, batchSize: p.batchSize, steps: p.unlearnSteps)
    try SignalPlusNoise.check(freshSamples: p.testSamples)
    key = RandomKey(seed: seed).child(repetition)
  }

  /// Runs the trial from its beginning.
  public func measure() throws -> TrialResult { try measure(with: StageOutputs()) }

  /// Makes ahead what others of the same data and training share.
  func prepare(_ outputs: StageOutputs<CNNParameters>) throws { _ = try network(outputs, on: dataset(outputs)) }

  /// Runs the trial with what others of the same seed and repetition have made already.
  func measure(with outputs: StageOutputs<CNNParameters>) throws -> TrialResult {
    let p = parameters, dataset = try dataset(outputs), trained = try network(outputs, on: dataset)
    let split = try outputs.output(of: CNNStages.split, for: p) { try $0.forgetSplit() }
    var values = outputs.output(of: CNNStages.before, for: p) { beforeUnlearning(trained, on: dataset, split: split, loss: $0.loss) }
    guard trained.end == .reachedTarget else {
      let reason =
        trained.end == .overflowed
        ? "training overflowed at step \(trained.steps)"
        : "training stopped at step \(trained.steps) with loss \(trained.loss), above its target \(p.trainTargetLoss)"
      while values.count < Self.columns.count { values.append(.undefined("not trained")) }
      return TrialResult(outcome: .notTrained(reason: reason), values: values)
    }
    let schedule = try outputs.output(of: CNNStages.batches, for: p) { view in
      try BatchSchedule(split: split, batchSize: view.batchSize, sampling: view.sampling, steps: view.unlearnSteps, key: key)
    }
    let view = CNNStages.run.view(of: p)
    let run = try view.unlearning().unlearn(trained.network, on: dataset, loss: view.loss, schedule: schedule)
    values += quality(of: run.network, on: dataset, split: split, loss: view.loss)
    values.append(MeasuredValue(run.network.squaredDistance(to: trained.network, gram: dataset.gram)))
    values.append(MeasuredValue(run.escapedAtStep, otherwise: "did not escape"))
    values.append(MeasuredValue(run.overflowedAtStep, otherwise: "did not overflow"))
    let spectra = try outputs.output(of: CNNStages.spectra, for: p) { view in
      PointSpectra(at: try Linearisation(trained.network, on: dataset, split: split, loss: view.loss))
    }
    let tested = CNNStages.hessianTest.view(of: p)
    let test = HessianTest(
      spectra, rule: try tested.stepRule(), schedule: schedule, growthLimit: tested.growthLimit, key: key, dataModel: tested.aPrioriMeanField)
    values += HessianTest.Figure.allCases.map { MeasuredValue(test[$0]) }
    return TrialResult(outcome: .completed, values: values)
  }

  // MARK: - Stages

  private func dataset(_ outputs: StageOutputs<CNNParameters>) throws -> Dataset {
    try outputs.output(of: CNNStages.data, for: parameters) { view in
      try view.source().draw(architecture: view.architecture(), freshSamples: view.testSamples, key: key)
    }
  }

  private func network(_ outputs: StageOutputs<CNNParameters>, on dataset: Dataset) throws -> TrainedNetwork {
    try outputs.output(of: CNNStages.network, for: parameters) { try $0.training().train(on: dataset, key: key) }
  }

  // MARK: - Columns

  /// The columns that training alone decides.
  private func beforeUnlearning(_ trained: TrainedNetwork, on dataset: Dataset, split: ForgetSplit, loss: Loss) -> [MeasuredValue] {
    let noiseShare = trained.network.marginShare(on: dataset.samples, withoutPatch: 0)
    return [.flag(trained.end == .reachedTarget), .count(trained.steps), MeasuredValue(trained.loss)]
      + quality(of: trained.network, on: dataset, split: split, loss: loss)
      + [noiseShare.map { MeasuredValue($0) } ?? .undefined("the summed margin is not positive")]
  }

  /// In the order of `qualityNames`.
  private func quality(of network: Network, on dataset: Dataset, split: ForgetSplit, loss: Loss) -> [MeasuredValue] {
    let outputs = network.outputs(of: dataset.samples), labels = dataset.samples.labels
    let forget = Quality(outputs: outputs, labels: labels, in: split.forget, loss: loss)
    let retain = Quality(outputs: outputs, labels: labels, in: split.retain, loss: loss)
    let test = dataset.fresh.quality(of: network, loss: loss)
    return [forget.accuracy, forget.loss, retain.accuracy, retain.loss].map { MeasuredValue($0) }
      + [test.map { MeasuredValue($0.accuracy) } ?? .absent("no test samples")]
  }
}
