import FrontierNumerics
import Model
import Testing

/// Other training sets out of the same draw.
@Suite struct DatasetParts {
  private func drawn(_ samples: Int, labelNoise: Double = 0.3) throws -> Dataset {
    try SignalPlusNoise(samples: samples, dimension: 300, snr: 0.4, labelNoise: labelNoise).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.05), freshSamples: 7, key: RandomKey(seed: 31))
  }

  /// Samples of a draw are the same however many there are, so the first of them alone are a smaller draw, but for rounding and for the fresh ones.
  @Test func theFirstSamplesAreASmallerDraw() throws {
    let part = try drawn(30).restricted(to: Array(0..<12)), small = try drawn(12)
    #expect(part.samples.labels == small.samples.labels && part.samples.truth == small.samples.truth && part.gram.rows == 13)
    for i in 0..<13 {
      for j in 0..<13 { #expect(abs(part.gram[i, j] - small.gram[i, j]) < 1e-12) }
      for r in 0..<6 { #expect(abs(part.initial.preactivations[r, i] - small.initial.preactivations[r, i]) < 1e-12) }
    }
    let rule = try TrainingRule(loss: .logistic, stepSize: 1, batchSize: 5, targetLoss: 0.05, maxSteps: 20_000), key = RandomKey(seed: 2)
    let a = rule.train(onAllOf: part, key: key), b = rule.train(onAllOf: small, key: key)
    #expect(a.end == .reachedTarget && a.steps == b.steps)
    for (a, b) in zip(a.network.outputs(of: part.samples), b.network.outputs(of: small.samples)) { #expect(abs(a - b) < 1e-9) }
  }

  /// A network answers to each sample as before, in whatever order they come and whichever others are gone.
  @Test func answersStayThoseOfTheSamples() throws {
    let all = try drawn(20), chosen = [7, 3, 19, 0, 12], part = try all.restricted(to: chosen), outputs = all.initial.outputs(of: all.samples)
    #expect(part.initial.outputs(of: part.samples) == chosen.map { outputs[$0] })
    #expect(part.samples.truth == chosen.map { all.samples.truth[$0] } && part.samples.labels == chosen.map { all.samples.labels[$0] })
    #expect(part.fresh.outputs(of: part.initial) == all.fresh.outputs(of: all.initial))
    let order = Array((0..<20).reversed()), turned = try all.ordered(order)
    #expect(turned.initial.outputs(of: turned.samples) == order.map { outputs[$0] } && turned.gram.rows == all.gram.rows)
    #expect((0..<20).contains { all.samples.isFlipped($0) } && !(0..<20).allSatisfy { all.samples.isFlipped($0) })
    for i in 0..<20 { #expect(turned.samples.isFlipped(i) == all.samples.isFlipped(order[i])) }
  }

  @Test func weightsThatDoNotFitAreRefused() throws {
    let all = try drawn(6)
    for weights in [[1.0], [1, 2, 3], [1, -1], [.nan, 1]] {
      #expect(throws: ParameterError.self) { try all.restricted(to: [0, 1], weights: weights) }
    }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [1, -1], truth: [1], patches: [[.init(0, negated: false)], [.init(0, negated: true)]]) }
  }
}
