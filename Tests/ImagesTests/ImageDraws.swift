import FrontierNumerics
import Images
import Model
import TestSupport
import Testing

/// Samples that are images: drawn without replacement, cut into tiles, apart from the signal or with it.
@Suite struct ImageDraws {
  private func images(rows: Int, columns: Int, channels: Int, planar: Bool = false, count: Int = 40) throws -> StandardImages {
    var stream = RandomKey(seed: 5).stream()
    let shape = ImageShape(rows: rows, columns: columns, channels: channels, isPlanar: planar)
    let labels = (0..<count).map { $0 % 3 == 0 ? 1.0 : -1.0 }
    let pixels = Matrix(labels.map { label in stream.gaussians(shape.size).map { $0 + label * 0.3 } })
    return try StandardImages(LabelledImages(pixels: pixels, labels: labels, shape: shape))
  }

  private let architecture = try? Architecture(filtersPerClass: 3, initScale: 0.2)

  private func draw(_ images: StandardImages, samples: Int, fresh: Int, snr: Double = 0.4, patches: ImageSource.Patches, tiles: Int) throws -> Dataset {
    try ImageSource(images, samples: samples, snr: snr, patches: patches, tiles: tiles)
      .draw(architecture: #require(architecture), freshSamples: fresh, key: RandomKey(seed: 9).child(2))
  }

  /// What is training sample or fresh sample for one source is the same image for another.
  @Test(arguments: [(ImageSource.Patches.apart, 1), (.apart, 2), (.together, 1), (.together, 4)])
  func freshSamplesAreSamples(patches: ImageSource.Patches, tiles: Int) throws {
    let images = try images(rows: 8, columns: 4, channels: 2)
    let all = try draw(images, samples: 20, fresh: 0, patches: patches, tiles: tiles),
      half = try draw(images, samples: 12, fresh: 8, patches: patches, tiles: tiles)
    let t = tiles * tiles, known = half.gram.rows
    #expect(known == (patches == .apart ? 13 : 12) * t && half.fresh.cross.columns == 8 * t && all.gram.rows == known + 8 * t)
    for i in 0..<known {
      for j in 0..<known { #expect(all.gram[i, j] == half.gram[i, j]) }
      for j in 0..<8 * t { #expect(abs(all.gram[i, known + j] - half.fresh.cross[i, j]) <= 1e-14) }
    }
    let together = all.initial.preactivations, fresh = half.fresh.preactivations(of: half.initial)
    for r in 0..<6 { for j in 0..<8 * t { #expect(abs(together[r, known + j] - fresh[r, j]) <= 1e-14) } }
    #expect(Array(all.samples.labels[12...]) == half.fresh.samples.labels)
    #expect(half.signalPatches == (patches == .apart ? t : 0))
    for (j, i) in (12..<20).enumerated() {
      #expect(Array(all.samples.patches(of: i)) == Array(half.fresh.samples.patches(of: j)))
    }
  }

  /// The tiles of two images are as alike, taken together, as the images; and signal and residual as alike as their sum.
  @Test(arguments: [false, true]) func tilesMakeTheImage(planar: Bool) throws {
    let images = try images(rows: 6, columns: 4, channels: 3, planar: planar), snr = 0.7
    let whole = try draw(images, samples: 15, fresh: 0, snr: snr, patches: .together, tiles: 1).gram
    for patches in ImageSource.Patches.allCases {
      let dataset = try draw(images, samples: 15, fresh: 0, snr: snr, patches: patches, tiles: 2)
      for i in 0..<15 {
        for j in 0..<15 {
          // Tile k of one image against tile k of the other, of both signal and residual.
          func part(_ sample: Int, _ k: Int) -> [(Int, Double)] {
            dataset.samples.patches(of: sample).filter { Int($0.index) % 4 == k }.map { (Int($0.index), $0.isNegated ? -1 : 1) }
          }
          var sum = 0.0
          for k in 0..<4 { for (a, s) in part(i, k) { for (b, t) in part(j, k) { sum += s * t * dataset.gram[a, b] } } }
          #expect(abs(sum - whole[i, j]) <= 1e-12, "\(patches), \(i), \(j)")
        }
      }
    }
  }

  /// Every pixel lies in one tile, neighbours in the same; a tile has all channels of its pixels.
  @Test(arguments: [false, true]) func tilesCoverTheImage(planar: Bool) throws {
    let shape = ImageShape(rows: 4, columns: 6, channels: 3, isPlanar: planar), tiles = try shape.tiles(2)
    #expect(tiles.flatMap { $0 }.sorted() == Array(0..<72) && tiles.count == 4 && tiles.allSatisfy { $0.count == 18 })
    // The tile of the lower right: rows 2 and 3, columns 3 to 5.
    let expected = (0..<3).flatMap { c in [2, 3].flatMap { r in (3..<6).map { planar ? c * 24 + r * 6 + $0 : (r * 6 + $0) * 3 + c } } }
    #expect(Set(tiles[3]) == Set(expected))
    for t in [0, 3, -1] { #expect(throws: ParameterError.self) { try shape.tiles(t) } }
  }

  /// Each image is drawn as often as any other: chi-squared of 40 counts over 4000 draws of 10, at a false-alarm rate of 1e-6.
  @Test func drawsAreUniform() throws {
    let images = try images(rows: 2, columns: 2, channels: 1), architecture = try #require(architecture)
    var counts: [Double: Int] = [:]
    // An image is known by its length.
    let lengths = (0..<images.count).map { i in images.residuals.row(i).reduce(0) { $0 + $1 * $1 } }
    for repetition in 0..<4000 {
      let dataset = try ImageSource(images, samples: 10, snr: 0, patches: .together)
        .draw(architecture: architecture, freshSamples: 0, key: RandomKey(seed: 1).child(repetition))
      let drawn = (0..<10).map { i in lengths.min { abs($0 - dataset.gram[i, i]) < abs($1 - dataset.gram[i, i]) } ?? 0 }
      #expect(Set(drawn).count == 10)
      for length in drawn { counts[length, default: 0] += 1 }
    }
    // Without replacement a count varies less than in a multinomial, by (N - n)/(N - 1) = 30/39.
    let chi = lengths.reduce(0) { $0 + pow2(Double(counts[$1] ?? 0) - 1000) / 1000 } / (30.0 / 39)
    #expect(chi < 100.2, "chi-squared \(chi) with 39 degrees of freedom")
  }

  private func pow2(_ x: Double) -> Double { x * x }

  @Test func impossibleSourcesAreRefused() throws {
    let images = try images(rows: 4, columns: 4, channels: 1)
    #expect(throws: ParameterError.self) { try ImageSource(images, samples: 41, snr: 1) }
    #expect(throws: ParameterError.self) { try ImageSource(images, samples: 20, snr: -1) }
    #expect(throws: ParameterError.self) { try ImageSource(images, samples: 20, snr: 1, tiles: 3) }
    #expect(throws: ParameterError.self) { try draw(images, samples: 30, fresh: 11, patches: .apart, tiles: 1) }
    let same = Matrix([[1, 2], [1, 2], [3, 4]]), other = Matrix([[1, 2], [3, 4], [1, 2], [3, 4]])
    #expect(throws: ParameterError.self) { try StandardImages(LabelledImages(pixels: same, labels: [1, 1, -1], shape: ImageShape(rows: 1, columns: 2))) }
    #expect(throws: ParameterError.self) { try StandardImages(LabelledImages(pixels: other, labels: [1, 1, -1, -1], shape: ImageShape(rows: 1, columns: 2))) }
    #expect(throws: ParameterError.self) { try LabelledImages(pixels: same, labels: [1, 1, 1], shape: ImageShape(rows: 1, columns: 2)) }
    #expect(throws: ParameterError.self) { try LabelledImages(pixels: Matrix([[.nan]]), labels: [1], shape: ImageShape(rows: 1, columns: 1)) }
  }
}
