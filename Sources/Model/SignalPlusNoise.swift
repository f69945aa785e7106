import FrontierNumerics

/// The law of the data (theory.md section 1): x_i = (y_i mu, xi_i), |mu| = SNR, noise orthogonal to mu with E|xi|^2 = (d-1)/d.
public struct SignalPlusNoise: Sendable, Hashable {
  public let samples: Int
  /// d, the dimension of a patch.
  public let dimension: Int
  /// |mu| / (sigma_p sqrt d), with sigma_p sqrt d = 1.
  public let snr: Double
  /// Probability that a training label is flipped. The patch keeps the true sign, and fresh samples keep their labels.
  public let labelNoise: Double

  public static let largestSamples = 10_000
  public static let largestDimension = 1_000_000_000
  public static let largestSNR = 1e6

  public init(samples: Int, dimension: Int, snr: Double, labelNoise: Double = 0) throws {
    try require("samples", samples, in: 2...Self.largestSamples)
    try require("dimension", dimension, in: 2...Self.largestDimension)
    try require("snr", snr, in: 0...Self.largestSNR)
    try require("labelNoise", labelNoise, in: 0...1)
    self.samples = samples
    self.dimension = dimension
    self.snr = snr
    self.labelNoise = labelNoise
  }

  /// Refuses a number of fresh samples out of range.
  public static func check(freshSamples: Int) throws { try require("testSamples", freshSamples, in: 0...Self.largestSamples) }

  /// A data set with a network's first pre-activations on it, reduced to the inner products that a simulation needs.
  ///
  /// Patch 0 is mu and patch i + 1 the noise of sample i. Draws depend on `key` and on what they are for alone: the noise of a sample is the
  /// same at every SNR and every number of samples, filters or fresh samples (common random numbers).
  public func draw(architecture: Architecture, freshSamples: Int, key: RandomKey) throws -> Dataset {
    try Self.check(freshSamples: freshSamples)
    let frame = NoiseFrame(samples: samples, filters: 2 * architecture.filtersPerClass, fresh: freshSamples, dimension: dimension - 1, key: key)
    let noiseScale = 1 / Double(dimension).squareRoot()

    let truth = signs(samples, key: key.child(Purpose.labels))
    var flips = key.child(Purpose.labelNoise).stream()
    let labels = truth.map { flips.uniform() < labelNoise ? -$0 : $0 }
    let gram = dictionaryGram(frame.noise * frame.noise.transposed, scale: noiseScale * noiseScale)
    var signalWeights = key.child(Purpose.signalWeights).stream()
    let onSignal = signalWeights.gaussians(2 * architecture.filtersPerClass)
    let onNoise = frame.weights * frame.noise.transposed
    var initial = Matrix(rows: onNoise.rows, columns: samples + 1)
    for r in 0..<initial.rows {
      initial[r, 0] = architecture.initScale * snr * onSignal[r]
      for i in 0..<samples { initial[r, i + 1] = architecture.initScale * noiseScale * onNoise[r, i] }
    }

    let freshLabels = signs(freshSamples, key: key.child(Purpose.freshLabels))
    let freshProducts = frame.noise * frame.fresh.transposed
    var cross = Matrix(rows: samples + 1, columns: freshSamples)
    let freshOnWeights = frame.weights * frame.fresh.transposed
    var freshInitial = Matrix(rows: initial.rows, columns: freshSamples)
    for t in 0..<freshSamples {
      for i in 0..<samples { cross[i + 1, t] = noiseScale * noiseScale * freshProducts[i, t] }
      for r in 0..<initial.rows { freshInitial[r, t] = architecture.initScale * noiseScale * freshOnWeights[r, t] }
    }

    return Dataset(
      gram: gram, samples: try sampleSet(truth: truth, labels: labels, firstPatch: 1), initial: try Network(initialPreactivations: initial),
      fresh: try FreshSamples(
        cross: cross, initialPreactivations: freshInitial,
        samples: try sampleSet(truth: freshLabels, labels: freshLabels, firstPatch: samples + 1)),
      signalPatches: 1)
  }

  private func signs(_ count: Int, key: RandomKey) -> [Double] {
    var stream = key.stream()
    return (0..<count).map { _ in stream.sign() }
  }

  /// Sample i is (sign_i mu, its own noise patch).
  private func sampleSet(truth: [Double], labels: [Double], firstPatch: Int) throws -> SampleSet {
    let patches = truth.enumerated().map { i, sign in
      [SampleSet.Patch(0, negated: sign < 0), SampleSet.Patch(firstPatch + i, negated: false)]
    }
    return try SampleSet(labels: labels, truth: truth, patches: patches)
  }

  /// The Gram matrix of (mu, noise...), mu being orthogonal to all noise.
  private func dictionaryGram(_ noise: Matrix, scale: Double) -> Matrix {
    var gram = Matrix(rows: noise.rows + 1, columns: noise.rows + 1)
    gram[0, 0] = snr * snr
    for i in 0..<noise.rows { for j in 0..<noise.rows { gram[i + 1, j + 1] = scale * noise[i, j] } }
    return gram
  }
}

/// The shape of the network and its start.
public struct Architecture: Sendable, Hashable {
  /// m: the network has 2m filters.
  public let filtersPerClass: Int
  /// Standard deviation of an initial weight.
  public let initScale: Double

  public static let largestFiltersPerClass = 10_000
  public static let largestInitScale = 1e6

  public init(filtersPerClass: Int, initScale: Double) throws {
    try require("filtersPerClass", filtersPerClass, in: 1...Self.largestFiltersPerClass)
    try require("initScale", initScale, in: 0...Self.largestInitScale)
    self.filtersPerClass = filtersPerClass
    self.initScale = initScale
  }
}
