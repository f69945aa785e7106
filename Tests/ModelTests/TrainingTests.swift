import Model
import FrontierNumerics
import Testing

/// Training to a target loss, and what of the result is memory.
@Suite struct TrainingTests {
  private func dataset(snr: Double) throws -> Dataset {
    try SignalPlusNoise(samples: 40, dimension: 1000, snr: snr)
      .draw(architecture: try Architecture(filtersPerClass: 5, initScale: 0.05), freshSamples: 200, key: RandomKey(seed: 71))
  }

  private func rule(_ loss: Loss, target: Double, maxSteps: Int = 20_000) throws -> TrainingRule {
    try TrainingRule(loss: loss, stepSize: 2, batchSize: 10, targetLoss: target, maxSteps: maxSteps)
  }

  /// The first multiple of 50 steps whose loss is at or under the target: one more check would have been too many, one less too few.
  @Test(arguments: Loss.allCases) func stopsAtTheFirstCheckUnderTheTarget(loss: Loss) throws {
    let dataset = try dataset(snr: 0.5), key = RandomKey(seed: 72)
    let trained = try rule(loss, target: 0.05).train(on: dataset, key: key)
    #expect(trained.end == .reachedTarget && trained.steps % 50 == 0 && trained.steps > 0 && trained.loss <= 0.05)
    #expect(trained.loss == Quality(outputs: trained.network.outputs(of: dataset.samples), labels: dataset.samples.labels, in: 0..<40, loss: loss).loss)
    let before = try rule(loss, target: 0.05, maxSteps: trained.steps - 50).train(on: dataset, key: key)
    #expect(before.end == .outOfSteps && before.steps == trained.steps - 50 && before.loss > 0.05)
    // The target is reached where it is met exactly.
    let exact = try rule(loss, target: trained.loss).train(on: dataset, key: key)
    #expect(exact.end == .reachedTarget && exact.steps == trained.steps)
  }

  @Test func aMetTargetNeedsNoStep() throws {
    let trained = try rule(.logistic, target: 10).train(on: try dataset(snr: 1), key: RandomKey(seed: 73))
    #expect(trained.end == .reachedTarget && trained.steps == 0)
  }

  @Test func givesUpAtTheLastStep() throws {
    for maxSteps in [0, 1, 49, 50, 77] {
      let trained = try rule(.logistic, target: 1e-9, maxSteps: maxSteps).train(on: try dataset(snr: 1), key: RandomKey(seed: 73))
      #expect(trained.end == .outOfSteps && trained.steps == maxSteps)
    }
  }

  /// At low SNR the noise patches carry the margin and fresh samples gain nothing; at high SNR it is the signal, and they do.
  @Test func memorisationFallsWithSNR() throws {
    var shares: [Double] = []
    for (snr, testAccuracy) in [(0.0, 0.3...0.7), (0.1, 0.4...1), (2.0, 1.0...1)] {
      let dataset = try dataset(snr: snr)
      let trained = try rule(.logistic, target: 0.05).train(on: dataset, key: RandomKey(seed: 74))
      let quality = try #require(dataset.fresh.quality(of: trained.network, loss: .logistic))
      #expect(testAccuracy.contains(quality.accuracy), "SNR \(snr): \(quality.accuracy)")
      shares.append(try #require(trained.network.marginShare(on: dataset.samples, withoutFirst: 1)))
    }
    #expect(shares[0] == 1 && shares[1] > 0.3 && shares[2] < 0.1 && shares[1] > shares[2])
  }

  /// One filter a class on axes: margins that can be read off.
  @Test func shareOfAHandMadeNetwork() throws {
    // Responses: mu -> 3, -mu -> -1, first noise -> 1, second noise -> -2.
    let network = try Network(initialPreactivations: Matrix([[3, 1, -5], [-1, -4, 2]]))
    let samples = try SampleSet(
      labels: [1, -1],
      patches: [[.init(0, negated: false), .init(1, negated: false)], [.init(0, negated: true), .init(2, negated: false)]])
    #expect(network.outputs(of: samples) == [4, -3])
    // Margins: 3 and 1 of signal, 1 and 2 of noise.
    #expect(network.marginShare(on: samples, withoutFirst: 1) == 3.0 / 7)
    let wrong = try SampleSet(labels: [-1], patches: [[.init(0, negated: false)]])
    #expect(network.marginShare(on: wrong, withoutFirst: 1) == nil)
  }
}

/// Losses against their definitions.
@Suite struct LossTests {
  /// Derivatives against central differences: an error of h^2 times the third derivative, and rounding over h.
  @Test(arguments: Loss.allCases) func derivatives(loss: Loss) {
    var stream = RandomKey(seed: 75).stream()
    let h = 1e-4
    for _ in 0..<500 {
      let f = 6 * stream.gaussian(), y = stream.sign()
      let first = (loss.value(output: f + h, label: y) - loss.value(output: f - h, label: y)) / (2 * h)
      let second = (loss.derivative(output: f + h, label: y) - loss.derivative(output: f - h, label: y)) / (2 * h)
      #expect(abs(first - loss.derivative(output: f, label: y)) < 1e-7 * max(1, abs(f)))
      #expect(abs(second - loss.curvature(output: f, label: y)) < 1e-7)
    }
  }

  @Test func farOutputs() {
    for y in [1.0, -1] {
      #expect(Loss.logistic.value(output: -1e5 * y, label: y) == 1e5 && Loss.logistic.value(output: 1e5 * y, label: y) == 0)
      #expect(Loss.logistic.derivative(output: -1e5 * y, label: y) == -y && Loss.logistic.derivative(output: 1e5 * y, label: y) == 0)
      #expect(Loss.logistic.curvature(output: 1e5 * y, label: y) == 0 && Loss.logistic.curvature(output: 0, label: y) == 0.25)
      #expect(Loss.squared.value(output: 1e100, label: y).isFinite)
    }
  }

  @Test func qualityCountsPositiveMargins() {
    let quality = Quality(outputs: [2, -1, 0, 3], labels: [1, -1, 1, -1], in: 0..<4, loss: .squared)
    #expect(quality.accuracy == 0.5 && quality.loss == (0.5 + 0 + 0.5 + 8) / 4)
    #expect(Quality(outputs: [2, -1], labels: [1, 1], in: 1..<1, loss: .logistic) == Quality(outputs: [], labels: [], in: 0..<0, loss: .logistic))
  }
}
