import JSONText
import Platform

/// Where the files of a Zarr store go.
protocol ZarrDestination: AnyObject {
  func add(_ name: String, _ bytes: [UInt8]) throws
  func finish() throws
}

/// A folder.
final class ZarrFolder: ZarrDestination {
  private let folder: FolderWriter

  init(_ path: String) throws { folder = try FolderWriter(path, replacing: ".zgroup") }

  func add(_ name: String, _ bytes: [UInt8]) throws { try folder.write(bytes, to: name) }
  func finish() throws { try folder.finish() }
}

/// One file, a ZIP archive of the same files.
final class ZarrArchive: ZarrDestination {
  private let file: FileWriter
  private var archive: ZipArchive<FileWriter>

  init(_ path: String) throws {
    file = try FileWriter(path)
    archive = ZipArchive(to: file)
  }

  func add(_ name: String, _ bytes: [UInt8]) throws { try archive.add(name, bytes) }

  func finish() throws {
    try archive.finish()
    try file.finish()
  }
}

/// Arrays with named dimensions and attributes in the Zarr format, version 2 (https://zarr-specs.readthedocs.io), in chunks that zlib compresses, with the
/// dimension names that xarray reads.
struct ZarrStore {
  /// One array, its last dimension fastest.
  struct Array {
    enum Values {
      /// NaN where there is none.
      case numbers([Double])
      case counts([Int])
      /// Nil where it is not known: such an array is of whole numbers, and -1 means missing.
      case flags([Bool?])
      case texts([String])
    }

    let name: String
    let dimensions: [(name: String, size: Int)]
    let values: Values
    var attributes: [(String, JSON)] = []
  }

  private let destination: any ZarrDestination
  /// All metadata in one file, which readers find at once.
  private var consolidated: [(String, JSON)] = []

  init(to destination: any ZarrDestination, attributes: [(String, JSON)]) throws {
    self.destination = destination
    try addMetadata(".zgroup", .object([("zarr_format", .whole(2))]))
    try addMetadata(".zattrs", .object(attributes))
  }

  private mutating func addMetadata(_ name: String, _ json: JSON) throws {
    consolidated.append((name, json))
    try destination.add(name, Self.ascii(json))
  }

  /// Readers take metadata for ASCII, so letters beyond it are escaped.
  private static func ascii(_ json: JSON) -> [UInt8] {
    var text = ""
    for scalar in json.text.unicodeScalars {
      guard !scalar.isASCII else {
        text.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return Swift.Array((text + "\n").utf8)
  }

  /// Uncompressed bytes of a chunk, at most, where the first dimension allows it.
  private static let chunkBytes = 4 << 20

  mutating func add(_ array: Array) throws {
    let shape = array.dimensions.map(\.size), encoded = Encoded(array.values)
    let row = shape.dropFirst().reduce(encoded.size, *), rows = max(1, min(shape[0], Self.chunkBytes / max(row, 1)))
    let chunks = [rows] + shape.dropFirst()
    try addMetadata(
      array.name + "/.zarray",
      .object([
        ("zarr_format", .whole(2)), ("shape", .array(shape.map { .whole($0) })), ("chunks", .array(chunks.map { .whole(max($0, 1)) })),
        ("dtype", .string(encoded.type)), ("compressor", .object([("id", .string("zlib")), ("level", .whole(6))])), ("fill_value", encoded.fill),
        ("order", .string("C")), ("filters", .null),
      ]))
    let names = JSON.array(array.dimensions.map { .string($0.name) })
    try addMetadata(array.name + "/.zattrs", .object([("_ARRAY_DIMENSIONS", names)] + encoded.attributes + array.attributes))
    for (index, start) in stride(from: 0, to: shape[0], by: rows).enumerated() {
      var chunk = Swift.Array(encoded.bytes[start * row..<min(start + rows, shape[0]) * row])
      // Every chunk is whole; what lies beyond the array is not read.
      chunk += [UInt8](repeating: 0, count: rows * row - chunk.count)
      let place = [index] + shape.dropFirst().map { _ in 0 }
      try destination.add(array.name + "/" + place.map { "\($0)" }.joined(separator: "."), try Zlib.stream(chunk, level: 6))
    }
  }

  mutating func finish() throws {
    let metadata = JSON.object([("zarr_consolidated_format", .whole(1)), ("metadata", .object(consolidated))])
    try destination.add(".zmetadata", Self.ascii(metadata))
    try destination.finish()
  }

  /// Values as bytes, and how readers are to take them.
  private struct Encoded {
    let type: String
    let size: Int
    let bytes: [UInt8]
    let fill: JSON
    var attributes: [(String, JSON)] = []

    init(_ values: Array.Values) {
      switch values {
      case .numbers(let numbers):
        (type, size, fill) = ("<f8", 8, .string("NaN"))
        bytes = LittleEndian.bytes(numbers)
      case .counts(let counts):
        (type, size, fill) = ("<i8", 8, .null)
        bytes = LittleEndian.bytes(counts)
      case .flags(let flags) where flags.allSatisfy { $0 != nil }:
        (type, size, fill) = ("|b1", 1, .null)
        bytes = flags.map { $0 == true ? 1 : 0 }
      case .flags(let flags):
        (type, size, fill) = ("|i1", 1, .whole(-1))
        bytes = flags.map { $0.map { $0 ? 1 : 0 } ?? 0xFF }
        attributes = [("flag_values", .array([.whole(0), .whole(1)])), ("flag_meanings", .string("false true"))]
      case .texts(let texts):
        let encoded = LittleEndian.utf32(texts)
        (type, size, fill, bytes) = ("<U\(encoded.length)", 4 * encoded.length, .string(""), encoded.bytes)
      }
    }
  }
}
