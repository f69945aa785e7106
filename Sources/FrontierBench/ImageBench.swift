import FrontierNumerics
import Model

/// Images as data: Gram matrices of their tiles by halves beside whole products, what they cost of a data set, and what is found once in all images.
struct ImageBench {
  func run() throws {
    print("\nimages of 28 x 28 pixels, 80 samples and 100 fresh ones, signal and residual in one patch")
    print("  tiles  patches   Gram, us  to a whole product   share of a data set")
    let images = try made(count: 400)
    for tiles in [1, 2, 4, 7] {
      let source = try ImageSource(images, samples: 80, snr: 0.5, patches: .together, tiles: tiles)
      let architecture = try Architecture(filtersPerClass: 10, initScale: 0.05), key = RandomKey(seed: 1)
      let patches = 80 * tiles * tiles
      var stream = key.stream()
      let table = Matrix((0..<patches).map { _ in stream.gaussians(784 / tiles / tiles) })
      let half = bestNanoseconds(calls: 1, rounds: 7) { _ = table.rowGram }, whole = bestNanoseconds(calls: 1, rounds: 7) { _ = table * table.transposed }
      let all = try bestNanoseconds(calls: 1, rounds: 5) { _ = try source.draw(architecture: architecture, freshSamples: 100, key: key) }
      print(
        "  \(tiles) x \(tiles)".padded(9) + "\(patches)".padded(7) + (half / 1000).text(0, width: 11) + (half / whole).text(2, width: 20)
          + (half / all).text(2, width: 22))
    }
    let many = try labelled(count: 12_000)
    let standardised = try bestNanoseconds(calls: 1, rounds: 1) { _ = try StandardImages(many) }, standard = try StandardImages(many)
    let dimension = bestNanoseconds(calls: 1, rounds: 1) { _ = standard.effectiveDimension }, digest = bestNanoseconds(calls: 1, rounds: 1) { _ = many.digest }
    print(
      "  of 12,000 images, once: standardised in \((standardised / 1e6).text(0)) ms, digest \((digest / 1e6).text(0)) ms, effective dimension "
        + "\((dimension / 1e6).text(0)) ms")
  }

  private func labelled(count: Int) throws -> LabelledImages {
    var stream = RandomKey(seed: 2).stream()
    let labels = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    let pixels = Matrix(labels.map { label in stream.gaussians(784).map { $0 + label } })
    return try LabelledImages(pixels: pixels, labels: labels, shape: ImageShape(rows: 28, columns: 28))
  }

  private func made(count: Int) throws -> StandardImages { try StandardImages(labelled(count: count)) }
}
