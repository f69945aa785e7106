import JSONText
import Testing

/// The parser against the JSON5 specification (https://spec.json5.org).
@Suite struct ParserTests {
  /// A value in Python's way, so that an expectation is one line.
  private func text(_ value: JSON5Value) -> String {
    switch value.content {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .number(let number): "\(number.value)"
    case .string(let text): "'\(text)'"
    case .array(let elements): "[" + elements.map { self.text($0) }.joined(separator: ", ") + "]"
    case .object(let members): "{" + members.map { "\($0.key): \(self.text($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  static let valid: [(text: String, value: String)] = [
    ("null", "None"), ("true", "True"), (" false ", "False"), ("''", "''"), ("[]", "[]"), ("{}", "{}"),
    ("[1,]", "[1.0]"), ("{a:1,}", "{a: 1.0}"), ("{b: 2, a: 1}", "{b: 2.0, a: 1.0}"), ("{'a b': [null]}", "{a b: [None]}"),
    ("{$_é1: 1}", "{$_é1: 1.0}"), ("{\\u0061b: 1}", "{ab: 1.0}"), ("{null: null}", "{null: None}"),
    ("// a\n1 // b", "1.0"), ("/* a\n* / **/1/**/", "1.0"), ("\u{FEFF}\u{A0}\t1\u{2028}", "1.0"),
    ("0", "0.0"), ("-0", "-0.0"), ("+1.5", "1.5"), (".5", "0.5"), ("5.", "5.0"), ("-.5e-1", "-0.05"), ("1E3", "1000.0"), ("5.e2", "500.0"),
    ("0x1F", "31.0"), ("-0Xff", "-255.0"), ("Infinity", "inf"), ("-Infinity", "-inf"), ("NaN", "nan"), ("1e999", "inf"), ("1e-999", "0.0"),
    ("0.1", "0.1"), ("123456789012345678", "1.2345678901234568e+17"),
    (#""a\"b""#, "'a\"b'"), (#"'a"b\'c'"#, "'a\"b'c'"), (#"'\x41\u0042\t'"#, "'AB\t'"), (#"'\uD83D\uDE00'"#, "'😀'"), ("'a\\\nb'", "'ab'"),
    ("'a\\\r\nb'", "'ab'"), (#"'\q\0'"#, "'q\0'"), ("'\u{2028}'", "'\u{2028}'"),
  ]

  @Test(arguments: valid.indices) func reads(index: Int) throws {
    let (source, expected) = Self.valid[index]
    #expect(text(try JSON5.parse(source)) == expected)
    #expect(text(try JSON5.parse(utf8: Array(source.utf8))) == expected)
  }

  static let invalid: [(text: String, place: String, words: String)] = [
    ("", "1:1", "a value is needed"), ("  \n ", "2:2", "a value is needed"), ("1 2", "1:3", "nothing may follow"), ("{a:1}}", "1:6", "nothing may follow"),
    ("[1 2]", "1:4", "',' or ']'"), ("[1,,2]", "1:4", "a value is needed here"), ("[1", "1:3", "',' or ']'"), ("[", "1:2", "no end"),
    ("{a 1}", "1:4", "':' is needed"), ("{a:}", "1:4", "a value is needed"), ("{1:1}", "1:2", "a key is needed"), ("{a:1 b:2}", "1:6", "',' or '}'"),
    ("{a:1,\n b:2,\n a:3}", "3:2", "again, after 1:2"), ("{a:1, \"\\u0061\":2}", "1:7", "again"), ("{", "1:2", "no end"),
    ("'abc", "1:5", "not closed"), ("'a\nb'", "1:3", "not closed"), (#"'\x4g'"#, "1:2", "2 hexadecimal digits"), (#"'\u12'"#, "1:2", "4 hexadecimal"),
    (#"'\1'"#, "1:2", "not an escape"), (#"'\01'"#, "1:2", "not an escape"), (#"'\uD800'"#, "1:2", "surrogate"), (#"'\uDC00'"#, "1:2", "surrogate"),
    ("hello", "1:1", "in quotes"), ("True", "1:1", "in quotes"), ("01", "1:1", "begin with 0"), ("1.2.3", "1:4", "no place in a number"),
    ("1e", "1:3", "exponent"), (".", "1:1", "digit"), ("+", "1:1", "digit"), ("-true", "1:1", "number is needed"), ("0x", "1:1", "hexadecimal"),
    ("0xZ", "1:1", "hexadecimal"), ("1a", "1:2", "no place"), ("/* a", "1:1", "no end"), ("/1", "1:1", "comment"), ("{a\\n:1}", "1:3", "\\u"),
    ("#", "1:1", "'#'"), ("\u{0}", "1:1", "U+0000"), ("[1;2]", "1:3", "';'"), ("1\r\n\r\n?", "3:1", "nothing may follow"),
  ]

  @Test(arguments: invalid.indices) func refusesWithPlaceAndReason(index: Int) throws {
    let (source, place, words) = Self.invalid[index]
    let error = #expect(throws: JSON5Error.self) { _ = try JSON5.parse(source) }
    #expect(error.map { "\($0.place)" } == place, "\(source): \(String(describing: error))")
    #expect(error?.reason.contains(words) == true, "\(source): \(String(describing: error))")
  }

  @Test func placesOfValues() throws {
    guard case .object(let members) = try JSON5.parse("{ // é\n  a: [1,\r\n 2], bé: 'x',c:3 }").content, members.count == 3 else {
      Issue.record("no object")
      return
    }
    #expect(members.map { "\($0.key) \($0.place) \($0.value.place)" } == ["a 2:3 2:6", "bé 3:6 3:10", "c 3:14 3:16"])
    guard case .array(let elements) = members[0].value.content else { return }
    #expect(elements.map { "\($0.place)" } == ["2:7", "3:2"])
  }

  @Test func bytesThatAreNotText() throws {
    for bytes in [[0x5B, 0x0A, 0x20, 0xFF], [0x5B, 0x0A, 0x20, 0xC3], [0x5B, 0x0A, 0x20, 0xED, 0xA0, 0x80]] as [[UInt8]] {
      let error = #expect(throws: JSON5Error.self) { _ = try JSON5.parse(utf8: bytes) }
      #expect(error.map { "\($0)" } == "2:2: this is not text in UTF-8")
    }
  }

  @Test func depthIsLimited() throws {
    let deepest = JSON5.deepest
    _ = try JSON5.parse(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
    for opening in ["[", "{a:"] {
      let error = #expect(throws: JSON5Error.self) { _ = try JSON5.parse(String(repeating: opening, count: 1_000_000)) }
      #expect(error?.reason.contains("deep") == true)
    }
  }

  static let wholes: [(text: String, whole: Int?)] = [
    ("0", 0), ("-0", 0), ("+7", 7), ("1e3", 1000), ("2.0", 2), ("2.5", nil), ("0x10", 16), ("-0x10", -16), ("1e300", nil), ("Infinity", nil), ("NaN", nil),
    ("9223372036854775807", .max), ("9223372036854775808", nil), ("-9223372036854775808", .min), ("9007199254740993", 9_007_199_254_740_993),
    ("9007199254740991.0", 9_007_199_254_740_991), ("9007199254740993.0", nil), ("18014398509481985.0", nil), ("0x1FFFFFFFFFFFFFFFF", nil),
  ]

  @Test(arguments: wholes.indices) func wholeNumbersLoseNoDigit(index: Int) throws {
    let (source, whole) = Self.wholes[index]
    guard case .number(let number) = try JSON5.parse(source).content else {
      Issue.record("\(source) is no number")
      return
    }
    #expect(number.exactly(Int.self) == whole, "\(source)")
  }
}
