import FrontierNumerics
import Model
import Stability

/// What the stages of the CNN experiment make, each from its own view of the cell.
extension Trial<CNNParameters> {
  /// All samples that there are.
  func drawn() throws -> Dataset {
    try output(of: CNNStages.data) { view in try view.source().draw(architecture: view.architecture(), freshSamples: view.testSamples, key: key) }
  }

  public func trained() throws -> TrainedNetwork {
    let dataset = try trainingSet()
    return try output(of: CNNStages.network) { try $0.training().train(onAllOf: dataset, key: key) }
  }

  /// The samples that were trained on, those to forget first.
  public func dataset() throws -> Dataset {
    let dataset = try trainingSet()
    guard parameters.forgetSelection != .first else { return dataset }
    let (network, split) = (try trained().network, try split())
    return try output(of: CNNStages.arrangement) { view in
      let chosen = try view.forgetSelection.samples(split.forget.count, of: network, on: dataset, loss: view.loss) { size in
        try stableCoreset(of: size, network, on: dataset, view)
      }
      return try dataset.ordered(ForgetSelection.order(forgetting: chosen, of: dataset.samples.count))
    }
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
    return try output(of: CNNStages.spectra) { view in
      PointSpectra(
        at: try Linearisation(network, on: dataset, split: split, loss: view.loss), fresh: FreshLinearisation(network, on: dataset))
    }
  }

  /// The trained network, unlearned.
  public func unlearned() throws -> UnlearningRun {
    let unlearn = try unlearning()
    return try output(of: CNNStages.run) { try unlearn($0, nil) }
  }

  /// The same run made once more, for whoever looks at each of its steps.
  func unlearned(observe: @escaping (Simulator) -> Void) throws -> UnlearningRun { try unlearning()(CNNStages.run.view(of: parameters), observe) }

  private func unlearning() throws -> (_ view: CNNParameters, _ observe: ((Simulator) -> Void)?) throws -> UnlearningRun {
    let (network, dataset, batches) = (try trained().network, try dataset(), try batches())
    return { view, observe in
      let method = try view.methodRule().method(trainedOutputs: network.outputs(of: dataset.samples), labels: dataset.samples.labels)
      return try view.unlearning().unlearn(network, on: dataset, loss: view.loss, schedule: batches, method: method, key: key, observe: observe)
    }
  }

  /// The trained network put to the Hessian test.
  public func hessianTest() throws -> HessianTest {
    let (spectra, batches) = (try spectra(), try batches())
    return try output(of: CNNStages.hessianTest) { view in
      try HessianTest(
        spectra, rule: view.stepRule(), schedule: batches, method: view.methodRule(), perturbation: view.unlearningPerturbation())
    }
  }

  func tangent() throws -> [(Predictors.Name, Quantity)] {
    let test = try hessianTest()
    return output(of: CNNStages.tangent) { _ in test.tangent() }
  }

  func meanField() throws -> [(Predictors.Name, Quantity)] {
    let test = try hessianTest()
    return output(of: CNNStages.meanField) { _ in test.meanField() }
  }

  private func mixedHessian() throws -> MixedHessian {
    let test = try hessianTest()
    return output(of: CNNStages.mixedHessian) { _ in test.mixedHessian() }
  }

  func stability() throws -> [MeasuredValue] {
    let (test, mixed) = (try hessianTest(), try mixedHessian())
    return output(of: CNNStages.stability) { view in test.stability(of: mixed, growthLimit: view.growthLimit, key: key).map { MeasuredValue($0.1) } }
  }

  func perturbed() throws -> [MeasuredValue] {
    let (test, mixed) = (try hessianTest(), try mixedHessian())
    return output(of: CNNStages.perturbed) { _ in test.perturbed(of: mixed).map { MeasuredValue($0.1) } }
  }

  func simplicity() throws -> Simplicity {
    let (network, dataset, spectra) = (try trained().network, try dataset(), try spectra())
    return output(of: CNNStages.simplicity) { _ in Simplicity(network, on: dataset, spectra: spectra) }
  }

  /// What the network is worth before it unlearns.
  func before() throws -> NetworkMeasures {
    let (trained, dataset, split) = (try trained(), try dataset(), try split())
    return output(of: CNNStages.before) { NetworkMeasures(of: trained.network, on: dataset, split: split, loss: $0.loss) }
  }

  /// What it is worth afterwards.
  func after() throws -> NetworkMeasures {
    let (run, dataset, split) = (try unlearned(), try dataset(), try split())
    return output(of: CNNStages.after) { NetworkMeasures(of: run.network, on: dataset, split: split, loss: $0.loss) }
  }

  // MARK: - Values

  /// What training alone decides.
  func beforeUnlearning() throws -> [MeasuredValue] {
    let (trained, before) = (try trained(), try before())
    return [.flag(trained.end == .reachedTarget), .count(trained.steps), MeasuredValue(trained.loss)] + before.quality
      + [before.noiseShare]
  }

  func afterUnlearning() throws -> [MeasuredValue] {
    let run = try unlearned()
    return try after().quality + [
      MeasuredValue(run.network.squaredDistance(to: try trained().network, gram: try dataset().gram)),
      MeasuredValue(run.escapedAtStep, otherwise: "did not escape"),
      MeasuredValue(run.overflowedAtStep, otherwise: "did not overflow"),
    ]
  }
}
