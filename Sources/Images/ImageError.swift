/// Why a file is refused: where, what was found there, what is allowed.
public struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Place: Sendable, Equatable {
    /// Bytes from the start of the file, or of what it holds compressed.
    case byte(Int)
    /// From 1.
    case line(Int)
    case whole
  }

  public let file: String
  public let place: Place
  public let found: String
  public let allowed: String

  public init(_ file: String, _ place: Place, found: String, allowed: String) {
    (self.file, self.place, self.found, self.allowed) = (file, place, found, allowed)
  }

  public var description: String {
    let at =
      switch place {
      case .byte(let offset): ", byte \(offset)"
      case .line(let line): ", line \(line)"
      case .whole: ""
      }
    // A file's bytes may be a terminal's commands.
    let words = "\(file)\(at): found \(found); allowed: \(allowed)".unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
    return String(words)
  }
}

/// A file's bytes, with the name that errors call them by.
package struct NamedBytes {
  let name: String
  let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

  func error(at offset: Int, found: String, allowed: String) -> ImageError { ImageError(name, .byte(offset), found: found, allowed: allowed) }

  /// As in "50 4b 03 04", at most eight of them.
  func hexadecimal(_ range: Range<Int>) -> String {
    let shown = bytes[range.clamped(to: bytes.indices)].prefix(8)
    return shown.isEmpty ? "the end" : shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  /// A number of `count` bytes, at most eight; refuses to read past the end.
  func whole(at offset: Int, count: Int, isBigEndian: Bool = false, _ what: String) throws(ImageError) -> UInt64 {
    guard offset >= 0, offset <= bytes.count - count else {
      throw error(at: min(max(offset, 0), bytes.count), found: "the end of \(bytes.count) bytes", allowed: "\(count) bytes: \(what)")
    }
    let order = isBigEndian ? Array(offset..<offset + count) : (offset..<offset + count).reversed()
    return order.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }
}
