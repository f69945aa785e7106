import FrontierNumerics
import Model
import Stability

/// What the stages of the CNN experiment make, each from its own view of the cell.
extension Trial<CNNParameters> {
  public func dataset() throws -> Dataset {
    try output(of: CNNStages.data) { view in try view.source().draw(architecture: view.architecture(), freshSamples: view.testSamples, key: key) }
  }

  public func trained() throws -> TrainedNetwork {
    let dataset = try dataset()
    return try output(of: CNNStages.network) { try $0.training().train(on: dataset, key: key) }
  }

  public func split() throws -> ForgetSplit { try output(of: CNNStages.split) { try $0.forgetSplit() } }

  public func batches() throws -> BatchSchedule {
    let split = try split()
    return try output(of: CNNStages.batches) { view in
      try BatchSchedule(split: split, batchSize: view.batchSize, sampling: view.sampling, steps: view.unlearnSteps, key: key)
    }
  }

  public func spectra() throws -> PointSpectra {
    let (network, dataset, split) = (try trained().network, try dataset(), try split())
    return try output(of: CNNStages.spectra) { view in PointSpectra(at: try Linearisation(network, on: dataset, split: split, loss: view.loss)) }
  }

  /// The trained network, unlearned.
  public func unlearned() throws -> UnlearningRun {
    let (network, dataset, batches) = (try trained().network, try dataset(), try batches())
    return try output(of: CNNStages.run) { view in try view.unlearning().unlearn(network, on: dataset, loss: view.loss, schedule: batches) }
  }

  /// The trained network put to the Hessian test.
  public func hessianTest() throws -> HessianTest {
    let (spectra, batches) = (try spectra(), try batches())
    return try output(of: CNNStages.hessianTest) { HessianTest(spectra, rule: try $0.stepRule(), schedule: batches) }
  }

  func stability() throws -> [MeasuredValue] {
    let test = try hessianTest()
    return output(of: CNNStages.stability) { view in test.stability(growthLimit: view.growthLimit, key: key).map { MeasuredValue($0.1) } }
  }

  // MARK: - Values

  /// What training alone decides.
  func beforeUnlearning() throws -> [MeasuredValue] {
    let (trained, dataset, split) = (try trained(), try dataset(), try split())
    return output(of: CNNStages.before) { view in
      let noiseShare = trained.network.marginShare(on: dataset.samples, withoutPatch: 0)
      return [.flag(trained.end == .reachedTarget), .count(trained.steps), MeasuredValue(trained.loss)]
        + quality(of: trained.network, on: dataset, split: split, loss: view.loss)
        + [noiseShare.map { MeasuredValue($0) } ?? .undefined("the summed margin is not positive")]
    }
  }

  func afterUnlearning() throws -> [MeasuredValue] {
    let run = try unlearned(), dataset = try dataset()
    return quality(of: run.network, on: dataset, split: try split(), loss: CNNStages.run.view(of: parameters).loss) + [
      MeasuredValue(run.network.squaredDistance(to: try trained().network, gram: dataset.gram)),
      MeasuredValue(run.escapedAtStep, otherwise: "did not escape"),
      MeasuredValue(run.overflowedAtStep, otherwise: "did not overflow"),
    ]
  }

  /// In the order of `CNNProbes.quality`.
  private func quality(of network: Network, on dataset: Dataset, split: ForgetSplit, loss: Loss) -> [MeasuredValue] {
    let outputs = network.outputs(of: dataset.samples), labels = dataset.samples.labels
    let forget = Quality(outputs: outputs, labels: labels, in: split.forget, loss: loss)
    let retain = Quality(outputs: outputs, labels: labels, in: split.retain, loss: loss)
    let test = dataset.fresh.quality(of: network, loss: loss)
    return [forget.accuracy, forget.loss, retain.accuracy, retain.loss].map { MeasuredValue($0) }
      + [test.map { MeasuredValue($0.accuracy) } ?? .absent("no test samples")]
  }
}
