import CZlib
import Platform

/// An archive that would be too large for the plain ZIP format.
public struct ArchiveTooLarge: Error, CustomStringConvertible {
  public var description: String { "the archive would be larger than 4 GiB, which this format cannot hold; export as csv instead" }
}

/// A ZIP archive of deflated members, written front to back. Its members carry the earliest date there is, so that the same contents give the same bytes.
struct ZipArchive<Sink: ByteSink> {
  private let sink: Sink
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0

  init(to sink: Sink) { self.sink = sink }

  mutating func add(_ name: String, _ contents: [UInt8]) throws {
    let packed = try deflated(contents)
    let start = offset
    // Version 2.0, UTF-8 names, deflated, 1 January 1980.
    var common = little(20, 2) + little(0x800, 2) + little(8, 2) + little(0, 2) + little(0x21, 2)
    common += little(checksum(contents), 4) + little(packed.count, 4) + little(contents.count, 4) + little(name.utf8.count, 2) + little(0, 2)
    try write(little(0x0403_4B50, 4) + common + Array(name.utf8))
    try write(packed)
    directory += little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(start, 4)
    directory += Array(name.utf8)
    count += 1
    guard offset + directory.count < UInt32.max, contents.count < UInt32.max, count < UInt16.max else { throw ArchiveTooLarge() }
  }

  mutating func finish() throws {
    let start = offset, size = directory.count
    try write(directory)
    try write(little(0x0605_4B50, 4) + little(0, 2) + little(0, 2) + little(count, 2) + little(count, 2) + little(size, 4) + little(start, 4) + little(0, 2))
  }

  private mutating func write(_ bytes: [UInt8]) throws {
    try sink.write(bytes)
    offset += bytes.count
  }

  private func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  /// zlib counts bytes in 32 bits, so large contents go in pieces.
  private static var piece: Int { 1 << 28 }

  private func checksum(_ contents: [UInt8]) -> Int {
    contents.withUnsafeBufferPointer { buffer in
      var sum = crc32(0, nil, 0)
      for start in stride(from: 0, to: buffer.count, by: Self.piece) {
        let part = buffer[start..<min(start + Self.piece, buffer.count)]
        sum = crc32(sum, UnsafeBufferPointer(rebasing: part).baseAddress, uInt(part.count))
      }
      return Int(sum)
    }
  }

  /// Raw deflate, as ZIP wants it.
  private func deflated(_ contents: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let code = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw CompressionFailed(code: code) }
    defer { deflateEnd(&stream) }
    var input = contents, result: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 1 << 18)
    return try input.withUnsafeMutableBufferPointer { input in
      try chunk.withUnsafeMutableBufferPointer { chunk in
        var fed = 0
        while true {
          if stream.avail_in == 0, fed < input.count {
            let count = min(Self.piece, input.count - fed)
            stream.next_in = input.baseAddress.map { $0 + fed }
            stream.avail_in = uInt(count)
            fed += count
          }
          stream.next_out = chunk.baseAddress
          stream.avail_out = uInt(chunk.count)
          let before = (stream.avail_in, stream.avail_out)
          let code = deflate(&stream, fed == input.count ? Z_FINISH : Z_NO_FLUSH)
          result.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
          if code == Z_STREAM_END { return result }
          // Input or room for output is there at every call, so that each must make some progress.
          guard code == Z_OK, (stream.avail_in, stream.avail_out) != before else { throw CompressionFailed(code: code == Z_OK ? Z_BUF_ERROR : code) }
        }
      }
    }
  }
}
