import CZlib

/// zlib could not compress.
public struct CompressionFailed: Error, Equatable, CustomStringConvertible {
  /// As zlib.h numbers them.
  public let code: Int32
  public var description: String { "zlib could not compress (\(String(cString: zError(code))), code \(code)); an export as csv needs no compression" }
}

package enum Zlib {
  /// A whole zlib stream.
  ///
  /// - Parameter level: from 1, fast, to 9, small.
  package static func stream(_ bytes: [UInt8], level: Int32) throws(CompressionFailed) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    let code = compress2(&packed, &length, bytes, uLong(bytes.count), level)
    guard code == Z_OK else { throw CompressionFailed(code: code) }
    return Array(packed[..<Int(length)])
  }
}
