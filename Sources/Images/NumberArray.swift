/// A table of numbers as a file holds it: decoded where it is read, since a data set's bytes are an eighth of its numbers.
package struct NumberArray {
  /// How one number is written.
  struct Element: Equatable {
    enum Kind { case unsigned, signed, float }

    let kind: Kind
    /// 1, 2, 4 or 8; of floats 4 or 8.
    let bytes: Int
    let isBigEndian: Bool

    static let byte = Element(kind: .unsigned, bytes: 1, isBigEndian: false)

    /// A whole number of 64 bits that a double cannot hold is not finite here, and so refused.
    @inline(__always)
    func value(_ word: UInt64) -> Double {
      switch (kind, bytes) {
      case (.unsigned, _): word > 1 << 53 ? .nan : Double(word)
      case (.signed, _):
        { (signed: Int64) in signed.magnitude > 1 << 53 ? .nan : Double(signed) }(Int64(bitPattern: word << UInt64(64 - 8 * bytes)) >> Int64(64 - 8 * bytes))
      case (.float, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
      case (.float, _): Double(bitPattern: word)
      }
    }
  }

  private enum Content {
    /// Item i begins at first + i * pitch.
    case bytes([UInt8], first: Int, pitch: Int, Element)
    case numbers([Double])
  }

  /// The file's name, for errors.
  let name: String
  /// Items first.
  package let shape: [Int]
  /// How many numbers each item has.
  package let itemSize: Int
  private let content: Content

  var count: Int { shape[0] }

  /// - Parameters:
  ///   - shape: of at least one size; their product is known to fit.
  ///   - pitch: bytes from one item to the next; nil for as many as an item has.
  init(_ source: NamedBytes, first: Int, pitch: Int? = nil, shape: [Int], _ element: Element) {
    (name, self.shape) = (source.name, shape)
    itemSize = shape.dropFirst().reduce(1, *)
    content = .bytes(source.bytes, first: first, pitch: pitch ?? itemSize * element.bytes, element)
  }

  init(name: String, numbers: [Double], shape: [Int]) {
    (self.name, self.shape) = (name, shape)
    itemSize = shape.dropFirst().reduce(1, *)
    content = .numbers(numbers)
  }

  /// The numbers of one item, in the file's order.
  package func withItem(_ item: Int, _ body: (Int, Double) -> Void) {
    switch content {
    case .numbers(let numbers): for j in 0..<itemSize { body(j, numbers[item * itemSize + j]) }
    case .bytes(let bytes, let first, let pitch, let element):
      bytes.withUnsafeBufferPointer { bytes in
        var at = first + item * pitch
        for j in 0..<itemSize {
          var word: UInt64 = 0
          if element.isBigEndian {
            for k in 0..<element.bytes { word = word << 8 | UInt64(bytes[at + k]) }
          } else {
            for k in 0..<element.bytes { word |= UInt64(bytes[at + k]) << UInt64(8 * k) }
          }
          body(j, element.value(word))
          at += element.bytes
        }
      }
    }
  }

  /// Where an item's number is.
  func place(item: Int, _ j: Int) -> ImageError.Place {
    switch content {
    case .numbers: .line(item + 1)
    case .bytes(_, let first, let pitch, let element): .byte(first + item * pitch + j * element.bytes)
    }
  }

  /// The product of sizes; nil if it overflows.
  static func product(_ sizes: [Int]) -> Int? {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}
