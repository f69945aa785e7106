import CZlib
import Platform

/// What zlib unpacks, refused where it is cut, changed or goes on.
enum Inflate {
  /// More is refused: it would not fit in memory.
  private static var mostBytes: Int { min(4 << 30, Memory.available / 2) }

  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// A gzip file of one member or several, checked by its checksums.
  static func gzip(_ source: NamedBytes) throws(ImageError) -> NamedBytes {
    var result: [UInt8] = [], at = 0
    repeat {
      at += try unpack(source, from: at, to: source.bytes.count, window: 15 + 16, into: &result)
    } while at < source.bytes.count
    return NamedBytes(name: source.name, bytes: result)
  }

  /// A raw deflate stream that must fill these bytes.
  static func deflate(_ source: NamedBytes, in range: Range<Int>) throws(ImageError) -> [UInt8] {
    var result: [UInt8] = []
    let used = try unpack(source, from: range.lowerBound, to: range.upperBound, window: -15, into: &result)
    guard used == range.count else {
      throw source.error(at: range.lowerBound + used, found: "\(range.count - used) bytes behind the end of what is compressed", allowed: "none")
    }
    return result
  }

  /// - Returns: how many bytes the stream had.
  private static func unpack(_ source: NamedBytes, from first: Int, to end: Int, window: Int32, into result: inout [UInt8]) throws(ImageError) -> Int {
    var stream = z_stream(), used = 0
    guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw source.error(at: first, found: "no memory to unpack it", allowed: "as much as zlib needs")
    }
    defer { inflateEnd(&stream) }
    let most = mostBytes
    var room = [UInt8](repeating: 0, count: 1 << 18), code = Z_OK
    while code != Z_STREAM_END {
      let chunk = min(end - first - used, 1 << 24), capacity = room.count
      let (taken, made): (Int, Int) = source.bytes.withUnsafeBufferPointer { bytes in
        room.withUnsafeMutableBufferPointer { room in
          // zlib does not write to its input.
          stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress.map { $0 + first + used })
          stream.avail_in = uInt(chunk)
          stream.next_out = room.baseAddress
          stream.avail_out = uInt(capacity)
          code = inflate(&stream, Z_NO_FLUSH)
          return (chunk - Int(stream.avail_in), capacity - Int(stream.avail_out))
        }
      }
      used += taken
      result += room[..<made]
      guard result.count <= most else {
        throw source.error(at: first + used, found: "more than \(Memory.words(most)) when unpacked", allowed: "at most 4 GiB, and half of the memory there is")
      }
      switch code {
      case Z_STREAM_END: break
      case Z_OK where taken > 0 || made > 0: break
      case Z_OK, Z_BUF_ERROR:
        throw source.error(at: end, found: "the end", allowed: "the rest of what is compressed: the file is cut")
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? String(cString: zError(code))
        throw source.error(at: first + used, found: "compressed data that zlib refuses (\(reason))", allowed: "gzip or deflate with its own checksum")
      }
    }
    return used
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, z_size_t($0.count))) }
  }
}
