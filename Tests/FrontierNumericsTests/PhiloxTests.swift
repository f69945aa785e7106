import CKernels
import FrontierNumerics
import Testing

/// The kernels' variants that this machine can run.
func runnableVariants() -> [(name: String, kernels: ck_kernels)] {
  [("baseline", CK_BASELINE), ("AVX2", CK_AVX2), ("AVX-512", CK_AVX512)].compactMap { name, isa in
    ck_variant(isa).map { (name, $0.pointee) }
  }
}

/// Philox4x32-10 against the known answers that its authors publish with Random123 (kat_vectors).
@Suite struct PhiloxTests {
  static let known: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>)] = [
    (SIMD4(repeating: 0), SIMD2(repeating: 0), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (SIMD4(repeating: .max), SIMD2(repeating: .max), SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ]

  @Test func blockGivesTheKnownAnswers() {
    for vector in Self.known { #expect(Philox.block(vector.counter, key: vector.key) == vector.words) }
  }

  @Test func everyVariantGivesTheKnownAnswers() {
    func join(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(low) | UInt64(high) << 32 }
    for (name, kernels) in runnableVariants() {
      for vector in Self.known {
        var words = [UInt32](repeating: 0, count: 4 * Int(CK_LANES))
        let counter = vector.counter
        kernels.philox(join(counter.x, counter.y), join(counter.z, counter.w), join(vector.key.x, vector.key.y), &words)
        #expect(SIMD4(words[0], words[1], words[2], words[3]) == vector.words, "\(name)")
      }
    }
  }

  /// Eight blocks at once are eight blocks one by one, across the carry into the counter's second word and at its end.
  @Test func manyBlocksAreBlocks() {
    for (name, kernels) in runnableVariants() {
      for start: UInt64 in [0, 5, 0xffff_fffa, 0x1_0000_0000, 0xffff_ffff_ffff_fff8, 0xffff_ffff_ffff_fffd] {
        let path: UInt64 = 0x0123_4567_89ab_cdef, key: UInt64 = 0xfedc_ba98_7654_3210
        var words = [UInt32](repeating: 0, count: 4 * Int(CK_LANES))
        kernels.philox(start, path, key, &words)
        for lane in 0..<Int(CK_LANES) {
          let block = start &+ UInt64(lane)
          func low(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x) }
          let expected = Philox.block(SIMD4(low(block), low(block >> 32), low(path), low(path >> 32)), key: SIMD2(low(key), low(key >> 32)))
          #expect(SIMD4(words[4 * lane], words[4 * lane + 1], words[4 * lane + 2], words[4 * lane + 3]) == expected, "\(name) at \(block)")
        }
      }
    }
  }
}
