import Experiments
import FrontierNumerics
import Foundation
import Images
import Model
import TestSupport
import Testing

/// digits.json: exact facts of digits and, where the Debian package dataset-fashion-mnist is installed, of Fashion-MNIST.
@Suite struct ImageFacts {
  struct File: Decodable {
    struct Pair: Decodable {
      let classes, counts: [Int]
      let unit, naturalSNR, effectiveDimension, residualVarianceAlongSignal: Double
      let gramOfFirstFour: [String: [[Double]]]?
      let gramOfFirstFourNatural: [[Double]]?
      let labelsOfFirstFour: [Double]?
    }
    struct Fashion: Decodable {
      let shape: [Int]
      let meanPixel: Double
      let pairs: [Pair]
    }
    let digits: Pair
    let fashion: Fashion
  }

  static let digits = Repository.root.path + "/sweeps/data"
  static let fashion = "/usr/share/datasets/fashion-mnist"

  private func expect(_ images: LabelledImages, _ pair: File.Pair) throws -> StandardImages {
    let standard = try StandardImages(images), positive = images.labels.count { $0 > 0 }
    #expect([positive, images.labels.count - positive] == pair.counts)
    for (name, ours, expected) in [
      ("unit", standard.unit, pair.unit), ("naturalSNR", standard.naturalSNR, pair.naturalSNR),
      ("effectiveDimension", standard.effectiveDimension, pair.effectiveDimension),
      ("varianceAlongSignal", standard.varianceAlongSignal, pair.residualVarianceAlongSignal),
    ] { #expect(abs(ours - expected) <= 1e-10 * abs(expected), "\(name) of \(pair.classes): \(ours), \(expected)") }
    return standard
  }

  @Test func digitsAreAsTheyShouldBe() throws {
    let pair = try fixture("digits", as: File.self).digits
    let images = try ImageRequest(images: ["digits.csv.gz"], labels: [], classes: pair.classes, folder: Self.digits).read()
    let standard = try expect(images, pair)
    #expect(Array(standard.labels[..<4]) == pair.labelsOfFirstFour && images.shape == ImageShape(rows: 8, columns: 8))
    // One patch a sample: y s mu/|mu| + xi.
    var grams = try #require(pair.gramOfFirstFour).map { (Double($0.key) ?? .nan, $0.value) }
    grams.append((standard.naturalSNR, try #require(pair.gramOfFirstFourNatural)))
    for (snr, expected) in grams {
      let rows = (0..<4).map { i in zip(standard.residuals.row(i), standard.direction).map { $0 + standard.labels[i] * snr * $1 } }
      let gram = Matrix(rows).rowGram
      for i in 0..<4 { for j in 0..<4 { #expect(abs(gram[i, j] - expected[i][j]) <= 1e-10, "SNR \(snr), \(i), \(j)") } }
    }
  }

  /// At the natural SNR the patch is the centred image in units of the noise.
  @Test func naturalPatchesAreTheImages() throws {
    let images = try ImageRequest(images: ["digits.csv.gz"], labels: [], classes: [3, 8], folder: Self.digits).read(), standard = try StandardImages(images)
    let plus = (0..<images.labels.count).filter { images.labels[$0] > 0 }, minus = (0..<images.labels.count).filter { images.labels[$0] < 0 }
    func mean(_ j: Int, _ of: [Int]) -> Double { of.reduce(0) { $0 + images.pixels[$1, j] } / Double(of.count) }
    let centre = (0..<64).map { (mean($0, plus) + mean($0, minus)) / 2 }
    for i in [0, 17, 200] {
      for j in 0..<64 {
        let patch = standard.residuals[i, j] + standard.labels[i] * standard.naturalSNR * standard.direction[j]
        #expect(abs(patch - (images.pixels[i, j] - centre[j]) / standard.unit) <= 1e-12)
      }
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: fashion), "dataset-fashion-mnist is not installed (scripts/setup fashion)"))
  func fashionIsAsItShouldBe() throws {
    let file = try fixture("digits", as: File.self).fashion
    for pair in file.pairs {
      let request = ImageRequest(
        images: ["train-images-idx3-ubyte.gz"], labels: ["train-labels-idx1-ubyte.gz"], classes: pair.classes, folder: Self.fashion)
      let images = try request.read()
      #expect(images.shape == ImageShape(rows: file.shape[1], columns: file.shape[2]))
      _ = try expect(images, pair)
    }
    let found = try ImageRequest.decode(
      NamedBytes(name: "images", bytes: Array(Data(contentsOf: URL(fileURLWithPath: Self.fashion + "/train-images-idx3-ubyte.gz")))), array: nil, nil, .fine)
    #expect(found.numbers.shape == file.shape)
    var sum = 0.0
    for item in 0..<found.numbers.shape[0] { found.numbers.withItem(item) { sum += $1 } }
    #expect(abs(sum / Double(60000 * 784) - file.meanPixel) <= 1e-9)
  }
}
