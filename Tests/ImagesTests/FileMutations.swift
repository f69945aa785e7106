import FrontierNumerics
import Images
import Testing

/// Files as accidents make them: never a trap, never a hang, and what is accepted is what is written there by another reading of the format. Where a checksum
/// guards the content (gzip, NPZ) that is the original: another content passes CRC-32 once in 4e9 times.
@Suite struct FileMutations {
  private static let count = 100_000

  private func mutated(_ original: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = original
    for _ in 0...stream.below(3) {
      let at = Int(stream.below(UInt32(bytes.count + 1))), end = min(bytes.count, at + Int(stream.below(12)))
      // Half of the accidents befall the beginning, where formats say what they are.
      let near = min(at, Int(stream.below(2)) == 0 ? bytes.count : Int(stream.below(128)))
      switch stream.below(7) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(UInt8(stream.below(256)), at: near)
      case 2, 3: if near < bytes.count { bytes[near] ^= 1 << stream.below(8) }
      case 4: bytes.insert(contentsOf: bytes[at..<end], at: Int(stream.below(UInt32(bytes.count + 1))))
      case 5: if near < bytes.count { bytes[near] = [0, 1, 0x7F, 0x80, 0xFF, 0x2C, 0x0A, 0x31][Int(stream.below(8))] }
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }

  /// - Parameter read: the same file by another reading; nil for one that is to be refused.
  private func mutate(_ originals: [[UInt8]], array: String? = nil, format: CIFAR? = nil, seed: Int, _ read: ([UInt8], Int) -> Decoded?) throws {
    for (i, original) in originals.enumerated() {
      let decoded = try Decoded(original, array: array, format: format)
      try #require(decoded == read(original, i), "file \(i) is misread before anything befalls it")
    }
    var stream = RandomKey(seed: UInt64(seed)).stream(), accepted = 0, refused = 0, misread = 0
    for i in 0..<Self.count {
      let which = i % originals.count, bytes = mutated(originals[which], &stream)
      do {
        let decoded = try Decoded(bytes, array: array, format: format)
        accepted += 1
        if decoded != read(bytes, which) { misread += 1 }
      } catch let error as ImageError {
        refused += 1
        if error.found.isEmpty || error.allowed.isEmpty { misread += 1 }
      }
    }
    #expect(misread == 0 && accepted > 100 && refused > 10_000, "\(accepted) accepted, \(refused) refused, \(misread) misread")
  }

  /// Random bytes, of which eight make no NaN.
  private static func payload(_ count: Int, seed: UInt64) -> [UInt8] {
    var stream = RandomKey(seed: seed).stream()
    return (0..<count).map { $0 % 8 == 3 || $0 % 8 == 4 ? 0x40 : UInt8(stream.below(64)) }
  }

  @Test func idx() throws {
    let files = [
      Written.idx(type: 8, [3, 4, 5], Self.payload(60, seed: 1)), Written.idx(type: 9, [12], Self.payload(12, seed: 2)),
      Written.idx(type: 0x0B, [2, 6], Self.payload(24, seed: 3)), Written.idx(type: 0x0C, [2, 2, 3, 2], Self.payload(96, seed: 4)),
      Written.idx(type: 0x0D, [4, 3], Self.payload(48, seed: 5)), Written.idx(type: 0x0E, [3, 3], Self.payload(72, seed: 6)),
    ]
    let kinds: [UInt8: (Character, Int)] = [8: ("u", 1), 9: ("i", 1), 0x0B: ("i", 2), 0x0C: ("i", 4), 0x0D: ("f", 4), 0x0E: ("f", 8)]
    try mutate(files, seed: 11) { bytes, _ in
      // Another beginning may make another format of a file, but no short one.
      guard bytes.count >= 8, bytes[0] == 0, bytes[1] == 0, let (kind, size) = kinds[bytes[2]], 1...4 ~= bytes[3] else { return nil }
      let rank = Int(bytes[3]), first = 4 + 4 * rank
      guard bytes.count >= first else { return nil }
      let sizes = (0..<rank).map { i in Int(number(bytes[4 + 4 * i..<8 + 4 * i], "u", isBigEndian: true)) }
      guard !sizes.contains(0) else { return nil }
      // None of these sizes overflows: the file would have to be as long.
      guard sizes.map(Double.init).reduce(Double(size), *) == Double(bytes.count - first) else { return nil }
      let numbers = Swift.stride(from: first, to: bytes.count, by: size).map { number(bytes[$0..<$0 + size], kind, isBigEndian: true) }
      return Decoded(shape: sizes, numbers: numbers)
    }
  }

  @Test func npy() throws {
    let kinds = ["|u1", "<u2", ">u4", "<u8", "|i1", ">i2", "<i4", ">i8", "<f4", ">f4", "<f8", ">f8"]
    let files = kinds.enumerated().map { i, descr in
      let size = descr.last?.wholeNumberValue ?? 1
      return Written.npy(descr, i % 2 == 0 ? "(2, 3)" : "(6,)", Self.payload(6 * size, seed: UInt64(20 + i)), version: UInt8(1 + i % 3))
    }
    let header = /^\s*\{(?<body>[^{}]*)\}\s*$/, descr = /(['"])descr\1\s*:\s*(['"])(?<order>[<>|])(?<kind>[uif])(?<size>[1248])\2/
    let shape = /(['"])shape\1\s*:\s*\((?<sizes>[0-9,\s]*)\)/, order = /(['"])fortran_order\1\s*:\s*False/
    try mutate(files, seed: 12) { bytes, _ in
      guard bytes.count > 12, bytes[..<6].elementsEqual([0x93] + Array("NUMPY".utf8)), 1...3 ~= bytes[6], bytes[7] == 0 else { return nil }
      let wide = bytes[6] > 1, start = wide ? 12 : 10, length = Int(number(bytes[8..<start], "u", isBigEndian: false))
      guard start + length <= bytes.count else { return nil }
      let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
      guard let body = try? header.wholeMatch(in: text)?.body, let type = try? descr.firstMatch(in: body), let sizes = try? shape.firstMatch(in: body)?.sizes,
        (try? order.firstMatch(in: body)) != nil, let size = Int(type.size), let kind = type.kind.first
      else { return nil }
      let numbers = sizes.split(separator: ",").compactMap { part in Int(part.filter { !$0.isWhitespace }) }
      guard !numbers.isEmpty, !numbers.contains(0), numbers.map(Double.init).reduce(Double(size), *) == Double(bytes.count - start - length) else { return nil }
      return Decoded(
        shape: numbers,
        numbers: Swift.stride(from: start + length, to: bytes.count, by: size).map { number(bytes[$0..<$0 + size], kind, isBigEndian: type.order == ">") })
    }
  }

  @Test func npz() throws {
    let arrays = [Written.npy("|u1", "(2, 3)", Self.payload(6, seed: 40)), Written.npy("<f8", "(3,)", Self.payload(24, seed: 41))]
    let file = Written.zip([("one.npy", arrays[0]), ("two.npy", arrays[1])])
    for (i, name) in ["one", "two"].enumerated() {
      let original = try Decoded(arrays[i])
      try mutate([file], array: name, seed: 13 + i) { _, _ in original }
    }
  }

  @Test func gzip() throws {
    let inner = Written.idx(type: 8, [3, 4, 5], Self.payload(60, seed: 50)), original = try Decoded(inner)
    // Two members are one file.
    let files = [Written.gzip(inner), Written.gzip(Array(inner[..<20])) + Written.gzip(Array(inner[20...]))]
    try mutate(files, seed: 15) { _, _ in original }
  }

  @Test func cifar() throws {
    for (format, labels) in [(CIFAR.cifar10, 1), (.cifar100, 2)] {
      let record = labels + 3072, file = [7, 5].flatMap { label in (0..<record).map { $0 < labels ? UInt8(label) : UInt8($0 % 251) } }
      try mutate([file], format: format, seed: 15 + labels) { bytes, _ in
        guard bytes.count > 0, bytes.count % record == 0 else { return nil }
        let count = bytes.count / record
        for i in 0..<count { guard bytes[i * record] < (labels == 1 ? 10 : 20), labels == 1 || bytes[i * record + 1] < 100 else { return nil } }
        return Decoded(
          shape: [count, 3, 32, 32], numbers: (0..<count).flatMap { i in bytes[i * record + labels..<(i + 1) * record].map { Double($0) } },
          labels: (0..<count).map { Double(bytes[$0 * record + labels - 1]) })
      }
    }
  }

  @Test func csv() throws {
    let files = ["0,1.5,-2e3,7\n4,5,6,1\n", "1,2\r\n3,4\r\n", "0.25, 1e-3 ,+3\n.5,5.,2\n"].map { Array($0.utf8) }
    try mutate(files, seed: 18) { bytes, _ in
      guard bytes.last == 0x0A, let text = String(validating: bytes, as: UTF8.self) else { return nil }
      let rows = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).map { String($0).filter { $0 != " " && $0 != "\t" && $0 != "\r" } }
      }
      let numbers = rows.map { row in row.compactMap { Double($0) } }
      guard let width = rows.first?.count, width > 1, rows.allSatisfy({ $0.count == width }), numbers.allSatisfy({ $0.count == width }) else { return nil }
      return Decoded(shape: [rows.count, width - 1], numbers: numbers.flatMap { $0.dropLast() }, labels: numbers.map { $0[width - 1] })
    }
  }
}
