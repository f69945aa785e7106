/// The format of MNIST and its kin: 00 00 type rank, the sizes, the numbers, all big-endian.
enum IDX {
  private static let elements: [UInt8: NumberArray.Element] = [
    0x08: .init(kind: .unsigned, bytes: 1, isBigEndian: true), 0x09: .init(kind: .signed, bytes: 1, isBigEndian: true),
    0x0B: .init(kind: .signed, bytes: 2, isBigEndian: true), 0x0C: .init(kind: .signed, bytes: 4, isBigEndian: true),
    0x0D: .init(kind: .float, bytes: 4, isBigEndian: true), 0x0E: .init(kind: .float, bytes: 8, isBigEndian: true),
  ]

  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0, 0]) }

  static func decode(_ source: NamedBytes) throws(ImageError) -> NumberArray {
    let type = UInt8(try source.whole(at: 2, count: 1, "the type of its numbers"))
    guard let element = elements[type] else {
      throw source.error(at: 2, found: source.hexadecimal(2..<3), allowed: "one of IDX's types of numbers: 08, 09, 0b, 0c, 0d, 0e")
    }
    let rank = Int(try source.whole(at: 3, count: 1, "the rank"))
    guard 1...4 ~= rank else { throw source.error(at: 3, found: "rank \(rank)", allowed: "rank 1 of labels, 2 to 4 of images") }
    var shape: [Int] = []
    for i in 0..<rank { shape.append(Int(try source.whole(at: 4 + 4 * i, count: 4, isBigEndian: true, "the size of dimension \(i + 1)"))) }
    let first = 4 + 4 * rank
    try source.expect(shape, element, from: first)
    return NumberArray(source, first: first, shape: shape, element)
  }
}

extension NamedBytes {
  /// That just these numbers follow.
  func expect(_ shape: [Int], _ element: NumberArray.Element, from first: Int) throws(ImageError) {
    let words = shape.map(String.init).joined(separator: " x ")
    guard !shape.contains(0) else { throw error(at: first, found: "sizes \(words)", allowed: "sizes from 1") }
    guard let needed = NumberArray.product(shape + [element.bytes]), needed <= Int.max - first else {
      throw error(at: first, found: "sizes \(words)", allowed: "sizes whose product does not overflow")
    }
    guard bytes.count - first == needed else {
      throw error(
        at: min(bytes.count, first + needed), found: "\(bytes.count - first) bytes of numbers",
        allowed: "\(needed) bytes, of \(words) numbers of \(element.bytes) byte\(element.bytes == 1 ? "" : "s")")
    }
  }
}
