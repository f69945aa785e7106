import Model
import Stability

extension Trial<CNNParameters> {
  /// Learning capacity between the first samples and all, from the same start.
  private func capacity() throws -> MeasuredValue {
    let (dataset, trained) = (try trainingSet(), try trained().network)
    return try output(of: CNNStages.capacity) { view in
      guard view.capacityFrom > 0 else { return .undefined("capacityFrom is 0") }
      guard let all = dataset.fresh.quality(of: trained, loss: view.loss) else { return .undefined("no test samples") }
      let samples = dataset.samples.count, fewer = fewerSamples
      let part = try dataset.restricted(to: Array(0..<fewer), weights: dataset.trainingWeights.map { Array($0.prefix(fewer)) }),
        first = try view.training().train(onAllOf: part, key: key)
      if let failure = first.failure(target: view.trainTargetLoss)?.reason { return .undefined("of the first \(fewer) samples: " + failure) }
      guard let some = part.fresh.quality(of: first.network, loss: view.loss) else { return .undefined("no test samples") }
      return MeasuredValue(LearningCapacity.slope(from: (Double(fewer), some.loss), to: (Double(samples), all.loss)))
    }
  }

  /// n_1
  private var fewerSamples: Int {
    let samples = parameters.trainedSamples
    return min(max(Int((parameters.capacityFrom * Double(samples)).rounded()), 1), samples - 1)
  }

  /// In the order of `CNNProbes.learning`.
  func learning() throws -> [MeasuredValue] {
    let test = try before().test, spectra = try spectra(), capacity = try capacity(), power = parameters.snr * parameters.snr
    let middle = 2 / (1 / Double(fewerSamples) + 1 / Double(parameters.trainedSamples))
    return [
      test.map { MeasuredValue($0.loss) } ?? .absent("no test samples"), capacity,
      parameters.capacityFrom > 0 ? MeasuredValue(middle * power) : .undefined("capacityFrom is 0"),
      capacity.number.map { MeasuredValue($0 * power) } ?? capacity,
      spectra.hessianDimension.map { MeasuredValue($0) } ?? .undefined("all Hessians are zero"),
    ]
  }
}

extension Condition {
  static let capacity = parameter("capacityFrom", isNot: .number(0))
}
