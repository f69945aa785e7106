import CKernels

/// The random words of one key, in order. A value type: a copy repeats what the original will give.
///
/// The words are those of `Philox.block` at the counters (0, path), (1, path), ..., each in the order x, y, z, w; they are made a few blocks at a
/// time. Deliberately not a `RandomNumberGenerator`: what the standard library makes of one may change with its version.
public struct RandomStream: Sendable {
  private let key: UInt64
  private let path: UInt64
  private var block: UInt64 = 0
  private var words = SIMD32<UInt32>()
  private var used = RandomStream.wordsAtOnce

  /// As many as `words` holds.
  private static let wordsAtOnce = 4 * Int(CK_LANES)

  init(key: RandomKey) {
    self.key = key.seed
    path = key.digest
  }

  /// 32 random bits.
  @inline(__always)
  public mutating func nextWord() -> UInt32 {
    if used == Self.wordsAtOnce { refill() }
    let offset = used &* MemoryLayout<UInt32>.stride
    used &+= 1
    // By address: a subscript copies the whole vector first.
    return withUnsafePointer(to: &words) { UnsafeRawPointer($0).load(fromByteOffset: offset, as: UInt32.self) }
  }

  @inline(never)
  private mutating func refill() {
    let (block, path, key) = (block, path, key)
    withUnsafeMutableBytes(of: &words) {
      guard let words = $0.baseAddress else { return }
      Elementary.kernels.philox(block, path, key, words.assumingMemoryBound(to: UInt32.self))
    }
    self.block &+= UInt64(CK_LANES)
    used = 0
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
