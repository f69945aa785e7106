/// What a random draw is *for*: a seed and a path of words below it (repetition, purpose, parameters, row, ...).
///
/// Equal keys give equal streams and different keys independent ones, so a draw depends on its meaning alone: never on threads, order or
/// time. Paths are digested by chaining Philox; two of k different paths collide with probability about k^2 / 2^65.
public struct RandomKey: Sendable, Hashable {
  let seed: UInt64
  let digest: UInt64

  public init(seed: UInt64) {
    self.seed = seed
    digest = 0
  }

  private init(seed: UInt64, digest: UInt64) {
    self.seed = seed
    self.digest = digest
  }

  /// The key one word further down the path.
  public func child(_ word: UInt64) -> RandomKey {
    // Digests and streams run Philox under different keys, so that no stream repeats the digests of its children.
    let words = Philox.block(SIMD4(low: word.words32, high: digest.words32), key: (~seed).words32)
    return RandomKey(seed: seed, digest: UInt64(words.x) | UInt64(words.y) << 32)
  }

  public func child(_ word: Int) -> RandomKey { child(UInt64(bitPattern: Int64(word))) }

  /// The random stream of this key, from its beginning.
  public func stream() -> RandomStream { RandomStream(key: self) }
}

extension UInt64 {
  var words32: SIMD2<UInt32> { SIMD2(UInt32(truncatingIfNeeded: self), UInt32(truncatingIfNeeded: self >> 32)) }
}

extension SIMD4<UInt32> {
  init(low: SIMD2<UInt32>, high: SIMD2<UInt32>) { self.init(low.x, low.y, high.x, high.y) }
}
