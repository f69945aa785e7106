import FrontierNumerics
import JSONText
import Specs
import TestSupport
import Testing

/// Specifications as accidents make them: never a trap, never a hang, and every refusal has a place in the text and a reason.
@Suite struct SpecMutations {
  private static let count = 120_000
  private static let scraps = [
    "{", "}", "[", "]", ",", ":", "\"", "'", "//", "/*", "*/", "\\", "\\u", "0x", "-", "+", ".", "e9", "1e999", "NaN", "Infinity", "-0", "null", "true", "\n",
    "\u{FEFF}",
    "\u{2028}", "\u{0}", "snr", "axes", "parameters", "views", "from: ", "count: 3", "99999999999999999999", "0.1", "[[[[[[[[", "{a:{a:{a:", "\"log\"", "é",
    "😀",
  ]

  private func mutated(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = bytes
    for _ in 0...stream.below(4) {
      let at = Int(stream.below(UInt32(bytes.count + 1)))
      let end = min(bytes.count, at + Int(stream.below(12)))
      switch stream.below(6) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(UInt8(stream.below(256)), at: at)
      case 2: if at < bytes.count { bytes[at] ^= 1 << stream.below(8) }
      case 3: bytes.insert(contentsOf: bytes[at..<end], at: Int(stream.below(UInt32(bytes.count + 1))))
      case 4: bytes.replaceSubrange(at..<end, with: Array(Self.scraps[Int(stream.below(UInt32(Self.scraps.count)))].utf8))
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }

  @Test func neverATrap() throws {
    let originals = try shippedSpecs.map { Array(try Repository.file("sweeps/\($0).json5").utf8) }
    var stream = RandomKey(seed: 1).stream()
    var accepted = 0, reasons: Set<String> = []
    for i in 0..<Self.count {
      let bytes = mutated(originals[i % originals.count], &stream)
      do {
        _ = try SweepSpec(json5: bytes, file: "f")
        accepted += 1
      } catch {
        let lines = String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(1) { $0 + ("\n\r\u{2028}\u{2029}".unicodeScalars.contains($1) ? 1 : 0) }
        guard error.file == "f", 1...lines ~= error.place.line, error.place.column >= 1, !error.reason.isEmpty else {
          Issue.record("\(error) of \(String(decoding: bytes, as: UTF8.self))")
          return
        }
        reasons.insert(String(error.reason.prefix(20)))
      }
    }
    // Both ends of the decoder were reached.
    #expect(accepted > Self.count / 100 && accepted < Self.count / 2)
    #expect(reasons.count > 100)
  }
}
