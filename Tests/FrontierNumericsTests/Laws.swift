import Foundation
import FrontierNumerics
import Testing

/// The distance of a sample from a continuous law, and its chance (Kolmogorov and Smirnov, asymptotic).
func chanceOf(_ sample: [Double], under cumulative: (Double) -> Double) -> Double {
  let sorted = sample.sorted(), n = Double(sample.count)
  var distance = 0.0
  for (i, x) in sorted.enumerated() {
    let p = cumulative(x)
    distance = max(distance, p - Double(i) / n, Double(i + 1) / n - p)
  }
  let lambda = distance * n.squareRoot()
  guard lambda > 0.2 else { return 1 }
  var chance = 0.0
  for k in 1...100 { chance += (k % 2 == 1 ? 2 : -2) * exp(-2 * Double(k * k) * lambda * lambda) }
  return chance
}

/// The chance of a chi-square at least this large (Wilson and Hilferty's cube-root approximation: good to a few per cent of the chance here).
func chiSquareTail(_ x: Double, degrees: Double) -> Double {
  let z = (cbrt(x / degrees) - (1 - 2 / (9 * degrees))) / (2 / (9 * degrees)).squareRoot()
  return erfc(z / 2.0.squareRoot()) / 2
}

/// The laws of random draws against exact distribution functions. Fixed seeds; each comparison has a false-alarm rate of 10^-6.
@Suite struct Laws {
  static let level = 1e-6

  @Test func uniform() {
    var stream = RandomKey(seed: 11).stream()
    let sample = (0..<200_000).map { _ in stream.uniform() }
    #expect(sample.allSatisfy { $0 >= 0 && $0 < 1 && ($0 * 0x1p53).rounded() == $0 * 0x1p53 })
    #expect(chanceOf(sample) { $0 } > Self.level)
  }

  @Test(arguments: [1, 2, 3, 7, 1000, 0x8000_0001, UInt32.max]) func below(bound: UInt32) {
    var stream = RandomKey(seed: 12).child(Int(bound)).stream()
    let sample = (0..<50_000).map { _ in stream.below(bound) }
    #expect(sample.allSatisfy { $0 < bound })
    let bins = min(Int(bound), 64)
    guard bins > 1 else { return }
    var counts = [Double](repeating: 0, count: bins)
    for x in sample { counts[Int(UInt64(x) * UInt64(bins) / UInt64(bound))] += 1 }
    var square = 0.0
    for (bin, count) in counts.enumerated() {
      // The values of a bin: those from the first with floor(x bins / bound) = bin on.
      let first = (UInt64(bin) * UInt64(bound) + UInt64(bins) - 1) / UInt64(bins)
      let next = (UInt64(bin + 1) * UInt64(bound) + UInt64(bins) - 1) / UInt64(bins)
      let expected = 50_000 * Double(next - first) / Double(bound)
      square += (count - expected) * (count - expected) / expected
    }
    #expect(chiSquareTail(square, degrees: Double(bins - 1)) > Self.level, "chi-square \(square)")
  }

  @Test func signs() {
    var stream = RandomKey(seed: 13).stream()
    let sum = (0..<100_000).reduce(0.0) { total, _ in total + stream.sign() }
    #expect(erfc(abs(sum) / 100_000.0.squareRoot() / 2.0.squareRoot()) > Self.level)
  }

  /// The law, the moments up to the fourth, the tails, and independence of neighbours (which share a point of the disc).
  @Test func gaussian() {
    let count = 400_000
    var stream = RandomKey(seed: 14).stream()
    let sample = stream.gaussians(count)
    #expect(chanceOf(sample) { erfc(-$0 / 2.0.squareRoot()) / 2 } > Self.level)
    // E x^p and the variance of x^p.
    for (power, mean, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let average = sample.reduce(0) { $0 + pow($1, Double(power)) } / Double(count)
      #expect(abs(average - mean) < 5 * (variance / Double(count)).squareRoot(), "moment \(power): \(average)")
    }
    let beyond = Double(sample.count { abs($0) > 4 }), expected = Double(count) * erfc(4 / 2.0.squareRoot())
    #expect(abs(beyond - expected) < 5 * expected.squareRoot(), "\(beyond) beyond 4, expected \(expected)")
    var product = 0.0, squares = 0.0
    for i in stride(from: 0, to: count, by: 2) {
      let (x, y) = (sample[i], sample[i + 1])
      product += x * y
      squares += (x * x - 1) * (y * y - 1) / 2
    }
    #expect(abs(product) < 5 * Double(count / 2).squareRoot() && abs(squares) < 5 * Double(count / 2).squareRoot())
  }

  @Test func singleGaussians() {
    var stream = RandomKey(seed: 15).stream()
    #expect(chanceOf((0..<100_000).map { _ in stream.gaussian() }) { erfc(-$0 / 2.0.squareRoot()) / 2 } > Self.level)
  }

  /// A shorter request is the beginning of a longer one, whatever its parity and chunk.
  @Test func gaussiansBeginAlike() {
    var long = RandomKey(seed: 16).stream()
    let all = long.gaussians(500)
    for count in [0, 1, 2, 63, 127, 128, 129, 255, 499] {
      var stream = RandomKey(seed: 16).stream()
      #expect(stream.gaussians(count) == Array(all[..<count]))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 10, 79, 1999, 1_000_000, 1_000_000_000]) func chi(degrees: Int) {
    var stream = RandomKey(seed: 17).child(degrees).stream()
    let sample = (0..<50_000).map { _ in stream.chi(degrees) }
    #expect(sample.allSatisfy { $0 > 0 })
    #expect(chanceOf(sample) { chiCumulative($0, degrees: degrees) } > Self.level)
  }

  /// P(chi <= x): the regularised incomplete gamma function, by its series, or, for many degrees, the normal law of Fisher's sqrt(2 chi^2) with the
  /// first correction by Wilson and Hilferty, whose error is far under what 50 000 draws can see.
  private func chiCumulative(_ x: Double, degrees: Int) -> Double {
    let n = Double(degrees)
    if degrees > 200 {
      let z = (cbrt(x * x / n) - (1 - 2 / (9 * n))) / (2 / (9 * n)).squareRoot()
      return erfc(-z / 2.0.squareRoot()) / 2
    }
    let a = n / 2, y = x * x / 2
    var term = exp(a * log(y) - y - lgamma(a + 1)), sum = 0.0
    for k in 1...2000 {
      sum += term
      term *= y / (a + Double(k))
      if term < 1e-17 * sum { break }
    }
    return min(sum, 1)
  }

  /// Every ordered choice of k out of n is as likely as any other.
  @Test(arguments: [(1, 1), (4, 1), (4, 2), (5, 3), (5, 4), (5, 5), (6, 2)]) func subsets(population: Int, size: Int) {
    var sampler = SubsetSampler(population: population, stream: RandomKey(seed: 18).child(population).child(size).stream())
    var counts: [[Int32]: Double] = [:]
    let draws = 60_000
    for _ in 0..<draws {
      var subset: [Int32] = []
      sampler.appendSubset(size: size, offset: 10, to: &subset)
      #expect(Set(subset).count == size && subset.allSatisfy { (10..<Int32(10 + population)).contains($0) })
      counts[subset, default: 0] += 1
    }
    if size == population { return #expect(counts.keys.first == (10..<Int32(10 + population)).map { $0 } && counts.count == 1) }
    let choices = ((population - size + 1)...population).reduce(1, *)
    let expected = Double(draws) / Double(choices)
    let seen = counts.values.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    let square = seen + expected * Double(choices - counts.count)
    #expect(chiSquareTail(square, degrees: Double(choices - 1)) > Self.level, "chi-square \(square)")
  }

  @Test func anEmptySubset() {
    var sampler = SubsetSampler(population: 3, stream: RandomKey(seed: 19).stream())
    var subset: [Int32] = []
    sampler.appendSubset(size: 0, offset: 0, to: &subset)
    #expect(subset.isEmpty)
  }
}
