import Foundation
import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// coreset.json, but for what takes training.
@Suite struct CoresetReference {
  struct Exact: Decodable {
    let signal: [Double]
    let noise: [[Double]]
    let trueSigns, labels: [Double]
    let weights: [[Double]]
    let perturbations: [[[Double]]]
    let posteriorScale: Double
    let outputs: [Double]
    let gradientGram, smoothedGradientGram, hessianGram: [[Double]]
    let subset: [Int]
    let gradientMisfit, smoothedGradientMisfit, hessianMisfit: Double
    let size: Int
    let gradientMatching, stable, facility: [Int]
    let facilityWeights: [Double]

    private var patches: [[Double]] { [signal] + noise }

    func network(_ weights: [[Double]]) throws -> Network {
      try Network(initialPreactivations: Matrix(weights.map { w in patches.map { dot(w, $0) } }))
    }

    func dataset() throws -> Dataset {
      let lists = trueSigns.enumerated().map { i, sign in [SampleSet.Patch(0, negated: sign < 0), SampleSet.Patch(i + 1, negated: false)] }
      return try Dataset(
        gram: Matrix(patches.map { a in patches.map { dot(a, $0) } }), samples: SampleSet(labels: labels, truth: trueSigns, patches: lists),
        initial: network(weights))
    }

    func perturbed() throws -> [Network] {
      try perturbations.map { draw in
        try network(zip(weights, draw).map { zip($0, $1).map { $0 + posteriorScale * $1 } })
      }
    }

    func moments() throws -> GradientMoments {
      try GradientMoments(network(weights), on: dataset(), loss: .logistic, smoothedOver: perturbed())
    }
  }

  struct Smoothing: Decodable {
    let measuredGrowth, measuredGrowthError, squaredHessianDifference, cubicTerm, predictedGrowth: Double
  }

  struct Row: Decodable {
    let snr, labelNoise: Double
    let size: Int
    let aPrioriTestAccuracy: Double?
  }

  struct CNN: Decodable {
    let dimension, filtersPerClass, targetLoss: Double
    let rows: [Row]
  }

  struct File: Decodable {
    let exact: [Exact]
    let smoothingLaw: [Smoothing]
    let cnn: CNN
  }

  private static let exactCases = 2
  private let file: File

  init() throws { file = try fixture("coreset", as: File.self) }

  private func expect(_ name: String, _ value: Double, _ reference: Double, to tolerance: Double = 1e-9) {
    let error = relativeError(value, reference)
    #expect(error <= tolerance, "\(name): \(value) against \(reference), relative error \(error)")
  }

  private func expect(_ name: String, _ matrix: Matrix, _ reference: [[Double]]) {
    let scale = reference.joined().reduce(0) { max($0, abs($1)) }
    for (i, row) in reference.enumerated() {
      for (j, value) in row.enumerated() { #expect(abs(matrix[i, j] - value) <= 1e-9 * scale, "\(name) [\(i), \(j)]: \(matrix[i, j]) against \(value)") }
    }
  }

  @Test func allCasesAreHere() { #expect(file.exact.count == Self.exactCases && file.smoothingLaw.count == 2 && file.cnn.rows.count == 144) }

  @Test(arguments: 0..<exactCases) func momentsAndMisfits(index: Int) throws {
    let exact = file.exact[index], moments = try exact.moments(), outputs = try exact.network(exact.weights).outputs(of: exact.dataset().samples)
    for (f, reference) in zip(outputs, exact.outputs) { expect("output", f, reference) }
    expect("Q", moments.gradients, exact.gradientGram)
    expect("smoothed Q", moments.smoothedGradients, exact.smoothedGradientGram)
    expect("Hessians", moments.hessians, exact.hessianGram)
    let misfits = CoresetMisfits(of: exact.subset, in: moments)
    expect("gradient misfit", try #require(misfits.gradient), exact.gradientMisfit)
    expect("smoothed gradient misfit", try #require(misfits.smoothedGradient), exact.smoothedGradientMisfit)
    expect("Hessian misfit", try #require(misfits.hessian), exact.hessianMisfit)
    let everything = try #require(CoresetMisfits(of: Array(exact.labels.indices), in: moments).gradient)
    #expect(everything < 1e-6)
  }

  @Test(arguments: 0..<exactCases) func choices(index: Int) throws {
    let exact = file.exact[index], moments = try exact.moments(), stream = RandomKey(seed: 1).stream()
    func choose(_ selection: CoresetSelection, _ size: Int) throws -> Coreset { try selection.choose(size, by: moments, from: stream) }
    let matching = try choose(.gradientMatching, exact.size), stable = try choose(.stable, exact.size), facility = try choose(.facility, exact.size)
    #expect(matching.members == exact.gradientMatching && stable.members == exact.stable && facility.members == exact.facility)
    for (weight, reference) in zip(facility.weights, exact.facilityWeights) { expect("weight", weight, reference) }
    let easiest = try choose(.easiest, exact.size).members, hardest = try choose(.hardest, exact.size).members
    let margins = zip(exact.labels, exact.outputs).map { $0 * $1 }, byMargin = margins.indices.sorted { margins[$0] > margins[$1] }
    #expect(easiest == Array(byMargin.prefix(exact.size)) && hardest == Array(byMargin.reversed().prefix(exact.size)))
    for selection in CoresetSelection.allCases {
      for size in 1...moments.count {
        let coreset = try choose(selection, size), sum = coreset.weights.reduce(0, +)
        #expect(Set(coreset.members).count == size && coreset.weights.count == size && abs(sum - Double(size)) < 1e-9)
      }
      #expect(throws: ParameterError.self) { try choose(selection, 0) }
      #expect(throws: ParameterError.self) { try choose(selection, moments.count + 1) }
    }
  }

  /// Of equal samples the first: in a set without any signal in the gradients all are equal.
  @Test func tiesGoToTheFirst() throws {
    let zeros = try Network(initialPreactivations: Matrix(rows: 2, columns: 4))
    let samples = try SampleSet(labels: [1, -1, 1, -1], patches: (0..<4).map { [.init($0, negated: false)] })
    let dataset = try Dataset(gram: Matrix(rows: 4, columns: 4), samples: samples, initial: zeros)
    let moments = GradientMoments(zeros, on: dataset, loss: .logistic)
    for selection in CoresetSelection.allCases where selection != .random {
      let members = try selection.choose(3, by: moments, from: RandomKey(seed: 1).stream()).members
      #expect(members == [0, 1, 2], "\(selection)")
    }
    let misfits = CoresetMisfits(of: [0], in: moments)
    #expect(misfits == CoresetMisfits(of: [1, 2], in: moments) && misfits.gradient == nil && misfits.hessian == nil)
  }

  /// The numbers of the file agree with each other: an independent check of the law that the next test applies to this project's draws.
  @Test func smoothingLawInTheFile() {
    for law in file.smoothingLaw {
      expect("sum", law.squaredHessianDifference + law.cubicTerm, law.predictedGrowth)
      #expect(abs(law.measuredGrowth - law.predictedGrowth) <= 4 * law.measuredGrowthError)
    }
  }

  /// E|D(w + tau x)|^2 - |D|^2 = tau^2 (tr E^2 + <D, grad tr E>), D and E the differences of gradients and Hessians, with networks in pairs about the centre.
  @Test(arguments: 0..<exactCases) func smoothingLaw(index: Int) throws {
    let exact = file.exact[index], dataset = try exact.dataset(), network = try exact.network(exact.weights), n = exact.labels.count
    let c = (0..<n).map { (exact.subset.contains($0) ? 1 / Double(exact.subset.count) : 0) - 1 / Double(n) }
    func square(_ gram: Matrix) -> Double { c.indices.reduce(0) { $0 + c[$1] * dot(gram.row($1), c) } }

    let at = GradientMoments(network, on: dataset, loss: .logistic), split = try ForgetSplit(samples: n, forgetCount: 1)
    let point = try Linearisation(network, on: dataset, split: split, loss: .logistic)
    // grad tr H_i = -y h (1 - 2p) G_ii g_i, p = s(y f)
    let traces = (0..<n).map { i in
      let y = exact.labels[i], p = 1 / (1 + exp(y * point.outputs[i]))
      return -y * point.curvatures[i] * (1 - 2 * p) * point.gram[i, i] * c[i]
    }
    let pulls = zip(c, point.slopes).map { $0 * $1 }
    let predicted = square(at.hessians) + pulls.indices.reduce(0) { $0 + pulls[$1] * dot(point.gram.row($1), traces) }

    // No filter may switch: the nearest kink is seven standard deviations away.
    var spread = Double.infinity
    for r in 0..<exact.weights.count {
      for k in 0..<dataset.gram.rows { spread = min(spread, abs(network.preactivations[r, k]) / dataset.gram[k, k].squareRoot() / 7) }
    }
    var stream = RandomKey(seed: 20).child(index).stream(), growths: [Double] = []
    for near in network.surroundings(spread: spread, count: 4000, gram: dataset.gram, from: &stream) {
      var mirrored = near.preactivations
      for r in 0..<mirrored.rows { for k in 0..<mirrored.columns { mirrored[r, k] = 2 * network.preactivations[r, k] - mirrored[r, k] } }
      let pair = GradientMoments(network, on: dataset, loss: .logistic, smoothedOver: [near, try Network(initialPreactivations: mirrored)])
      growths.append((square(pair.smoothedGradients) - square(pair.gradients)) / (spread * spread))
    }
    let mean = growths.reduce(0, +) / Double(growths.count)
    let error = (growths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / Double(growths.count)
    #expect(abs(mean - predicted) <= 4 * error && error < 0.05 * predicted, "\(mean) against \(predicted), standard error \(error), tau \(spread)")
  }

  /// The file's numbers are of steps of 10 and 15, these of infinitely small ones.
  @Test func randomCoresets() throws {
    var worst = 0.0
    for row in file.cnn.rows {
      guard let reference = row.aPrioriTestAccuracy else { continue }
      let law = CompositionLaw(
        snr: row.snr, dimension: file.cnn.dimension, filtersPerClass: file.cnn.filtersPerClass, targetLoss: file.cnn.targetLoss)
      let accuracy = try #require(law.randomCoreset(size: Double(row.size), labelNoise: row.labelNoise))
      worst = max(worst, abs(accuracy - reference))
    }
    #expect(worst < 5e-6, "worst \(worst)")
  }

  /// The recursion of the law by small steps, one after the other.
  private func stepped(_ law: CompositionLaw, _ n: [Double], stepSize: Double) -> Double {
    let u = [1.0, -1, 1, -1], all = n.reduce(0, +), a = 2.0 / 3, m = law.filtersPerClass
    var signal = [0.0, 0.0], own = [0.0, 0, 0, 0]
    while true {
      let margins = (0..<4).map { u[$0] * signal[$0 / 2] + own[$0] }
      let loss = (0..<4).reduce(0) { $0 + n[$1] * log1p(exp(-margins[$1])) } / all
      if loss <= law.targetLoss { break }
      for g in 0..<4 {
        let slope = 1 / (1 + exp(margins[g])) / all
        signal[g / 2] += stepSize * law.snr * law.snr / m * u[g] * n[g] * slope
        own[g] += stepSize * a / m * slope
      }
    }
    let squares = (0..<4).map { n[$0] * own[$0] * own[$0] / (a * law.dimension) }, up = squares[0] + squares[3], down = squares[1] + squares[2]
    let t = acos(a), c = (sin(t) + (.pi - t) * cos(t) - 1) / (2 * .pi), kappa = 2 * (c * (1 - 1 / m) + (0.5 - 1 / (2 * .pi)) / m)
    let spread = (kappa * (up + down) / 2).squareRoot(), beta = (up.squareRoot() - down.squareRoot()) / (2 * Double.pi).squareRoot()
    return 0.5 * (0.5 * erfc(-(signal[0] + beta) / spread / 2.0.squareRoot()) + 0.5 * erfc(-(signal[1] - beta) / spread / 2.0.squareRoot()))
  }

  @Test func compositionLawByItsRecursion() throws {
    let counts: [[Double]] = [[8, 0, 8, 0], [6, 2, 5, 3], [1.5, 6.25, 3.75, 4.5], [0, 8, 0, 8], [4, 0, 0, 0], [0.3, 0.1, 20, 9], [40, 1, 30, 9]]
    for snr in [0, 0.05, 0.2, 1] {
      for n in counts {
        let law = CompositionLaw(snr: snr, dimension: 500, filtersPerClass: 6, targetLoss: 0.05)
        let composition = CompositionLaw.Counts(positive: .init(clean: n[0], flipped: n[1]), negative: .init(clean: n[2], flipped: n[3]))
        let accuracy = try #require(law.testAccuracy(of: composition)), reference = stepped(law, n, stepSize: 0.02)
        #expect(abs(accuracy - reference) < 2e-4, "SNR \(snr), \(n): \(accuracy) against \(reference)")
      }
    }
  }

  @Test func edgesOfTheCompositionLaw() throws {
    var law = CompositionLaw(snr: 0.1, dimension: 2000, filtersPerClass: 10, targetLoss: 0.05)
    let counts = CompositionLaw.Counts(positive: .init(clean: 5, flipped: 2), negative: .init(clean: 6, flipped: 1))
    let none = CompositionLaw.Counts(positive: .init(clean: 0, flipped: 0), negative: .init(clean: 0, flipped: 0))
    let accuracy = try #require(law.testAccuracy(of: counts)), next = try #require(law.randomCoreset(size: 17, labelNoise: 0.2))
    let low = try #require(law.randomCoreset(size: 16, labelNoise: 0.2)), middle = try #require(law.randomCoreset(size: 16.5, labelNoise: 0.2))
    #expect(accuracy > 0.5 && accuracy < 1 && abs(middle - (low + next) / 2) < 1e-12)
    #expect(law.testAccuracy(of: none) == nil && law.randomCoreset(size: 0.5, labelNoise: 0.2) == nil)
    #expect(law.randomCoreset(size: 16, labelNoise: 1.5) == nil && law.randomCoreset(size: .nan, labelNoise: 0.2) == nil)
    // All labels turned round is the other class, and half of them turned no class at all.
    let clean = try #require(law.randomCoreset(size: 16, labelNoise: 0)), turned = try #require(law.randomCoreset(size: 16, labelNoise: 1))
    let half = try #require(law.randomCoreset(size: 16, labelNoise: 0.5))
    #expect(abs(clean + turned - 1) < 1e-6 && abs(half - 0.5) < 1e-6)
    // Where training need not begin nothing is learned; without overlaps of noise the signal decides.
    law.targetLoss = 1
    #expect(law.testAccuracy(of: counts) == 0.5)
    (law.targetLoss, law.dimension) = (0.05, .infinity)
    #expect(law.testAccuracy(of: counts) == 1)
    law.targetLoss = 1e-200
    #expect(law.testAccuracy(of: counts) == nil)
    law.targetLoss = -1
    #expect(law.testAccuracy(of: counts) == nil)
    // Flips that the signal cannot but get wrong are remembered at any SNR.
    (law.targetLoss, law.dimension, law.snr) = (0.05, 2000, 1e6)
    let loud = try #require(law.testAccuracy(of: counts))
    #expect(loud > 0.5 && loud <= 1)
  }

  @Test func countsOfMembers() throws {
    let samples = try file.exact[0].dataset().samples
    let counts = CompositionLaw.Counts(of: [0, 1, 4, 5, 7], in: samples)
    #expect(counts == CompositionLaw.Counts(positive: .init(clean: 2, flipped: 0), negative: .init(clean: 1, flipped: 2)))
  }

  /// A sample that weighs twice as much as the others is like two of it, where every step takes all of them.
  @Test func weightedTraining() throws {
    let data = try SignalPlusNoise(samples: 6, dimension: 100, snr: 0.3)
    let dataset = try data.draw(architecture: Architecture(filtersPerClass: 4, initScale: 0.05), freshSamples: 0, key: RandomKey(seed: 3))
    let rule = try TrainingRule(loss: .logistic, stepSize: 2, batchSize: 20, targetLoss: 0.05, maxSteps: 5000), key = RandomKey(seed: 4)
    let thrice = try dataset.restricted(to: [0, 0, 1, 2]), once = try dataset.restricted(to: [0, 1, 2], weights: [1.5, 0.75, 0.75])
    let twice = rule.train(onAllOf: thrice, key: key), weighted = rule.train(onAllOf: once, key: key)
    #expect(twice.end == .reachedTarget && twice.steps == weighted.steps && abs(twice.loss - weighted.loss) < 1e-12)
    for (a, b) in zip(twice.network.outputs(of: once.samples), weighted.network.outputs(of: once.samples)) { #expect(abs(a - b) < 1e-9) }

    let small = try TrainingRule(loss: .logistic, stepSize: 2, batchSize: 2, targetLoss: 0.05, maxSteps: 5000)
    let plain = small.train(onAllOf: try dataset.restricted(to: [0, 1, 2]), key: key)
    let ones = small.train(onAllOf: try dataset.restricted(to: [0, 1, 2], weights: [1, 1, 1]), key: key)
    #expect(plain.steps == ones.steps && plain.network.outputs(of: once.samples) == ones.network.outputs(of: once.samples))
    for weights in [[1.0, 1], [1, -1, 1], [1, .nan, 1]] {
      #expect(throws: ParameterError.self) { try dataset.restricted(to: [0, 1, 2], weights: weights) }
    }
  }
}
