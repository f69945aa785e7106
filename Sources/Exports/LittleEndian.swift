/// Numbers and texts as the bytes of files that name their order.
package enum LittleEndian {
  package static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] { words.map(\.littleEndian).withUnsafeBytes { Array($0) } }
  package static func bytes(_ numbers: [Double]) -> [UInt8] { bytes(numbers.map(\.bitPattern)) }

  /// Texts of one length in UTF-32, the shorter ones filled up with zeros.
  static func utf32(_ texts: [String]) -> (length: Int, bytes: [UInt8]) {
    let scalars = texts.map { $0.unicodeScalars.map(\.value) }, length = max(1, scalars.map(\.count).max() ?? 0)
    return (length, bytes(scalars.flatMap { $0 + [UInt32](repeating: 0, count: length - $0.count) }))
  }
}
