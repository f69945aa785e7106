import Model

/// What a network is worth on a data set: by its answers, and by what it remembers of the forget set.
struct NetworkMeasures: Sendable {
  let outputs: Deletion.Outputs
  let forget: Quality
  let retain: Quality
  /// Nil where there are no test samples.
  let test: Quality?
  let attack: MembershipAttack?
  let ownMemory: MeasuredValue
  let noiseShare: MeasuredValue

  private static let oneImage = "signal and noise lie in one patch"

  init(of network: Network, on dataset: Dataset, split: ForgetSplit, loss: Loss) {
    outputs = Deletion.Outputs(of: network, on: dataset, split: split)
    let outputs = outputs, labels = Deletion.Outputs(labels: dataset, split: split)
    func quality(_ set: KeyPath<Deletion.Outputs, [Double]>) -> Quality {
      Quality(outputs: outputs[keyPath: set], labels: labels[keyPath: set], in: 0..<labels[keyPath: set].count, loss: loss)
    }
    func losses(_ set: KeyPath<Deletion.Outputs, [Double]>) -> [Double] {
      loss.values(outputs: outputs[keyPath: set], labels: labels[keyPath: set])
    }
    (forget, retain) = (quality(\.forget), quality(\.retain))
    test = labels.test.isEmpty ? nil : quality(\.test)
    attack = MembershipAttack(forgetLosses: losses(\.forget), freshLosses: losses(\.test))
    if dataset.signalPatches > 0 {
      ownMemory = MeasuredValue(network.ownMemory(of: split.forget, in: dataset.samples, withoutFirst: dataset.signalPatches))
      noiseShare =
        network.marginShare(on: dataset.samples, withoutFirst: dataset.signalPatches).map { MeasuredValue($0) }
        ?? .undefined("the summed margin is not positive")
    } else {
      (ownMemory, noiseShare) = (.undefined(Self.oneImage), .undefined(Self.oneImage))
    }
  }

  /// In the order of `CNNProbes.quality`.
  var quality: [MeasuredValue] {
    [forget.accuracy, forget.loss, retain.accuracy, retain.loss].map { MeasuredValue($0) } + [testAccuracy]
  }

  var testAccuracy: MeasuredValue { test.map { MeasuredValue($0.accuracy) } ?? .absent("no test samples") }

  var attackAUC: MeasuredValue { attack.map { MeasuredValue($0.areaUnderROC) } ?? .undefined("no test samples") }
}
