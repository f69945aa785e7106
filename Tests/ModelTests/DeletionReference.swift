import FrontierNumerics
import Model
import TestSupport
import Testing

/// deletion.json: small runs with explicit weights by independent code: training, two retrainings without the forget set, unlearning by every method, and the retrained
/// network trained on. Outputs and everything that compares networks to 1e-12 relative.
@Suite struct DeletionReference {
  struct File: Decodable {
    struct Outputs: Decodable { let trained, retrained, unlearned, continued: [Double] }
    struct Memory: Decodable { let trained, retrained, unlearned, continued: Double? }
    struct Comparison: Decodable {
      let squaredDistance, forgetAgreement, testAgreement, tugOfWar, attackAUC, attackAdvantage, referenceAttackAUC: Double
      let forgetDivergence, retainDivergence, testDivergence: Double?
    }
    struct Relearn: Decodable {
      let stepSize, targetLoss: Double
      let limit: Int
      let unlearned, retrained: Int
    }
    struct Case: Decodable {
      let method, loss, kind: String
      let npoBeta: Double
      let filtersPerClass, forget: Int
      let labels, freshLabels: [Double]
      let patches, freshPatches: [[[Double]]]
      let initialWeights: [[Double]]
      let trainStepSize, stepSize, forgetRatio: Double
      let trainBatches, retrainBatches, secondRetrainBatches, forgetBatches, retainBatches: [[Int32]]
      let outputs, freshOutputs: Outputs
      let trainedAgainstRetrained, unlearnedAgainstRetrained, unlearnedAgainstContinued: Comparison
      let retrainingNoise, squaredWeightDistance: Double
      let ownMemory: Memory
      let relearn: Relearn
    }
    let explicit: [Case]
  }

  /// A case in span form. Signal plus noise has one patch that all samples share, up to its sign; other samples have patches of their own.
  private struct Setting {
    let dataset: Dataset
    let split: ForgetSplit
    let loss: Loss

    init(_ given: File.Case) throws {
      let isShared = given.kind == "signalPlusNoise"
      var vectors: [[Double]] = isShared ? [given.patches[0][0].map { $0 * (given.patches[0][0][0] < 0 ? -1 : 1) }] : []
      func set(_ patches: [[[Double]]], _ labels: [Double]) throws -> SampleSet {
        try SampleSet(
          labels: labels,
          patches: patches.map { sample in
            sample.enumerated().map { place, vector in
              if isShared, place == 0 { return .init(0, negated: vector[0] < 0) }
              vectors.append(vector)
              return .init(vectors.count - 1, negated: false)
            }
          })
      }
      let samples = try set(given.patches, given.labels), known = vectors.count
      let freshSamples = try set(given.freshPatches, given.freshLabels)
      func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let old = vectors[..<known], new = vectors[known...]
      let fresh = try FreshSamples(
        cross: Matrix(old.map { v in new.map { inner(v, $0) } }), initialPreactivations: Matrix(given.initialWeights.map { w in new.map { inner(w, $0) } }),
        samples: freshSamples)
      let network = try Network(initialPreactivations: Matrix(given.initialWeights.map { w in old.map { inner(w, $0) } }))
      dataset = try Dataset(gram: Matrix(old.map { v in old.map { inner(v, $0) } }), samples: samples, initial: network, fresh: fresh)
      split = try ForgetSplit(samples: given.labels.count, forgetCount: given.forget)
      loss = try #require(Loss(rawValue: given.loss))
    }

    func trained(from network: Network, _ batches: [[Int32]], stepSize: Double) -> Network {
      let simulator = Simulator(network, on: dataset, loss: loss, largestBatch: 8)
      var descent = GradientDescent(stepSize: stepSize)
      for batch in batches { _ = descent.step(simulator, on: WeightedBatch(batch[...])) }
      return simulator.network
    }

    func unlearned(_ network: Network, _ given: File.Case, method: some UnlearningMethod, forgets: Bool = true) -> Network {
      let simulator = Simulator(network, on: dataset, loss: loss, largestBatch: 8)
      var descent = GradientDescent(stepSize: given.stepSize)
      for (retain, forget) in zip(given.retainBatches, given.forgetBatches) {
        let weights = StepWeights(forgetRatio: given.forgetRatio, retainSize: Double(retain.count), forgetSize: Double(forget.count))
        _ = descent.step(simulator, on: WeightedBatch(retain: retain[...], forget: forgets ? forget[...] : [], weights: weights), method: method)
      }
      return simulator.network
    }

    func losses(_ network: Network, fresh: Bool) -> [Double] {
      let outputs = fresh ? dataset.fresh.outputs(of: network) : Array(network.outputs(of: dataset.samples)[split.forget])
      let labels = fresh ? dataset.fresh.samples.labels : Array(dataset.samples.labels[split.forget])
      return zip(outputs, labels).map { loss.value(output: $0, label: $1) }
    }
  }

  @Test(arguments: 0..<8) func explicitCases(index: Int) throws {
    let given = try fixture("deletion", as: File.self).explicit[index], setting = try Setting(given), dataset = setting.dataset
    let trained = setting.trained(from: dataset.initial, given.trainBatches, stepSize: given.trainStepSize)
    let retrained = setting.trained(from: dataset.initial, given.retrainBatches, stepSize: given.trainStepSize)
    let second = setting.trained(from: dataset.initial, given.secondRetrainBatches, stepSize: given.trainStepSize)
    let unlearned =
      switch given.method {
      case "ascent": setting.unlearned(trained, given, method: GradientAscent())
      case "npo":
        setting.unlearned(
          trained, given,
          method: try NegativePreference(
            beta: given.npoBeta, trainedOutputs: trained.outputs(of: dataset.samples), labels: dataset.samples.labels))
      case "relabel": setting.unlearned(trained, given, method: Relabelling())
      default: setting.unlearned(trained, given, method: UniformLabels())
      }
    let continued = setting.unlearned(retrained, given, method: GradientAscent(), forgets: false)

    for (network, outputs, freshOutputs, memory) in [
      (trained, given.outputs.trained, given.freshOutputs.trained, given.ownMemory.trained),
      (retrained, given.outputs.retrained, given.freshOutputs.retrained, given.ownMemory.retrained),
      (unlearned, given.outputs.unlearned, given.freshOutputs.unlearned, given.ownMemory.unlearned),
      (continued, given.outputs.continued, given.freshOutputs.continued, given.ownMemory.continued),
    ] {
      #expect(relativeError(network.outputs(of: dataset.samples), outputs) < 1e-12)
      #expect(relativeError(dataset.fresh.outputs(of: network), freshOutputs) < 1e-12)
      if let memory {
        let ours = network.ownMemory(of: setting.split.forget, in: dataset.samples, withoutFirst: 1)
        #expect(abs(ours - memory) < 1e-12 * max(1, abs(memory)))
      }
    }
    try compare(trained, retrained, given.trainedAgainstRetrained, setting)
    try compare(unlearned, retrained, given.unlearnedAgainstRetrained, setting)
    try compare(unlearned, continued, given.unlearnedAgainstContinued, setting)
    #expect(relativeError([retrained.squaredDistance(to: second, gram: dataset.gram)], [given.retrainingNoise]) < 1e-12)
    #expect(relativeError([unlearned.squaredDistance(to: trained, gram: dataset.gram)], [given.squaredWeightDistance]) < 1e-12)
    let relearning = try Relearning(loss: setting.loss, stepSize: given.relearn.stepSize, targetLoss: given.relearn.targetLoss, limit: given.relearn.limit)
    #expect(relearning.steps(from: unlearned, on: dataset, forget: setting.split.forget) == given.relearn.unlearned)
    #expect(relearning.steps(from: retrained, on: dataset, forget: setting.split.forget) == given.relearn.retrained)
  }

  private func compare(_ network: Network, _ reference: Network, _ expected: File.Comparison, _ setting: Setting) throws {
    let dataset = setting.dataset, split = setting.split, labels = dataset.samples.labels
    let ours = Deletion(
      of: Deletion.Outputs(of: network, on: dataset, split: split), against: Deletion.Outputs(of: reference, on: dataset, split: split),
      labels: Deletion.Outputs(forget: Array(labels[split.forget]), retain: Array(labels[split.retain]), test: dataset.fresh.samples.labels),
      loss: setting.loss)
    func attack(_ network: Network) throws -> MembershipAttack {
      try #require(MembershipAttack(forgetLosses: setting.losses(network, fresh: false), freshLosses: setting.losses(network, fresh: true)))
    }
    let attack = (own: try attack(network), reference: try attack(reference))
    for (name, value, other) in [
      ("squaredDistance", network.squaredDistance(to: reference, gram: dataset.gram), expected.squaredDistance),
      ("forgetAgreement", ours.forgetAgreement, expected.forgetAgreement), ("testAgreement", ours.testAgreement, expected.testAgreement),
      ("tugOfWar", ours.tugOfWar, expected.tugOfWar), ("attackAUC", attack.own.areaUnderROC, expected.attackAUC),
      ("attackAdvantage", attack.own.advantage, expected.attackAdvantage), ("referenceAttackAUC", attack.reference.areaUnderROC, expected.referenceAttackAUC),
    ] { #expect(abs(value - other) <= 1e-12 * max(1, abs(other)), "\(name)") }
    for (name, value, other) in [
      ("forgetDivergence", ours.forgetDivergence, expected.forgetDivergence), ("retainDivergence", ours.retainDivergence, expected.retainDivergence),
      ("testDivergence", ours.testDivergence, expected.testDivergence),
    ] {
      #expect((value == nil) == (other == nil), "\(name)")
      if let value, let other { #expect(abs(value - other) <= 1e-12, "\(name): \(value), expected \(other)") }
    }
  }
}
