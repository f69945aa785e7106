import DenseAlgebra
import Foundation
import Model
import FrontierNumerics
import TestSupport
import Testing

/// The generator never forms a vector; what it draws must have the law of inner products of explicit ones, whether noise vectors are fewer than
/// dimensions (Bartlett's decomposition) or more. Fixed seeds; false-alarm rate 10^-3 for the suite's comparisons together (Bonferroni).
@Suite struct DataLaw {
  static let sizes = [(samples: 5, dimension: 12), (5, 6), (5, 5), (8, 4), (3, 2)]
  static let draws = 4000
  static let statisticNames = [
    "|xi_1|^2", "<xi_1, xi_2>", "top eigenvalue of the noise Gram matrix", "<w_1, mu>", "<w_1, xi_1>", "<w_1, xi_1><w_1, xi_2> against <xi_1, xi_2>",
    "output of a training sample", "output of a fresh sample after a step", "difference of two fresh outputs",
  ]

  @Test(arguments: sizes.indices) func lawOfExplicitVectors(index: Int) throws {
    let (samples, dimension) = Self.sizes[index]
    let architecture = try Architecture(filtersPerClass: 2, initScale: 0.7)
    let data = try SignalPlusNoise(samples: samples, dimension: dimension, snr: 0.8)
    let key = RandomKey(seed: 31).child(index)
    var ours = [[Double]](), theirs = [[Double]]()
    for draw in 0..<Self.draws {
      let dataset = try data.draw(architecture: architecture, freshSamples: 2, key: key.child(draw))
      ours.append(try statistics(dataset, fresh: { dataset.fresh.outputs(of: $0) }))
      theirs.append(try explicitStatistics(data, architecture, key: RandomKey(seed: 32).child(index).child(draw)))
    }
    let level = 1e-3 / Double(Self.sizes.count * Self.statisticNames.count)
    for (s, name) in Self.statisticNames.enumerated() {
      let p = kolmogorovSmirnov(ours.map { $0[s] }, theirs.map { $0[s] })
      #expect(p > level, "\(name), n = \(samples), d = \(dimension): p = \(p)")
    }
  }

  /// In the order of `statisticNames`.
  private func statistics(_ dataset: Dataset, fresh: (Network) -> [Double]) throws -> [Double] {
    let gram = dataset.gram, z = dataset.initial.preactivations
    var noise = Matrix(rows: gram.rows - 1, columns: gram.rows - 1)
    for i in 0..<noise.rows { for j in 0..<noise.rows { noise[i, j] = gram[i + 1, j + 1] } }
    let top = try #require(try LAPACK.eigenvalues(of: noise).last)
    let simulator = Simulator(dataset.initial, on: dataset, loss: .squared, largestBatch: 2)
    simulator.step(stepSize: 1, retain: [0, 1], 0.5)
    let outputs = fresh(simulator.network)
    return [
      gram[1, 1], gram[1, 2], top, z[0, 0], z[0, 1], z[0, 1] * z[0, 2] * gram[1, 2], dataset.initial.outputs(of: dataset.samples)[0],
      outputs[0], outputs[0] - outputs[1],
    ]
  }

  /// The same of vectors that are written out: mu on the first axis, noise on the others.
  private func explicitStatistics(_ data: SignalPlusNoise, _ architecture: Architecture, key: RandomKey) throws -> [Double] {
    var stream = key.stream()
    let d = data.dimension, scale = 1 / Double(d).squareRoot()
    func noise() -> [Double] { [0] + stream.gaussians(d - 1).map { scale * $0 } }
    let signal = (0..<d).map { $0 == 0 ? data.snr : 0 }
    let weights = (0..<2 * architecture.filtersPerClass).map { _ in stream.gaussians(d).map { architecture.initScale * $0 } }
    let labels = (0..<data.samples).map { _ in stream.sign() }
    var explicit = ExplicitNetwork(
      weights: weights, patches: [signal] + labels.map { _ in noise() },
      samples: labels.enumerated().map { [(patch: 0, sign: $1), (patch: $0 + 1, sign: 1)] }, labels: labels, loss: .squared)
    let freshSigns = [stream.sign(), stream.sign()], freshNoise = [noise(), noise()]
    let dataset = try explicit.spanForm().dataset
    return try statistics(dataset) { _ in
      explicit.step(stepSize: 1, [(0, 0.5), (1, 0.5)])
      let seen = ExplicitNetwork(
        weights: explicit.weights, patches: [signal] + freshNoise,
        samples: freshSigns.enumerated().map { [(patch: 0, sign: $1), (patch: $0 + 1, sign: 1)] }, labels: freshSigns, loss: .squared)
      return seen.outputs
    }
  }

  /// E|xi|^2 = (d-1)/d, with the variance 2 (d-1)/d^2 of a scaled chi-square; noise is exactly orthogonal to mu, and |mu| is the SNR.
  @Test(arguments: [2, 7, 2000, 1_000_000]) func unitsOfTheData(dimension: Int) throws {
    let architecture = try Architecture(filtersPerClass: 1, initScale: 1)
    let dataset = try SignalPlusNoise(samples: 1000, dimension: dimension, snr: 1.7)
      .draw(architecture: architecture, freshSamples: 0, key: RandomKey(seed: 33))
    #expect(abs(dataset.gram[0, 0] - 1.7 * 1.7) < 1e-15)
    #expect((1...1000).allSatisfy { dataset.gram[0, $0] == 0 && dataset.gram[$0, 0] == 0 })
    let d = Double(dimension), mean = (1...1000).reduce(0) { $0 + dataset.gram[$1, $1] } / 1000
    let z = (mean - (d - 1) / d) / (2 * (d - 1) / (d * d) / 1000).squareRoot()
    #expect(normalTail(z) > 1e-5, "mean square \(mean), z = \(z)")
    for i in 1...1000 where i % 97 == 0 { for j in 1..<i { #expect(dataset.gram[i, j] == dataset.gram[j, i]) } }
  }

  /// Label noise flips the observed label and leaves the patch; the true signs are fair. Fresh samples keep their labels.
  @Test func labelNoiseFlipsLabelsAlone() throws {
    let architecture = try Architecture(filtersPerClass: 1, initScale: 1)
    var flipped = 0, positive = 0
    let trials = 50, samples = 200
    for trial in 0..<trials {
      let key = RandomKey(seed: 34).child(trial)
      let clean = try SignalPlusNoise(samples: samples, dimension: 300, snr: 1).draw(architecture: architecture, freshSamples: 20, key: key)
      let noisy = try SignalPlusNoise(samples: samples, dimension: 300, snr: 1, labelNoise: 0.3)
        .draw(architecture: architecture, freshSamples: 20, key: key)
      for i in 0..<samples {
        #expect(Array(clean.samples.patches(of: i)) == Array(noisy.samples.patches(of: i)))
        #expect(clean.samples.patches(of: i).first?.isNegated == (clean.samples.labels[i] < 0))
        flipped += clean.samples.labels[i] == noisy.samples.labels[i] ? 0 : 1
        positive += clean.samples.labels[i] > 0 ? 1 : 0
      }
      #expect(clean.fresh.samples.labels == noisy.fresh.samples.labels)
      for i in 0..<20 { #expect(noisy.fresh.samples.patches(of: i).first?.isNegated == (noisy.fresh.samples.labels[i] < 0)) }
    }
    #expect(binomialTail(flipped, of: trials * samples, probability: 0.3) > 1e-5, "\(flipped) flipped")
    #expect(binomialTail(positive, of: trials * samples, probability: 0.5) > 1e-5, "\(positive) positive")
  }

  /// A sample's noise is its own: what else is drawn, and at which SNR, does not change it.
  @Test func noiseDependsOnTheSampleAlone() throws {
    let key = RandomKey(seed: 35)
    let small = try SignalPlusNoise(samples: 6, dimension: 40, snr: 0.1)
      .draw(architecture: try Architecture(filtersPerClass: 1, initScale: 1), freshSamples: 0, key: key)
    let large = try SignalPlusNoise(samples: 11, dimension: 40, snr: 3)
      .draw(architecture: try Architecture(filtersPerClass: 4, initScale: 0.1), freshSamples: 9, key: key)
    for i in 1...6 { for j in 1...6 { #expect(small.gram[i, j] == large.gram[i, j]) } }
    #expect(small.samples.labels == Array(large.samples.labels[..<6]))
  }
}
