/// NumPy's archives of arrays (NPZ): a zip file whose entries are stored or deflated.
struct ZIP {
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) }

  private struct Entry {
    let name: String
    let place: Int
    let method, packed, size, header: Int
    let checksum: UInt32
  }

  private let source: NamedBytes
  private var entries: [Entry] = []

  /// Reads the directory at the end.
  init(_ source: NamedBytes) throws(ImageError) {
    self.source = source
    let end = try Self.end(of: source)
    let count = Int(try source.whole(at: end + 10, count: 2, "how many entries there are")), size = Int(try source.whole(at: end + 12, count: 4, "its size"))
    var at = Int(try source.whole(at: end + 16, count: 4, "where the directory begins"))
    guard at + size == end, try source.whole(at: end + 4, count: 4, "numbers of disks") == 0, try source.whole(at: end + 8, count: 2, "entries here") == count
    else {
      throw source.error(at: end, found: "a directory of \(size) bytes at byte \(at)", allowed: "one that ends here, in one file of less than 4 GiB")
    }
    for _ in 0..<count {
      let entry = try self.entry(at: at, before: end)
      if entries.contains(where: { $0.name == entry.name }) {
        throw source.error(at: at, found: "a second entry '\(entry.name)'", allowed: "names that differ")
      }
      entries.append(entry)
      at = entry.place
    }
    guard at == end else { throw source.error(at: at, found: "\(end - at) bytes more in the directory", allowed: "\(count) entries, as it says") }
  }

  /// The last record: what stands behind it is a comment, of the length that it says.
  private static func end(of source: NamedBytes) throws(ImageError) -> Int {
    var at = source.bytes.count - 22
    while at >= max(0, source.bytes.count - 22 - 0xFFFF) {
      if source.bytes[at..<at + 4].elementsEqual([0x50, 0x4B, 0x05, 0x06]),
        try source.whole(at: at + 20, count: 2, "the length of the comment") == source.bytes.count - at - 22
      {
        return at
      }
      at -= 1
    }
    throw source.error(at: source.bytes.count, found: "no directory at the end", allowed: "a whole zip archive: the file is cut or goes on behind it")
  }

  private func entry(at: Int, before end: Int) throws(ImageError) -> Entry {
    func field(_ offset: Int, _ count: Int) throws(ImageError) -> Int { Int(try source.whole(at: at + offset, count: count, "an entry of the directory")) }
    guard try field(0, 4) == 0x0201_4B50 else {
      throw source.error(at: at, found: source.hexadecimal(at..<at + 4), allowed: "50 4b 01 02, an entry of the directory")
    }
    guard try field(8, 2) & 1 == 0 else { throw source.error(at: at + 8, found: "an encrypted entry", allowed: "entries that are not") }
    let lengths = (try field(28, 2), try field(30, 2), try field(32, 2)), method = try field(10, 2)
    let next = at + 46 + lengths.0 + lengths.1 + lengths.2
    guard next <= end else {
      throw source.error(at: at + 28, found: "an entry of \(next - at) bytes", allowed: "at most the \(end - at) that the directory has left")
    }
    guard method == 0 || method == 8 else { throw source.error(at: at + 10, found: "compression \(method)", allowed: "0 (stored) or 8 (deflated)") }
    let name = String(decoding: source.bytes[at + 46..<at + 46 + lengths.0], as: UTF8.self)
    return Entry(
      name: name, place: next, method: method, packed: try field(20, 4), size: try field(24, 4), header: try field(42, 4), checksum: UInt32(try field(16, 4)))
  }

  /// As `numpy.load` calls them.
  var names: [String] { entries.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name } }

  func array(_ name: String) throws(ImageError) -> NumberArray {
    guard let entry = entries.first(where: { $0.name == name + ".npy" }) ?? entries.first(where: { $0.name == name }) else {
      throw ImageError(source.name, .whole, found: "no array '\(name)'", allowed: names.joined(separator: ", "))
    }
    let bytes = NamedBytes(name: source.name + ":" + name, bytes: try content(of: entry))
    guard NPY.isOne(bytes.bytes) else { throw bytes.error(at: 0, found: bytes.hexadecimal(0..<6), allowed: "93 4e 55 4d 50 59, an NPY array") }
    return try NPY.decode(bytes)
  }

  private func content(of entry: Entry) throws(ImageError) -> [UInt8] {
    let header = entry.header
    let signature = try source.whole(at: header, count: 4, "an entry"), method = Int(try source.whole(at: header + 8, count: 2, "its compression"))
    let name = Int(try source.whole(at: header + 26, count: 2, "the length of its name")), more = Int(try source.whole(at: header + 28, count: 2, "of more"))
    let first = header + 30 + name + more
    guard signature == 0x0403_4B50, method == entry.method, first <= source.bytes.count,
      String(decoding: source.bytes[header + 30..<header + 30 + name], as: UTF8.self) == entry.name
    else { throw source.error(at: header, found: source.hexadecimal(header..<header + 4), allowed: "the entry '\(entry.name)' that the directory names") }
    guard entry.packed <= source.bytes.count - first else {
      throw source.error(at: first, found: "\(source.bytes.count - first) bytes", allowed: "\(entry.packed) of the entry '\(entry.name)'")
    }
    let range = first..<first + entry.packed
    let content = entry.method == 0 ? Array(source.bytes[range]) : try Inflate.deflate(source, in: range)
    guard content.count == entry.size, Inflate.checksum(content[...]) == entry.checksum else {
      throw source.error(
        at: first, found: "\(content.count) bytes of another checksum", allowed: "the \(entry.size) bytes of '\(entry.name)' as they were written")
    }
    return content
  }
}
