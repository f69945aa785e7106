import FrontierNumerics
import Testing

/// Keys name streams by what they are for.
@Suite struct RandomKeyTests {
  private func words(_ key: RandomKey, _ count: Int = 4) -> [UInt64] {
    var stream = key.stream()
    return (0..<count).map { _ in stream.next() }
  }

  @Test func equalPathsGiveEqualStreams() {
    #expect(words(RandomKey(seed: 3).child(1).child(2), 100) == words(RandomKey(seed: 3).child(1).child(2), 100))
    #expect(words(RandomKey(seed: 3).child(-1)) == words(RandomKey(seed: 3).child(UInt64.max)))
  }

  /// 200 000 paths of several lengths and seeds: no two begin alike. By chance alone two would with probability 10^-9.
  @Test func differentPathsGiveDifferentStreams() {
    var seen = Set<UInt64>()
    var paths = 0
    func visit(_ key: RandomKey) {
      var stream = key.stream()
      seen.insert(stream.next())
      paths += 1
    }
    for seed: UInt64 in [0, 1, 2, .max] {
      let root = RandomKey(seed: seed)
      visit(root)
      for a in 0..<220 {
        visit(root.child(a))
        for b in 0..<220 { visit(root.child(a).child(b)) }
      }
      visit(root.child(0).child(0).child(0))
    }
    #expect(seen.count == paths && paths > 190_000)
  }

  @Test func theOrderOfAPathCounts() {
    let root = RandomKey(seed: 8)
    #expect(words(root.child(1).child(2)) != words(root.child(2).child(1)))
    #expect(words(root.child(0)) != words(root))
  }

  /// What a stream gives does not depend on how it is read, but for the order.
  @Test func readingInPiecesIsReading() {
    var whole = RandomKey(seed: 5).child(7).stream()
    let all = (0..<300).map { _ in whole.nextWord() }
    var pieces = RandomKey(seed: 5).child(7).stream()
    var read: [UInt32] = []
    while read.count < 300 {
      if read.count % 3 == 0 {
        let long = pieces.next()
        read += [UInt32(truncatingIfNeeded: long), UInt32(truncatingIfNeeded: long >> 32)]
      } else {
        read.append(pieces.nextWord())
      }
    }
    #expect(read[..<300] == all[...])
    // A copy goes on where the original stood.
    var copy = whole
    #expect(copy.next() == whole.next())
  }

  /// Neighbouring streams are uncorrelated: 1000 pairs, 1000 numbers each; the sum of squared standardised correlations is a chi-square of 1000
  /// degrees, here within 5 standard deviations (a false alarm in 10^6).
  @Test func siblingsAreUncorrelated() {
    var sum = 0.0
    for i in 0..<1000 {
      var a = RandomKey(seed: 6).child(i).stream(), b = RandomKey(seed: 6).child(i + 1).stream()
      var product = 0.0
      for _ in 0..<1000 { product += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12 }
      sum += product * product / 1000
    }
    #expect(abs(sum - 1000) < 5 * 2000.0.squareRoot(), "chi-square \(sum)")
  }
}
