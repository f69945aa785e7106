import CZlib
import FrontierNumerics
import Images

/// Files of the formats, written by code of the tests' own.
enum Written {
  static func idx(type: UInt8, _ sizes: [Int], _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, type, UInt8(sizes.count)]
    for size in sizes { bytes += little(size, 4).reversed() }
    return bytes + payload
  }

  static func npy(_ descr: String, _ shape: String, _ payload: [UInt8], version: UInt8 = 1, order: String = "False") -> [UInt8] {
    let text = Array("{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8)
    bytes += [version, 0]
    bytes += little(text.count, version == 1 ? 2 : 4)
    bytes += text
    return bytes + payload
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  static func gzip(_ bytes: [UInt8], raw: Bool = false) -> [UInt8] {
    var stream = z_stream(), result = [UInt8](repeating: 0, count: bytes.count + 100), input = bytes
    deflateInit2_(&stream, 9, Z_DEFLATED, raw ? -15 : 31, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    let made = input.withUnsafeMutableBufferPointer { input in
      result.withUnsafeMutableBufferPointer { result in
        (stream.next_in, stream.avail_in, stream.next_out, stream.avail_out) = (input.baseAddress, uInt(input.count), result.baseAddress, uInt(result.count))
        deflate(&stream, Z_FINISH)
        return Int(stream.total_out)
      }
    }
    deflateEnd(&stream)
    return Array(result[..<made])
  }

  /// A zip archive of these entries, the second half of them deflated.
  static func zip(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var file: [UInt8] = [], directory: [UInt8] = []
    for (i, entry) in entries.enumerated() {
      let isPacked = 2 * i >= entries.count, packed = isPacked ? gzip(entry.bytes, raw: true) : entry.bytes, name = Array(entry.name.utf8)
      let sum = Int(entry.bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) })
      var common = little(0, 2)
      for (value, size) in [(isPacked ? 8 : 0, 2), (0, 4), (sum, 4), (packed.count, 4), (entry.bytes.count, 4)] { common += little(value, size) }
      let start = file.count
      file += [0x50, 0x4B, 3, 4, 20, 0]
      file += common
      file += little(name.count, 2)
      file += little(0, 2)
      file += name
      file += packed
      directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0]
      directory += common
      directory += little(name.count, 2)
      directory += little(0, 12)
      directory += little(start, 4)
      directory += name
    }
    var end: [UInt8] = [0x50, 0x4B, 5, 6]
    for (value, size) in [(0, 4), (entries.count, 2), (entries.count, 2), (directory.count, 4), (file.count, 4), (0, 2)] { end += little(value, size) }
    return file + directory + end
  }
}

/// What a file decodes to: sizes and numbers, labels behind them.
struct Decoded: Equatable {
  var shape: [Int]
  var numbers: [UInt64]
  var labels: [UInt64] = []

  init(_ bytes: [UInt8], array: String? = nil, format: CIFAR? = nil) throws {
    let found = try ImageRequest.decode(NamedBytes(name: "file", bytes: bytes), array: array, format, .fine)
    func all(_ numbers: NumberArray) -> [UInt64] {
      var all: [UInt64] = []
      for item in 0..<numbers.shape[0] { numbers.withItem(item) { all.append($1.bitPattern) } }
      return all
    }
    (shape, numbers, labels) = (found.numbers.shape, all(found.numbers), found.labels.map(all) ?? [])
  }

  init(shape: [Int], numbers: [Double], labels: [Double] = []) {
    (self.shape, self.numbers, self.labels) = (shape, numbers.map(\.bitPattern), labels.map(\.bitPattern))
  }
}

/// One number of a file, read in the way of the language and not of the project; whole numbers that a double may not hold are none.
func number(_ bytes: ArraySlice<UInt8>, _ kind: Character, isBigEndian: Bool) -> Double {
  let bytes = isBigEndian ? bytes.reversed() : Array(bytes)
  return bytes.withUnsafeBytes { raw -> Double in
    switch (kind, raw.count) {
    case ("u", 1): Double(raw.loadUnaligned(as: UInt8.self))
    case ("u", 2): Double(raw.loadUnaligned(as: UInt16.self))
    case ("u", 4): Double(raw.loadUnaligned(as: UInt32.self))
    case ("u", _): { $0 > 1 << 53 ? .nan : Double($0) }(raw.loadUnaligned(as: UInt64.self))
    case ("i", 1): Double(raw.loadUnaligned(as: Int8.self))
    case ("i", 2): Double(raw.loadUnaligned(as: Int16.self))
    case ("i", 4): Double(raw.loadUnaligned(as: Int32.self))
    case ("i", _): { $0.magnitude > 1 << 53 ? .nan : Double($0) }(raw.loadUnaligned(as: Int64.self))
    case (_, 4): Double(raw.loadUnaligned(as: Float.self))
    default: raw.loadUnaligned(as: Double.self)
    }
  }
}
