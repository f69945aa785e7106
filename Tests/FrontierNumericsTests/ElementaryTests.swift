import Foundation
import FrontierNumerics
import Testing

#if arch(x86_64)
  /// More digits than a double, to judge the last ones of a double by.
  typealias Judge = Float80
#else
  typealias Judge = Double
#endif

/// exp, log, softplus and the reversed sigmoid: special values, then random ones to a stated number of ulps.
@Suite struct ElementaryTests {
  /// |value - exact| in units of the last place of `exact`.
  private func ulps(_ value: Double, _ exact: Judge) -> Double {
    Double(abs(Judge(value) - exact) / Judge(Double(exact).ulp))
  }

  /// e^x in Judge: the nearest power of two, times the series of what is left.
  private func exactExp(_ x: Judge) -> Judge {
    let k = (x * 1.442695040888963407359924681).rounded()
    let r = x - k * 0.693147180559945309417232121
    var term: Judge = 1, sum: Judge = 1
    for n in 1...30 {
      term *= r / Judge(n)
      sum += term
    }
    return sum * Judge(sign: .plus, exponent: Int(k), significand: 1)
  }

  /// 2 atanh(s), which is log((1 + s) / (1 - s)), for |s| < 0.2 by its series.
  private func twiceArtanh(_ s: Judge) -> Judge {
    var power = s, sum: Judge = 0
    for n in stride(from: 1, through: 31, by: 2) {
      sum += 2 * power / Judge(n)
      power *= s * s
    }
    return sum
  }

  private func exactLog(_ x: Judge) -> Judge {
    let high = x.significand > 1.414
    let m = high ? x.significand / 2 : x.significand, k = Judge(x.exponent) + (high ? 1 : 0)
    return k * 0.693147180559945309417232121 + twiceArtanh((m - 1) / (m + 1))
  }

  /// log(1 + e) for e > 0, with no loss where e is small.
  private func exactLogOfOnePlus(_ e: Judge) -> Judge { e < 0.4 ? twiceArtanh(e / (2 + e)) : exactLog(1 + e) }

  @Test func specialValues() {
    #expect(Elementary.exp(0) == 1 && Elementary.exp(-709) == 0 && Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(709.5) == .infinity && Elementary.exp(.infinity) == .infinity && Elementary.exp(709).isFinite)
    #expect(Elementary.exp(-708) > 0 && Elementary.exp(-708).isNormal)
    #expect(Elementary.log(1) == 0 && Elementary.log(2) == 0x1.62e42fefa39efp-1)
    #expect(Elementary.softplus(-1e300) == 0 && Elementary.softplus(1e300) == 1e300)
    var half = 0.0
    Elementary.reverseSigmoid([0.0], count: 1, into: &half)
    #expect(half == 0.5)
    for x in [Double.leastNormalMagnitude, 0x1p-500, 0x1p900, .greatestFiniteMagnitude] {
      #expect(ulps(Elementary.log(x), exactLog(Judge(x))) < 1)
    }
  }

  /// Of unlike lengths, to the last bit.
  @Test func logisticSlopeIsThatOfTheSigmoid() {
    var stream = RandomKey(seed: 84).stream()
    for count in [0, 1, 7, 8, 9, 16, 30] {
      let f = (0..<count).map { _ in 10 * stream.gaussian() }, y = (0..<count).map { _ in stream.sign() }
      var slopes = f, sigmoids = f
      Elementary.logisticSlope(outputs: f, labels: y, count: count, into: &slopes)
      Elementary.reverseSigmoid(zip(y, f).map { $0 * $1 }, count: count, into: &sigmoids)
      #expect(slopes == zip(y, sigmoids).map { -$0 * $1 })
    }
  }

  /// The header promises one ulp for exp and log.
  @Test func expWithinOneUlp() {
    var stream = RandomKey(seed: 81).stream()
    var worst = 0.0
    for i in 0..<100_000 {
      let x = i % 2 == 0 ? 1416 * stream.uniform() - 708 : 2 * stream.gaussian()
      worst = max(worst, ulps(Elementary.exp(x), exactExp(Judge(x))))
    }
    #expect(worst < 1, "worst error \(worst) ulp")
  }

  /// Over all magnitudes, and where the result cancels: close to 1.
  @Test func logWithinOneUlp() {
    var stream = RandomKey(seed: 82).stream()
    var worst = 0.0
    for i in 0..<100_000 {
      let x: Double
      switch i % 3 {
      case 0: x = Double(bitPattern: stream.next() % 0x7fe0_0000_0000_0000 + 0x0010_0000_0000_0000)
      case 1: x = 1 + (2 * stream.uniform() - 1) * exp(-30 * stream.uniform())
      default: x = 0.5 + 1.5 * stream.uniform()
      }
      if x == 1 { continue }
      worst = max(worst, ulps(Elementary.log(x), exactLog(Judge(x))))
    }
    #expect(worst < 1, "worst error \(worst) ulp")
  }

  @Test func softplusAndSigmoid() {
    var stream = RandomKey(seed: 83).stream()
    var worstSoftplus = 0.0, worstSigmoid = 0.0
    for i in 0..<50_000 {
      let x = i % 2 == 0 ? 80 * stream.uniform() - 40 : 1300 * stream.uniform() - 650
      let e = exactExp(Judge(x))
      worstSoftplus = max(worstSoftplus, ulps(Elementary.softplus(x), exactLogOfOnePlus(e)))
      var sigmoid = 0.0
      Elementary.reverseSigmoid([x], count: 1, into: &sigmoid)
      worstSigmoid = max(worstSigmoid, ulps(sigmoid, 1 / (1 + e)))
    }
    #expect(worstSoftplus < 4 && worstSigmoid < 3, "worst errors \(worstSoftplus) and \(worstSigmoid) ulp")
  }

  /// One value alone has the bits that it has among others, at any place in a batch.
  @Test func alikeAloneAndInABatch() {
    var stream = RandomKey(seed: 84).stream()
    for count in [1, 7, 8, 9, 31] {
      let x = stream.gaussians(count).map { 5 * $0 }, positive = x.map { abs($0) + 1e-3 }
      var exps = x, logs = x
      Elementary.exp(x, count: count, into: &exps)
      Elementary.log(positive, count: count, into: &logs)
      #expect(exps == x.map { Elementary.exp($0) } && logs == positive.map { Elementary.log($0) })
      #expect(Elementary.softplus(x) == x.map { Elementary.softplus($0) })
      var inPlace = x
      inPlace.withUnsafeMutableBufferPointer { Elementary.exp($0.baseAddress!, count: count, into: $0.baseAddress!) }
      #expect(inPlace == exps)
    }
  }
}
