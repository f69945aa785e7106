import FrontierNumerics

/// Samples that are images of two classes (theory.md section 10): y_i s mu/|mu| and xi_i, each cut into t x t tiles.
public struct ImageSource: Sendable {
  /// How signal and residual lie in a sample.
  public enum Patches: String, Sendable, CaseIterable, BitwiseCopyable {
    /// Two patches, as in signal plus noise: y s mu/|mu|, and xi.
    case apart
    /// One, their sum: at the natural SNR the image itself, centred.
    case together
  }

  public let images: StandardImages
  public let samples: Int
  /// s, the length of the signal in units of the noise.
  public let snr: Double
  /// Probability that a training label is flipped. The image stays what it is, and fresh samples keep their labels.
  public let labelNoise: Double
  public let patches: Patches
  /// t: each patch is cut into t x t.
  public let tilesAcross: Int
  private let tiles: [[Int]]

  /// A dictionary of more patches is refused: its Gram matrix would have no room.
  public static let mostPatches = 30_000
  public static let mostTiles = 1000

  public init(_ images: StandardImages, samples: Int, snr: Double, labelNoise: Double = 0, patches: Patches = .apart, tiles: Int = 1) throws {
    try Self.check(shape: images.shape, count: images.count, samples: samples, freshSamples: 0, tiles: tiles)
    try require("snr", snr, in: 0...SignalPlusNoise.largestSNR)
    try require("labelNoise", labelNoise, in: 0...1)
    (self.images, self.samples, self.snr, self.labelNoise, self.patches) = (images, samples, snr, labelNoise, patches)
    tilesAcross = tiles
    self.tiles = try images.shape.tiles(tiles)
  }

  /// Refuses what images of this shape and number cannot give.
  public static func check(shape: ImageShape, count: Int, samples: Int, freshSamples: Int, tiles: Int) throws {
    try require("samples", samples, in: 2...SignalPlusNoise.largestSamples)
    try SignalPlusNoise.check(freshSamples: freshSamples)
    try require("tiles", tiles, in: 1...mostTiles)
    try shape.check(tiles: tiles)
    guard samples + freshSamples <= count else {
      throw ParameterError(
        parameter: freshSamples < samples ? "samples" : "testSamples", value: "\(freshSamples < samples ? samples : freshSamples)",
        allowed: "samples + testSamples of at most \(count), as there are so many images of both classes")
    }
    guard samples * tiles * tiles <= mostPatches else {
      throw ParameterError(parameter: "tiles", value: "\(tiles)", allowed: "samples x tiles^2 of at most \(mostPatches) patches")
    }
  }
}

extension ImageSource: DataSource {
  /// Each draw is without replacement, the training samples first: they are the same at every SNR, cut and number of fresh samples.
  public func draw(architecture: Architecture, freshSamples: Int, key: RandomKey) throws -> Dataset {
    try Self.check(shape: images.shape, count: images.count, samples: samples, freshSamples: freshSamples, tiles: tilesAcross)
    let drawn = draw(samples + freshSamples, key: key)
    let truth = drawn.map { images.labels[$0] }
    var flips = key.child(Purpose.labelNoise).stream()
    let labels = truth[..<samples].map { flips.uniform() < labelNoise ? -$0 : $0 }

    let signal = images.direction.map { snr * $0 }
    let known = table((patches == .apart ? [signal] : []) + drawn[..<samples].map { image($0, signal) })
    let fresh = table(drawn[samples...].map { image($0, signal) }), freshColumns = fresh.transposed
    let weights = weights(architecture, key: key)
    return Dataset(
      gram: known.rowGram, samples: try sampleSet(truth[..<samples], labels, firstImage: 0),
      initial: try Network(initialPreactivations: weights * known.transposed),
      fresh: try FreshSamples(
        cross: known * freshColumns, initialPreactivations: weights * freshColumns,
        samples: try sampleSet(truth[samples...], Array(truth[samples...]), firstImage: samples)),
      signalPatches: patches == .apart ? tiles.count : 0)
  }

  /// The first steps of a Fisher-Yates shuffle.
  private func draw(_ count: Int, key: RandomKey) -> [Int] {
    var stream = key.child(Purpose.images).stream(), order = Array(0..<images.count)
    for i in 0..<count { order.swapAt(i, i + Int(stream.below(UInt32(order.count - i)))) }
    return Array(order[..<count])
  }

  /// The image beside the signal, or with it.
  private func image(_ index: Int, _ signal: [Double]) -> [Double] {
    let residual = images.residuals.row(index), label = images.labels[index]
    return patches == .apart ? residual : zip(residual, signal).map { $0 + label * $1 }
  }

  /// A row for each tile of each of these.
  private func table(_ images: [[Double]]) -> Matrix {
    var table = Matrix(rows: images.count * tiles.count, columns: tiles[0].count)
    let stride = table.stride
    table.withMutableElements { elements in
      for (i, image) in images.enumerated() {
        for (k, tile) in tiles.enumerated() {
          let row = elements + (i * tiles.count + k) * stride
          for (j, pixel) in tile.enumerated() { row[j] = image[pixel] }
        }
      }
    }
    return table
  }

  private func weights(_ architecture: Architecture, key: RandomKey) -> Matrix {
    Matrix(
      (0..<2 * architecture.filtersPerClass).map { r in
        var stream = key.child(Purpose.initialWeights).child(r).stream()
        return stream.gaussians(tiles[0].count).map { architecture.initScale * $0 }
      })
  }

  /// Sample i has the tiles of its image, and where signal and residual lie apart those of the signal with its sign.
  private func sampleSet(_ truth: ArraySlice<Double>, _ labels: [Double], firstImage: Int) throws -> SampleSet {
    let before = patches == .apart ? 1 : 0
    return try SampleSet(
      labels: labels, truth: Array(truth),
      patches: truth.enumerated().map { i, sign in
        (0..<before * tiles.count).map { SampleSet.Patch($0, negated: sign < 0) }
          + tiles.indices.map { SampleSet.Patch((before + firstImage + i) * tiles.count + $0, negated: false) }
      })
  }
}
