/// The random words of one key, in order. A value type: a copy repeats what the original will give.
///
/// Deliberately not a `RandomNumberGenerator`: what the standard library makes of one may change with its version.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let path: SIMD2<UInt32>
  private var block: UInt64 = 0
  private var words = SIMD4<UInt32>()
  private var used = 4

  init(key: RandomKey) {
    self.key = key.seed.words32
    path = key.digest.words32
  }

  /// 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      words = Philox.block(SIMD4(low: block.words32, high: path), key: key)
      block &+= 1
      used = 0
    }
    defer { used &+= 1 }
    return words[used]
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    let low = nextWord()
    return UInt64(low) | UInt64(nextWord()) << 32
  }

  /// Uniform on the multiples of 2^-53 in [0, 1).
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// +1 or -1 with equal probability.
  public mutating func sign() -> Double { nextWord() & 1 == 0 ? 1 : -1 }

  /// Uniform on 0..<bound, exactly (Lemire's multiply-and-reject, arXiv 1805.10941).
  ///
  /// - Precondition: `bound` > 0.
  public mutating func below(_ bound: UInt32) -> UInt32 {
    var product = UInt64(nextWord()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(nextWord()) &* UInt64(bound) }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }
}
