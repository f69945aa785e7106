import FrontierNumerics

/// How the pixels of an image lie.
public struct ImageShape: Sendable, Hashable {
  public let rows: Int
  public let columns: Int
  /// Numbers a pixel.
  public let channels: Int
  /// Whether one channel follows the other as a whole, as in CIFAR; else the channels of a pixel are neighbours.
  public let isPlanar: Bool

  public init(rows: Int, columns: Int, channels: Int = 1, isPlanar: Bool = false) {
    (self.rows, self.columns, self.channels, self.isPlanar) = (rows, columns, channels, isPlanar)
  }

  /// Numbers an image.
  public var size: Int { rows * columns * channels }

  /// Where the numbers of each of t x t tiles are, all tiles in the same order.
  public func tiles(_ t: Int) throws -> [[Int]] {
    try check(tiles: t)
    let (height, width) = (rows / t, columns / t)
    return (0..<t * t).map { tile in
      let (top, left) = (tile / t * height, tile % t * width)
      return (0..<height * width * channels).map { i in
        let (channel, row, column) = (i % channels, top + i / channels / width, left + i / channels % width), pixel = row * columns + column
        return isPlanar ? channel * rows * columns + pixel : pixel * channels + channel
      }
    }
  }

  /// Refuses a number of tiles that does not divide the image.
  public func check(tiles t: Int) throws {
    guard t >= 1, rows % t == 0, columns % t == 0 else {
      throw ParameterError(parameter: "tiles", value: "\(t)", allowed: "a whole number from 1 that divides the images' \(rows) rows and \(columns) columns")
    }
  }
}

/// Images of two classes as they were decoded, in the order of their files.
public struct LabelledImages: Sendable {
  /// A row an image.
  public let pixels: Matrix
  /// +1 or -1 an image.
  public let labels: [Double]
  public let shape: ImageShape

  /// Refuses what does not fit together: sizes, labels other than +-1, a class without images, numbers that are not finite.
  public init(pixels: Matrix, labels: [Double], shape: ImageShape) throws {
    guard pixels.rows == labels.count, pixels.columns == shape.size, shape.size > 0 else {
      throw ParameterError(
        parameter: "images", value: "\(pixels.rows) of \(pixels.columns) pixels",
        allowed: "one for each of \(labels.count) labels, of \(shape.size) pixels each")
    }
    guard labels.allSatisfy({ abs($0) == 1 }), labels.contains(1), labels.contains(-1) else {
      throw ParameterError(parameter: "labels", value: "\(Set(labels).sorted())", allowed: "+1 and -1, and some of each")
    }
    guard pixels.isFinite else { throw ParameterError(parameter: "images", value: "a pixel that is not finite", allowed: "finite numbers") }
    (self.pixels, self.labels, self.shape) = (pixels, labels, shape)
  }

  /// Of shape, labels and pixels: FNV-1a in 64 bits over words of 64 bits, as 16 hexadecimal digits. The same values give the same digest, whatever file they
  /// came from.
  public var digest: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: UInt64) { for byte in 0..<8 { hash = (hash ^ (word >> UInt64(8 * byte) & 0xFF)) &* 0x100_0000_01B3 } }
    for number in [shape.rows, shape.columns, shape.channels, shape.isPlanar ? 1 : 0, labels.count] { add(UInt64(number)) }
    pixels.withElements { elements in
      for (i, label) in labels.enumerated() {
        add(label.bitPattern)
        // One zero: -0 and 0 are the same pixel.
        for j in 0..<pixels.columns { add((elements[i * pixels.stride + j] + 0).bitPattern) }
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
