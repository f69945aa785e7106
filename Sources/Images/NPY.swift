/// NumPy's format of one array: a magic, a version, a Python dictionary, the numbers.
enum NPY {
  private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  static func decode(_ source: NamedBytes) throws(ImageError) -> NumberArray {
    let version = (try source.whole(at: 6, count: 1, "the version"), try source.whole(at: 7, count: 1, "the version"))
    guard 1...3 ~= version.0, version.1 == 0 else {
      throw source.error(at: 6, found: "version \(version.0).\(version.1)", allowed: "versions 1.0, 2.0 and 3.0 of NPY")
    }
    let wide = version.0 > 1, start = wide ? 12 : 10
    let length = Int(try source.whole(at: 8, count: wide ? 4 : 2, "the length of the header"))
    guard length <= source.bytes.count - start else {
      throw source.error(at: 8, found: "a header of \(length) bytes", allowed: "at most the \(max(source.bytes.count - start, 0)) that follow")
    }
    var header = Header(source, start..<start + length)
    let (element, shape) = try header.parse()
    try source.expect(shape, element, from: start + length)
    return NumberArray(source, first: start + length, shape: shape, element)
  }

  /// A dictionary of 'descr', 'fortran_order' and 'shape' as Python writes it.
  private struct Header {
    private let source: NamedBytes
    private var at: Int
    private let end: Int

    init(_ source: NamedBytes, _ range: Range<Int>) { (self.source, at, end) = (source, range.lowerBound, range.upperBound) }

    mutating func parse() throws(ImageError) -> (NumberArray.Element, [Int]) {
      var element: NumberArray.Element?, shape: [Int]?, order: Bool?
      try take("{")
      while !next("}") {
        let begin = at, key = try text()
        try take(":")
        switch key {
        case "descr" where element == nil: element = try self.element()
        case "fortran_order" where order == nil: order = try isFortran()
        case "shape" where shape == nil: shape = try sizes()
        default: throw source.error(at: begin, found: "the key '\(key)'", allowed: "descr, fortran_order and shape, once each")
        }
        if !next(",") {
          try take("}")
          break
        }
      }
      skip()
      guard at == end else {
        throw source.error(at: at, found: "'\(Character(UnicodeScalar(source.bytes[at])))' behind the header's dictionary", allowed: "blanks")
      }
      guard let element, let shape, order != nil else {
        throw source.error(at: end, found: "the end of the header", allowed: "descr, fortran_order and shape in it")
      }
      return (element, shape)
    }

    private mutating func skip() { while at < end, [0x20, 0x0A, 0x09, 0x0D].contains(source.bytes[at]) { at += 1 } }

    private mutating func next(_ character: Character) -> Bool {
      skip()
      guard at < end, Character(UnicodeScalar(source.bytes[at])) == character else { return false }
      at += 1
      return true
    }

    private mutating func take(_ character: Character) throws(ImageError) {
      guard next(character) else { throw source.error(at: at, found: source.hexadecimal(at..<min(at + 1, end)), allowed: "'\(character)' in the header") }
    }

    private mutating func text() throws(ImageError) -> String {
      let quote: Character = next("\"") ? "\"" : "'"
      if quote == "'" { try take("'") }
      let begin = at
      while at < end, Character(UnicodeScalar(source.bytes[at])) != quote { at += 1 }
      guard at < end else { throw source.error(at: begin, found: "text without an end", allowed: "text in quotes") }
      at += 1
      return String(decoding: source.bytes[begin..<at - 1], as: UTF8.self)
    }

    private mutating func word() -> String {
      skip()
      let begin = at
      while at < end, UnicodeScalar(source.bytes[at]).properties.isAlphabetic || 0x30...0x39 ~= source.bytes[at] { at += 1 }
      return String(decoding: source.bytes[begin..<at], as: UTF8.self)
    }

    private mutating func isFortran() throws(ImageError) -> Bool {
      let begin = at, word = word()
      guard word == "False" else {
        throw source.error(at: begin, found: "fortran_order: \(word)", allowed: "False: arrays whose last index runs fastest (numpy.ascontiguousarray)")
      }
      return false
    }

    private mutating func element() throws(ImageError) -> NumberArray.Element {
      skip()
      let begin = at, descr = Array(at < end && [0x22, 0x27].contains(source.bytes[at]) ? try text() : "a structure")
      let kinds: [Character: NumberArray.Element.Kind] = ["u": .unsigned, "i": .signed, "f": .float]
      guard descr.count == 3, let kind = kinds[descr[1]], let bytes = descr[2].wholeNumberValue, descr[2].isASCII,
        (kind == .float ? [4, 8] : [1, 2, 4, 8]).contains(bytes), bytes == 1 ? "<>|".contains(descr[0]) : "<>".contains(descr[0])
      else {
        throw source.error(
          at: begin, found: "numbers of type \(String(descr))", allowed: "u1 to u8, i1 to i8, f4, f8, with < or > before it")
      }
      return NumberArray.Element(kind: kind, bytes: bytes, isBigEndian: descr[0] == ">")
    }

    private mutating func sizes() throws(ImageError) -> [Int] {
      try take("(")
      let begin = at
      var sizes: [Int] = []
      while !next(")") {
        let place = at, word = word()
        guard let size = Int(word), size >= 0 else { throw source.error(at: place, found: "'\(word)' as a size", allowed: "whole numbers from 0") }
        sizes.append(size)
        if !next(",") {
          guard sizes.count > 1 else { throw source.error(at: at, found: "no comma", allowed: "',' behind the only size") }
          try take(")")
          break
        }
      }
      guard 1...4 ~= sizes.count else { throw source.error(at: begin, found: "rank \(sizes.count)", allowed: "rank 1 of labels, 2 to 4 of images") }
      return sizes
    }
  }
}
