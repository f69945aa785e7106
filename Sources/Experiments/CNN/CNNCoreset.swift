import FrontierNumerics
import Model
import Stability

/// The samples that are trained on, and how near they are to all.
struct ChosenSamples: Sendable {
  let dataset: Dataset
  let misfits: CoresetMisfits
}

/// Why there is no coreset.
struct NoCoreset: Error, CustomStringConvertible {
  let reason: String

  var description: String { "the network that a coreset is chosen by: \(reason); a larger coresetWarmLoss is reached sooner" }
}

extension Trial<CNNParameters> {
  /// What is trained on: all samples, or a coreset as if there were no others.
  func trainingSet() throws -> Dataset { parameters.coresetFraction < 1 ? try coreset().dataset : try drawn() }

  private func coreset() throws -> ChosenSamples {
    let (dataset, moments) = (try drawn(), try warmMoments())
    return try output(of: CNNStages.coreset) { view in
      let coreset = try view.coresetSelection.choose(view.trainedSamples, by: moments, from: key.child(StabilityPurpose.coreset).stream())
      // In the order of the samples: that of choice would say which are forgotten first.
      let order = coreset.members.indices.sorted { coreset.members[$0] < coreset.members[$1] }
      return ChosenSamples(
        dataset: try dataset.restricted(
          to: order.map { coreset.members[$0] }, weights: view.coresetSelection == .facility ? order.map { coreset.weights[$0] } : nil),
        misfits: CoresetMisfits(of: coreset.members, in: moments))
    }
  }

  private func warmMoments() throws -> GradientMoments {
    let dataset = try drawn()
    let warm = try output(of: CNNStages.warm) { try $0.warmTraining().train(on: dataset, key: key) }
    if let reason = warm.failure(target: parameters.coresetWarmLoss)?.reason { throw NoCoreset(reason: reason) }
    return output(of: CNNStages.warmMoments) { view in moments(warm.network, on: dataset, view, .coresetPosterior) }
  }

  /// The members of a coreset of the trained network's gradients, smoothed.
  func stableCoreset(of size: Int, _ network: Network, on dataset: Dataset, _ view: CNNParameters) throws -> [Int] {
    let moments = moments(network, on: dataset, view, .forgetPosterior)
    return try CoresetSelection.stable.choose(size, by: moments, from: key.child(StabilityPurpose.coreset).stream()).members
  }

  private func moments(_ network: Network, on dataset: Dataset, _ view: CNNParameters, _ draw: StabilityPurpose) -> GradientMoments {
    var stream = key.child(draw).stream()
    return GradientMoments(network, on: dataset, loss: view.loss, posteriorScale: view.posteriorScale, draws: view.posteriorDraws, from: &stream)
  }

  // MARK: - Values

  /// In the order of `CNNProbes.coreset`.
  func chosen() throws -> [MeasuredValue] {
    let samples = try trainingSet().samples, count = Double(samples.count)
    let misfits: [MeasuredValue]
    if parameters.coresetFraction < 1 {
      let found = try coreset().misfits
      misfits = [found.gradient, found.smoothedGradient, found.hessian].map { $0.map { MeasuredValue($0) } ?? .undefined("the mean over all samples is zero") }
    } else {
      misfits = [0, 0, 0].map { MeasuredValue($0) }
    }
    let flipped = Double((0..<samples.count).count(where: samples.isFlipped))
    return misfits + [MeasuredValue(flipped / count), try predictedTestAccuracy(samples)]
  }

  private func predictedTestAccuracy(_ samples: SampleSet) throws -> MeasuredValue {
    guard parameters.coresetFraction == 1 || parameters.coresetSelection != .facility else {
      return .undefined("members of a facility coreset weigh differently")
    }
    return output(of: CNNStages.composition) { view in
      MeasuredValue(
        Result { () throws(Undefined) in
          guard let model = view.dataModel else { throw Undefined.noDataModel }
          guard model.isTrainedPlainly else { throw Undefined.notPlainTraining }
          guard let accuracy = CompositionLaw(model).testAccuracy(of: .init(of: Array(0..<samples.count), in: samples)) else {
            throw Undefined.noValue(of: "the composition law")
          }
          return accuracy
        })
    }
  }
}
