import Foundation
import JSONText
import Testing

/// What is written is JSON as Foundation reads it, and comes back the same.
@Suite struct WriterTests {
  static let texts = ["", "plain", "\"quoted\" \\ back", "line\nfeed\ttab\r", "\u{1}\u{7F}\u{85}\u{2028}", "é 😀 𝄞", "</script>"]

  @Test(arguments: texts) func textComesBack(text: String) throws {
    let written = JSON.string(text).text
    let read = try JSONSerialization.jsonObject(with: Data("[\(written)]".utf8)) as? [String]
    #expect(read == [text])
    guard case .string(let again) = try JSON5.parse(written).content else {
      Issue.record("\(written) is no text")
      return
    }
    #expect(again == text)
  }

  @Test func numbersKeepTheirBits() throws {
    let words = sequence(first: 1 as UInt64) { $0 &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }.prefix(10_000)
    let random = words.map { Double(bitPattern: $0) }.filter(\.isFinite)
    for value in [0, -0.0, 1, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .leastNormalMagnitude, 1e22, 123_456_789.125] + random {
      guard case .number(let number) = try JSON5.parse(JSON.number(value).text).content else {
        Issue.record("\(value)")
        continue
      }
      #expect(number.value.bitPattern == value.bitPattern)
    }
  }

  /// For a person: what fits on a line stands on one, and the text means the same.
  @Test func aPageMeansTheSame() throws {
    let value = JSON.object([
      ("name", .string("a")), ("short", .array([.whole(1), .number(0.5)])), ("empty", .object([])),
      ("long", .array([.object((0..<20).map { ("key\($0)", .whole($0)) }), .string("x")])),
    ])
    let lines = value.page.split(separator: "\n")
    #expect(lines.contains("  \"short\": [1, 0.5],") && lines.contains("      \"key7\": 7,") && lines.allSatisfy { $0.count <= 120 })
    #expect(try JSON5.parse(value.page).json == value)
  }

  @Test func objectsAndLists() throws {
    let value = JSON.object([
      ("b", .array([.whole(1), .null, .bool(true)])), ("a", .object([])), ("c", .array([])), ("d", .number(.infinity)), ("e", .number(.nan)),
    ])
    #expect(value.text == #"{"b": [1, null, true], "a": {}, "c": [], "d": null, "e": null}"#)
  }
}
