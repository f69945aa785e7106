import Experiments
import Foundation
import FrontierNumerics
import Model

/// The columns of deletion computed again, from definitions: losses pair by pair, entropies in base 2, distances element by element.
struct DeletionExpectation {
  private let p: CNNParameters
  private let dataset: Dataset
  private let split: ForgetSplit
  private let trained: Network
  private let unlearned: Network
  private let schedule: BatchSchedule
  private let key: RandomKey

  init(_ p: CNNParameters, dataset: Dataset, split: ForgetSplit, trained: Network, unlearned: Network, schedule: BatchSchedule, key: RandomKey) {
    (self.p, self.dataset, self.split, self.trained, self.unlearned, self.schedule, self.key) = (p, dataset, split, trained, unlearned, schedule, key)
  }

  func columns() throws -> [String: Double] {
    var table: [String: Double] = [
      "attackAUC": attack(unlearned).area, "attackAUCBefore": attack(trained).area, "attackAdvantage": attack(unlearned).advantage,
      "ownMemory": ownMemory(unlearned), "ownMemoryBefore": ownMemory(trained),
    ]
    table["relearnSteps"] = relearnSteps(unlearned)
    guard p.reference != .none else { return table }
    let (retrained, steps) = try retrain(stream: 11, probes: 15), (second, _) = try retrain(stream: 12, probes: 16)
    var reference = retrained
    if p.reference == .continued {
      let simulator = Simulator(retrained, on: dataset, loss: p.loss, largestBatch: p.samples)
      var descent = try descent(
        p.perturbation, p.radius, p.radiusKind, stepSize: p.stepSize, sizes: (schedule.retainSize, schedule.forgetSize), key.child(14).stream())
      for step in 0..<schedule.steps {
        let weights = StepWeights(retain: (1 - p.forgetRatio) / Double(schedule.retainSize), forget: 0)
        _ = descent.step(simulator, on: WeightedBatch(retain: schedule.retain(step), forget: [], weights: weights), method: GradientAscent())
      }
      reference = simulator.network
    }
    table["retrainSteps"] = Double(steps)
    table["retrainedSquaredDistance"] = squaredDistance(trained, retrained)
    table["retrainingNoise"] = squaredDistance(second, retrained)
    table["referenceSquaredDistance"] = squaredDistance(unlearned, reference)
    table["referenceForgetAccuracy"] = accuracy(reference, .forget)
    table["referenceForgetLoss"] = losses(reference, .forget).reduce(0, +) / Double(split.forget.count)
    table["referenceRetainAccuracy"] = accuracy(reference, .retain)
    table["referenceTestAccuracy"] = accuracy(reference, .test)
    table["tugOfWar"] = tugOfWar(unlearned, reference)
    table["tugOfWarBefore"] = tugOfWar(trained, retrained)
    table["forgetAgreement"] = agreement(unlearned, reference, .forget)
    table["testAgreement"] = agreement(unlearned, reference, .test)
    if p.loss == .logistic {
      table["forgetDivergence"] = divergence(unlearned, reference, .forget)
      table["retainDivergence"] = divergence(unlearned, reference, .retain)
      table["testDivergence"] = divergence(unlearned, reference, .test)
      table["forgetDivergenceBefore"] = divergence(trained, retrained, .forget)
    }
    table["referenceAttackAUC"] = attack(reference).area
    table["retrainedAttackAUC"] = attack(retrained).area
    table["referenceOwnMemory"] = ownMemory(reference)
    table["referenceRelearnSteps"] = relearnSteps(reference)
    return table
  }

  private enum Samples: CaseIterable { case forget, retain, test }

  private func outputs(_ network: Network, _ set: Samples) -> [Double] {
    switch set {
    case .forget: Array(network.outputs(of: dataset.samples)[split.forget])
    case .retain: Array(network.outputs(of: dataset.samples)[split.retain])
    case .test: dataset.fresh.outputs(of: network)
    }
  }

  private func labels(_ set: Samples) -> [Double] {
    switch set {
    case .forget: Array(dataset.samples.labels[split.forget])
    case .retain: Array(dataset.samples.labels[split.retain])
    case .test: dataset.fresh.samples.labels
    }
  }

  private func losses(_ network: Network, _ set: Samples) -> [Double] {
    zip(outputs(network, set), labels(set)).map { p.loss.value(output: $0, label: $1) }
  }

  private func accuracy(_ network: Network, _ set: Samples) -> Double {
    let right = zip(outputs(network, set), labels(set)).filter { $0 * $1 > 0 }
    return Double(right.count) / Double(labels(set).count)
  }

  private func tugOfWar(_ a: Network, _ b: Network) -> Double { Samples.allCases.reduce(1) { $0 * (1 - abs(accuracy(a, $1) - accuracy(b, $1))) } }

  private func agreement(_ a: Network, _ b: Network, _ set: Samples) -> Double {
    let pairs = zip(outputs(a, set), outputs(b, set))
    return Double(pairs.filter { $0 * $1 > 0 }.count) / Double(labels(set).count)
  }

  private func divergence(_ a: Network, _ b: Network, _ set: Samples) -> Double {
    func entropy(_ p: Double, _ rest: Double) -> Double { [p, rest].reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 } }
    let each = zip(outputs(a, set), outputs(b, set)).map { f, g -> Double in
      let (p, q, notP, notQ) = (1 / (1 + exp(-f)), 1 / (1 + exp(-g)), 1 / (1 + exp(f)), 1 / (1 + exp(g)))
      return entropy((p + q) / 2, (notP + notQ) / 2) - (entropy(p, notP) + entropy(q, notQ)) / 2
    }
    return each.reduce(0) { $0 + max($1, 0) } / Double(each.count)
  }

  private func attack(_ network: Network) -> (area: Double, advantage: Double) {
    let members = losses(network, .forget), others = losses(network, .test)
    var pairs = 0.0
    for a in members { for b in others { pairs += a < b ? 1 : a == b ? 0.5 : 0 } }
    func share(_ losses: [Double], _ limit: Double) -> Double { Double(losses.filter { $0 <= limit }.count) / Double(losses.count) }
    let gaps = (members + others).map { abs(share(members, $0) - share(others, $0)) }
    return (pairs / Double(members.count * others.count), gaps.max() ?? 0)
  }

  /// The signal is patch 0, and the other one of a sample its noise.
  private func ownMemory(_ network: Network) -> Double {
    func noise(_ j: Int) -> Int { dataset.samples.patches(of: j).map { Int($0.index) }.first { $0 > 0 } ?? 0 }
    let m = network.filtersPerClass, z = network.preactivations
    let each = split.forget.map { j in
      dataset.samples.labels[j] * (0..<2 * m).reduce(0) { $0 + ($1 < m ? 1 : -1) * max(z[$1, noise(j)], 0) } / Double(m)
    }
    return each.reduce(0, +) / Double(each.count)
  }

  private func squaredDistance(_ a: Network, _ b: Network) -> Double {
    let (a, b, k) = (a.coefficients, b.coefficients, dataset.gram)
    var sum = 0.0
    for r in 0..<a.rows { for i in 0..<k.rows { for j in 0..<k.rows { sum += (a[r, i] - b[r, i]) * k[i, j] * (a[r, j] - b[r, j]) } } }
    return sum
  }

  /// On the retain set alone, from the first weights, with batches of the stream of that number.
  private func descent(
    _ name: Perturbation.Name, _ radius: Double, _ length: Perturbation.Length, stepSize: Double, sizes: (Int, Int), _ stream: RandomStream
  ) throws -> any Optimizer {
    let perturbation = try Perturbation(name, radius: radius, length: length)
    switch name {
    case .none: return GradientDescent(stepSize: stepSize)
    case .joint: return JointlyPerturbedDescent(stepSize: stepSize, perturbation: perturbation)
    case .own:
      return SeparatelyPerturbedDescent(
        stepSize: stepSize, perturbation: perturbation, means: StepWeights(retain: 1 / Double(sizes.0), forget: 1 / Double(sizes.1)))
    case .probe: return ProbedDescent(stepSize: stepSize, spread: radius, stream: stream)
    }
  }

  private func retrain(stream: Int, probes: Int) throws -> (Network, steps: Int) {
    let size = min(p.trainBatchSize, split.retain.count), simulator = Simulator(dataset.initial, on: dataset, loss: p.loss, largestBatch: size)
    var sampler = SubsetSampler(population: split.retain.count, stream: key.child(stream).stream())
    // Of one set, so a point of its own is the joint one.
    let name = p.trainPerturbation == .own ? .joint : p.trainPerturbation
    var descent = try descent(name, p.trainRadius, p.trainRadiusKind, stepSize: p.trainStepSize, sizes: (size, 1), key.child(probes).stream())
    var steps = 0
    while steps % 50 != 0 || simulator.quality(in: split.retain).loss > p.trainTargetLoss {
      var batch: [Int32] = []
      sampler.appendSubset(size: size, offset: Int32(split.retain.lowerBound), to: &batch)
      _ = descent.step(simulator, on: WeightedBatch(batch[...]), method: GradientAscent())
      steps += 1
    }
    return (simulator.network, steps)
  }

  private func relearnSteps(_ network: Network) -> Double? {
    let simulator = Simulator(network, on: dataset, loss: p.loss, largestBatch: p.samples), all = split.forget.map { Int32($0) }
    var descent = GradientDescent(stepSize: p.trainStepSize)
    for step in 0..<max(p.relearnLimit, 0) {
      if simulator.quality(in: split.forget).loss <= p.trainTargetLoss { return Double(step) }
      _ = descent.step(simulator, on: WeightedBatch(all[...]))
    }
    return p.relearnLimit > 0 && simulator.quality(in: split.forget).loss <= p.trainTargetLoss ? Double(p.relearnLimit) : nil
  }
}
