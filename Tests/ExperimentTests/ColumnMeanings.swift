import DenseAlgebra
import Experiments
import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// Columns hold what they are named: each is computed again from the data, the networks and the batches, by the formulas of docs/columns.md.
@Suite struct ColumnMeanings {
  /// Sets of different sizes, ends that differ between them, and every way to end.
  private static let changes: [@Sendable (inout CNNParameters) -> Void] = [
    { _ in },
    {
      $0.snr = 1; $0.forgetRatio = 0.6
    },
    {
      $0.loss = .squared; $0.stepSize = 2; $0.forgetRatio = 0.4; $0.sampling = .bernoulli
    },
    {
      $0.loss = .squared; $0.stepSize = 1e4; $0.growthLimit = 5
    },
    {
      $0.labelNoise = 0.2; $0.forgetRatio = 0.3; $0.growthLimit = 2; $0.unlearnSteps = 25; $0.stepSize = 300
    },
    {
      $0.snr = 0.02; $0.forgetFraction = 0.6; $0.batchSize = 3; $0.stepSize = 20
    },
    {
      $0.method = .npo; $0.npoBeta = 0.4; $0.reference = .continued; $0.relearnLimit = 2000; $0.forgetRatio = 0.5
    },
    {
      $0.method = .relabel; $0.forgetRatio = 0.02; $0.relearnLimit = 400
    },
    {
      $0.method = .uniform; $0.forgetRatio = 0.3; $0.reference = .none; $0.relearnLimit = 2
    },
    {
      $0.trainPerturbation = .joint; $0.trainRadius = 0.4; $0.perturbation = .joint; $0.radius = 40; $0.radiusKind = .fixed; $0.reference = .continued
    },
    {
      $0.perturbation = .own; $0.radius = 20; $0.radiusKind = .fixed; $0.sampling = .bernoulli; $0.forgetRatio = 0.35
    },
    {
      $0.trainPerturbation = .own; $0.trainRadius = 3; $0.trainRadiusKind = .fixed; $0.perturbation = .own; $0.radius = 0.7; $0.forgetRatio = 0.35
    },
    {
      $0.trainPerturbation = .probe; $0.trainRadius = 0.02; $0.perturbation = .probe; $0.radius = 0.1; $0.forgetRatio = 0.4
    },
    {
      $0.samples = 60; $0.coresetFraction = 0.5; $0.coresetSelection = .stable; $0.labelNoise = 0.2; $0.snr = 0.2; $0.capacityFrom = 0.6
    },
    {
      $0.forgetSelection = .incoherent; $0.labelNoise = 0.1; $0.capacityFrom = 0.3; $0.snr = 0.3
    },
  ]

  private func parameters(_ change: (inout CNNParameters) -> Void) -> CNNParameters {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainTargetLoss, p.testSamples, p.unlearnSteps) = (30, 300, 4, 0.2, 41, 60)
    change(&p)
    return p
  }

  @Test func ofTheNetwork() throws {
    var tables: [[String: Double]] = []
    for (i, change) in Self.changes.enumerated() {
      let p = parameters(change), expected = try expectation(p, seed: 8, repetition: i)
      let measured = try cnn.measure(p, seed: 8, repetition: i)
      #expect(measured.outcome == .completed && measured.values.count == cnn.columns.count)
      for (column, value) in zip(cnn.columns, measured.values) {
        let figure = value.number, other = expected[column.name]
        #expect((figure == nil) == (other == nil), "\(column.name) of trial \(i): \(value), expected \(String(describing: other))")
        if let figure, let other { #expect(abs(figure - other) <= 1e-10 * max(1, abs(other)), "\(column.name) of trial \(i): \(figure), expected \(other)") }
      }
      tables.append(expected)
    }
    // Any two columns that were taken for each other would have shown.
    let names = cnn.columns.map(\.name)
    for (a, one) in names.enumerated() {
      for other in names[..<a] {
        let differ = tables.contains { table in
          guard let a = table[one], let b = table[other] else { return (table[one] == nil) != (table[other] == nil) }
          return abs(a - b) > 1e-6 * max(1, abs(a))
        }
        #expect(differ, "\(one) and \(other) are alike in all trials")
      }
    }
  }

  /// What the columns must hold, by name; those that have no value are not there.
  private func expectation(_ p: CNNParameters, seed: UInt64, repetition: Int) throws -> [String: Double] {
    let key = RandomKey(seed: seed).child(repetition)
    let data = try SignalPlusNoise(samples: p.samples, dimension: p.dimension, snr: p.snr, labelNoise: p.labelNoise)
    let architecture = try Architecture(filtersPerClass: p.filtersPerClass, initScale: p.initScale)
    let drawn = try data.draw(architecture: architecture, freshSamples: p.testSamples, key: key)
    let training = try TrainingRule(
      loss: p.loss, stepSize: p.trainStepSize, batchSize: p.trainBatchSize, targetLoss: p.trainTargetLoss, maxSteps: p.trainMaxSteps,
      perturbation: Perturbation(p.trainPerturbation, radius: p.trainRadius, length: p.trainRadiusKind))
    let (part, misfits) = try coreset(p, of: drawn, training, key)
    let trained = training.train(onAllOf: part, key: key)
    let split = try ForgetSplit(samples: part.samples.count, forgetFraction: p.forgetFraction)
    let chosen = try p.forgetSelection.samples(split.forget.count, of: trained.network, on: part, loss: p.loss) { _ in [] }
    let dataset = try part.ordered(ForgetSelection.order(forgetting: chosen, of: part.samples.count))
    let schedule = try BatchSchedule(split: split, batchSize: p.batchSize, sampling: p.sampling, steps: p.unlearnSteps, key: key)
    let labels = dataset.samples.labels, before = trained.network.outputs(of: dataset.samples)
    let methodRule = try MethodRule(p.method, npoBeta: p.npoBeta, loss: p.loss), method = try methodRule.method(trainedOutputs: before, labels: labels)
    let perturbation = try Perturbation(p.perturbation, radius: p.radius, length: p.radiusKind)
    let run = try UnlearningRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, growthLimit: p.growthLimit, perturbation: perturbation)
      .unlearn(trained.network, on: dataset, loss: p.loss, schedule: schedule, method: method, key: key)
    let after = run.network.outputs(of: dataset.samples)

    var table: [String: Double] = ["trained": 1, "trainSteps": Double(trained.steps), "trainLoss": loss(before, labels, 0..<dataset.samples.count, p.loss)]
    for (end, outputs, network) in [("Before", before, trained.network), ("", after, run.network)] {
      table["forgetAccuracy" + end] = accuracy(outputs, labels, split.forget)
      table["forgetLoss" + end] = loss(outputs, labels, split.forget, p.loss)
      table["retainAccuracy" + end] = accuracy(outputs, labels, split.retain)
      table["retainLoss" + end] = loss(outputs, labels, split.retain, p.loss)
      table["testAccuracy" + end] = accuracy(dataset.fresh.outputs(of: network), dataset.fresh.samples.labels, 0..<p.testSamples)
    }
    table["noiseShare"] = noiseShare(trained.network, dataset.samples)
    table["squaredWeightDistance"] = squaredDistance(run.network.coefficients, trained.network.coefficients, dataset.gram)
    table["escapedAtStep"] = run.escapedAtStep.map(Double.init)
    table["overflowedAtStep"] = run.overflowedAtStep.map(Double.init)

    let point = try Linearisation(trained.network, on: dataset, split: split, loss: p.loss)
    let rule = try StepRule(forgetRatio: p.forgetRatio, stepSize: p.stepSize, batchSize: p.batchSize, sampling: p.sampling)
    let fresh = FreshLinearisation(trained.network, on: dataset)
    let spectra = PointSpectra(at: point, fresh: fresh)
    let test = try HessianTest(spectra, rule: rule, schedule: schedule, method: methodRule, perturbation: perturbation).predictors(
      growthLimit: p.growthLimit, key: key, dataModel: nil)
    for figure in Predictors.Name.allCases { table[figure.rawValue] = try? test[figure].get() }
    table.merge(misfits) { $1 }
    table.merge(try learning(p, trained.network, on: part, training, key)) { $1 }
    // Those that CurvatureReference does not hold against independent code.
    let hessians = WeightedHessians(at: point, rule: rule, method: method)
    table["typicalRate"] = try LinearSimulation(
      hessians, schedule: schedule, growthLimit: p.growthLimit, key: key,
      // A perturbation of a given length is nothing beside a large delta, and a probe's mean is none.
      perturbation: p.perturbation != .probe && p.radiusKind == .fixed ? perturbation : .none
    ).typicalRate
    table.merge(try simplicity(point, trained.network, dataset.samples)) { $1 }
    let (tangent, growth) = tangentOutputs(point, rule, schedule, method, perturbation)
    table["tangentGrowth"] = growth
    table["tangentForgetAccuracy"] = accuracy(tangent, labels, split.forget)
    table["tangentRetainAccuracy"] = accuracy(tangent, labels, split.retain)
    if p.loss == .logistic {
      let field = try MeanField(at: point)
      let margins = field.run(
        forgetRatio: p.forgetRatio, stepSize: p.stepSize, steps: p.unlearnSteps, push: ForgetPush(methodRule), perturbation: perturbation,
        batchSize: Double(p.batchSize)
      ).margins
      func share(_ isForget: Bool, _ value: (Double) -> Double) -> Double {
        let groups = zip(field.groups, margins).filter { $0.0.isForget == isForget }
        return groups.reduce(0) { $0 + $1.0.size * value($1.1) } / groups.reduce(0) { $0 + $1.0.size }
      }
      let groups = try MeanField(at: point, truth: dataset.samples.truth), sizes = groups.groups.filter(\.isForget).map(\.size)
      let ends = groups.run(
        forgetRatio: p.forgetRatio, stepSize: p.stepSize, steps: p.unlearnSteps, push: ForgetPush(methodRule), perturbation: perturbation,
        batchSize: Double(p.batchSize)
      ).margins
      table["groupMeanFieldForgetMargin"] = zip(sizes, ends).reduce(0) { $0 + $1.0 * $1.1 } / sizes.reduce(0, +)
      table["meanFieldForgetMargin"] = share(true) { $0 }
      table["meanFieldForgetAccuracy"] = share(true) { $0 > 0 ? 1 : 0 }
      table["meanFieldRetainAccuracy"] = share(false) { $0 > 0 ? 1 : 0 }
    }
    table["forgetFlippedShare"] = Double(split.forget.count { dataset.samples.isFlipped($0) }) / Double(split.forget.count)
    if p.perturbation.isSharpnessAware { table["driftAlignmentRatio"] = nil }
    let deletion = DeletionExpectation(p, dataset: dataset, split: split, trained: trained.network, unlearned: run.network, schedule: schedule, key: key)
    return try table.merging(deletion.columns()) { $1 }
  }

  /// What is trained on, and how near its means are to those of all samples.
  private func coreset(_ p: CNNParameters, of all: Dataset, _ training: TrainingRule, _ key: RandomKey) throws -> (Dataset, [String: Double]) {
    let names = ["gradientMisfit", "smoothedGradientMisfit", "hessianMisfit"]
    guard p.coresetFraction < 1 else { return (all, Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })) }
    let warm = try TrainingRule(
      loss: p.loss, stepSize: p.trainStepSize, batchSize: p.trainBatchSize, targetLoss: p.coresetWarmLoss, maxSteps: p.trainMaxSteps
    ).train(on: all, key: key).network
    var posterior = key.child(StabilityPurpose.coresetPosterior).stream()
    let moments = GradientMoments(warm, on: all, loss: p.loss, posteriorScale: p.posteriorScale, draws: p.posteriorDraws, from: &posterior)
    let size = Int((p.coresetFraction * Double(p.samples)).rounded())
    let chosen = try p.coresetSelection.choose(size, by: moments, from: key.child(StabilityPurpose.coreset).stream()).members.sorted()
    let misfits = zip(names, [moments.gradients, moments.smoothedGradients, moments.hessians]).map { name, gram in
      func mean(_ a: [Int], _ b: [Int]) -> Double { a.reduce(0) { sum, i in b.reduce(sum) { $0 + gram[i, $1] } } / Double(a.count * b.count) }
      let everyone = Array(0..<p.samples), whole = mean(everyone, everyone)
      return (name, ((mean(chosen, chosen) - 2 * mean(chosen, everyone) + whole) / whole).squareRoot())
    }
    return (try all.restricted(to: chosen), Dictionary(uniqueKeysWithValues: misfits))
  }

  /// What the network has learnt.
  private func learning(
    _ p: CNNParameters, _ network: Network, on dataset: Dataset, _ training: TrainingRule, _ key: RandomKey
  ) throws -> [String: Double] {
    let samples = dataset.samples, n = samples.count, fresh = dataset.fresh
    func lossOfFresh(_ data: Dataset, _ network: Network) -> Double {
      loss(data.fresh.outputs(of: network), fresh.samples.labels, 0..<p.testSamples, p.loss)
    }
    var table = ["testLossBefore": lossOfFresh(dataset, network)]
    let point = try Linearisation(network, on: dataset, split: ForgetSplit(samples: n, forgetCount: 1), loss: p.loss)
    var (trace, square) = (0.0, 0.0)
    for k in 0..<n {
      trace += point.curvatures[k] * point.gram[k, k]
      for l in 0..<n { square += point.curvatures[k] * point.curvatures[l] * point.gram[k, l] * point.gram[k, l] }
    }
    table["hessianDimension"] = trace * trace / square
    if p.capacityFrom > 0 {
      let fewer = Int((p.capacityFrom * Double(n)).rounded()), part = try dataset.restricted(to: Array(0..<fewer))
      let small = training.train(onAllOf: part, key: key).network, width = 1 / Double(fewer) - 1 / Double(n)
      table["learningCapacity"] = (lossOfFresh(part, small) - lossOfFresh(dataset, network)) / width
      table["signalSamples"] = p.snr * p.snr * 2 / (1 / Double(fewer) + 1 / Double(n))
      table["signalCapacity"] = table["learningCapacity"].map { $0 * p.snr * p.snr }
    }
    let flipped = (0..<n).count { samples.labels[$0] != samples.truth[$0] }
    table["coresetFlippedShare"] = Double(flipped) / Double(n)
    if p.loss == .logistic, p.trainPerturbation == .none {
      func count(_ sign: Double, _ label: Double) -> Double { Double((0..<n).count { samples.truth[$0] == sign && samples.labels[$0] == label }) }
      let law = CompositionLaw(snr: p.snr, dimension: Double(p.dimension), filtersPerClass: Double(p.filtersPerClass), targetLoss: p.trainTargetLoss)
      table["predictedTestAccuracy"] = law.testAccuracy(
        of: .init(positive: .init(clean: count(1, 1), flipped: count(1, -1)), negative: .init(clean: count(-1, -1), flipped: count(-1, 1))))
    }
    return table
  }

  private func accuracy(_ outputs: [Double], _ labels: [Double], _ set: Range<Int>) -> Double {
    Double(set.count { labels[$0] * outputs[$0] > 0 }) / Double(set.count)
  }

  private func loss(_ outputs: [Double], _ labels: [Double], _ set: Range<Int>, _ loss: Loss) -> Double {
    set.reduce(0) { $0 + loss.value(output: outputs[$1], label: labels[$1]) } / Double(set.count)
  }

  /// The signal is patch 0.
  private func noiseShare(_ network: Network, _ samples: SampleSet) -> Double {
    let m = network.filtersPerClass, z = network.preactivations
    func response(_ patch: Int, _ sign: Double) -> Double {
      (0..<2 * m).reduce(0) { $0 + ($1 < m ? 1 : -1) * max(sign * z[$1, patch], 0) } / Double(m)
    }
    var noise = 0.0, signal = 0.0
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        let part = samples.labels[i] * response(Int(patch.index), patch.isNegated ? -1 : 1)
        if patch.index == 0 { signal += part } else { noise += part }
      }
    }
    return noise / (noise + signal)
  }

  private func squaredDistance(_ a: Matrix, _ b: Matrix, _ gram: Matrix) -> Double {
    var sum = 0.0
    for r in 0..<a.rows { for k in 0..<gram.rows { for l in 0..<gram.rows { sum += (a[r, k] - b[r, k]) * gram[k, l] * (a[r, l] - b[r, l]) } } }
    return sum
  }

  /// Of all samples alike, whatever the step.
  private func simplicity(_ point: Linearisation, _ network: Network, _ samples: SampleSet) throws -> [String: Double] {
    func top(_ weight: (Int) -> Double) throws -> (top: Double, largest: Double) {
      let matrix = Matrix((0..<point.count).map { k in (0..<point.count).map { (weight(k) * weight($0)).squareRoot() * abs(point.gram[k, $0]) } })
      return (try LAPACK.eigenvalues(of: matrix).last ?? 0, (0..<point.count).map { weight($0) * point.gram[$0, $0] }.max() ?? 0)
    }
    let hessians = try top { point.curvatures[$0] }, gradients = try top { _ in 1 }, filters = 2 * network.filtersPerClass
    // Two patches a sample, the first with the sign of its class.
    var responses = (0..<point.count).map { i in
      (0..<filters).map { r in
        samples.patches(of: i).reduce(0) { $0 + max(($1.isNegated ? -1 : 1) * network.preactivations[r, Int($1.index)], 0) }
      }
    }
    for r in 0..<filters {
      let mean = responses.reduce(0) { $0 + $1[r] } / Double(point.count)
      for i in responses.indices { responses[i][r] -= mean }
    }
    let covariance = Matrix((0..<filters).map { a in (0..<filters).map { b in responses.reduce(0) { $0 + $1[a] * $1[b] } } })
    let spectrum = Array(try LAPACK.eigenvalues(of: covariance).reversed()), whole = spectrum.reduce(0, +)
    let rank = (1...filters).first { spectrum[..<$0].reduce(0, +) >= 0.9 * whole }
    return [
      "sampleCoherence": hessians.top / hessians.largest, "gradientCoherence": gradients.top / gradients.largest, "coherenceMatrixTop": hessians.top,
      "largestSampleHessian": hessians.largest, "effectiveRank": Double(rank ?? 0),
    ]
  }

  /// f <- f - eta G (c l'(f)), until an output of a batch is beyond the limit; and how far the mean loss had grown at steps 10, 20, ... and the last.
  private func tangentOutputs(
    _ point: Linearisation, _ rule: StepRule, _ schedule: BatchSchedule, _ method: any UnlearningMethod, _ perturbation: Perturbation
  ) -> (outputs: [Double], growth: Double) {
    var f = point.outputs, losses: [Double] = []
    for step in 0..<schedule.steps {
      guard schedule.batch(step).allSatisfy({ abs(f[Int($0)]) <= Simulator.outputLimit }) else { break }
      let retain = schedule.retain(step).map { (Int($0), (1 - rule.forgetRatio) / Double(schedule.retainSize)) }
      let forget = schedule.forget(step).map { (Int($0), -rule.forgetRatio / Double(schedule.forgetSize)) }
      func slope(_ k: Int, _ f: Double) -> Double {
        point.split.forget.contains(k)
          ? method.forgetSlope(of: point.loss, output: f, label: point.labels[k], sample: k) : point.loss.derivative(output: f, label: point.labels[k])
      }
      // Each sample's output where its gradient is taken.
      var beside = f
      if perturbation.name.isSharpnessAware {
        let isOwn = perturbation.name == .own
        let sets =
          isOwn
          ? [retain.map { ($0.0, 1 / Double(schedule.retainSize)) }, forget.map { ($0.0, 1 / Double(schedule.forgetSize)) }] : [retain + forget]
        for set in sets {
          let shares = set.map { k, weight in (k, weight * slope(k, f[k])) }
          let moves = set.map { k, _ in shares.reduce(0) { $0 + point.gram[k, $1.0] * $1.1 } }
          let norm = zip(shares, moves).reduce(0) { $0 + $1.0.1 * $1.1 }.squareRoot()
          let tau = perturbation.length == .fixed ? perturbation.radius : norm > 0 ? perturbation.radius / norm : 0
          for (member, move) in zip(set, moves) { beside[member.0] += tau * move }
        }
      }
      let slopes = (retain + forget).map { k, weight in (k, rule.stepSize * weight * slope(k, beside[k])) }
      for i in f.indices { for (k, slope) in slopes { f[i] -= point.gram[i, k] * slope } }
      if step % 10 == 9 { losses.append(loss(f, point.labels, f.indices, point.loss)) }
    }
    losses.append(loss(f, point.labels, f.indices, point.loss))
    return (f, (losses.max() ?? 0) / loss(point.outputs, point.labels, f.indices, point.loss))
  }

  @Test func ofTheSyntheticTest() throws {
    var columns: [[Double?]] = []
    let cases: [(Double, Double, Int, SyntheticPerturbation.Name)] = [
      (0.1, 0.5, 10, .none), (0.3, 1.5, 4, .none), (0.8, 0.02, 7, .none), (0, 2.2, 2, .none), (0.2, 0.4, 6, .mean), (0.1, 0.3, 5, .joint), (0.3, 0.3, 5, .own),
      (0.1, 0.5, 10, .random),
    ]
    for (i, (forgetRatio, stepSize, batchSize, perturbation)) in cases.enumerated() {
      var p = HessianParameters()
      (p.samples, p.coherence, p.steps, p.growthLimit) = (40, 6, 120, 30)
      (p.forgetRatio, p.stepSize, p.batchSize, p.perturbation, p.innerStep, p.noise) = (forgetRatio, stepSize, batchSize, perturbation, 0.3, 0.1)
      let rule = try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: batchSize, sampling: .uniform)
      let test = try SyntheticTest(
        samples: p.samples, coherence: p.coherence, rule: rule, steps: p.steps, growthLimit: p.growthLimit,
        perturbation: SyntheticPerturbation(perturbation, innerStep: 0.3, noise: 0.1))
      let run = test.run(key: RandomKey(seed: 8).child(i)), measured = try hessian.measure(p, seed: 8, repetition: i)
      let names: [String: Predictors.Name] = ["mixedCoherence": .coherence]
      let expected = hessian.columns.map { column -> Double? in
        switch column.name {
        case "survived": run.escapedAtStep == nil ? 1 : 0
        case "escapedAtStep": run.escapedAtStep.map(Double.init)
        case "logGrowth": run.logGrowth
        default: (names[column.name] ?? Predictors.Name(rawValue: column.name)).flatMap { try? test.predictors[$0].get() }
        }
      }
      #expect(measured.values.map(\.number) == expected)
      columns.append(expected)
      guard perturbation != .mean else { continue }
      // Of matrices with 2n/sigma on their axis: sigma of them share one, and each other has its own.
      let top = 2 * (1 - 2 * forgetRatio), other = top / 6, rho = 40.0 / Double(batchSize) - 1
      for (name, value) in [
        ("mixedHessianTop", max(top, other)), ("mixedHessianBottom", min(top, other)), ("mixedCoherence", 6 / max(forgetRatio, 1 - forgetRatio)),
        (
          "singleSampleDivergenceRatio",
          perturbation == .joint || perturbation == .own ? .nan : stepSize * rho.squareRoot() * max(forgetRatio, 1 - forgetRatio) * 2 / 6
        ),
      ] where !value.isNaN {
        let column = try #require(hessian.columns.firstIndex { $0.name == name })
        #expect(abs((expected[column] ?? .nan) - value) < 1e-12, "\(name)")
      }
    }
    for a in hessian.columns.indices {
      for b in 0..<a { #expect(columns.contains { $0[a] != $0[b] }, "\(hessian.columns[a].name) and \(hessian.columns[b].name) are alike") }
    }
  }
}
