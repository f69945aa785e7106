import Foundation

/// Kolmogorov and Smirnov's test of two samples: the chance of distribution functions at least this far apart if both have the same law
/// (asymptotic; conservative for laws with atoms).
public func kolmogorovSmirnov(_ a: [Double], _ b: [Double]) -> Double {
  let a = a.sorted(), b = b.sorted()
  var i = 0, j = 0, distance = 0.0
  while i < a.count && j < b.count {
    let x = min(a[i], b[j])
    while i < a.count && a[i] == x { i += 1 }
    while j < b.count && b[j] == x { j += 1 }
    distance = max(distance, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
  }
  let lambda = distance * (Double(a.count) * Double(b.count) / Double(a.count + b.count)).squareRoot()
  // Below this the alternating series is slow and its sum is 1 but for 10^-10.
  guard lambda > 0.2 else { return 1 }
  var p = 0.0
  for k in 1...100 { p += (k % 2 == 1 ? 2 : -2) * exp(-2 * Double(k * k) * lambda * lambda) }
  return min(max(p, 0), 1)
}

/// The two-sided chance of a standard normal this far out.
public func normalTail(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// The two-sided chance of `count` successes of `trials`, or ones further from the mean, at the given probability (normal approximation).
public func binomialTail(_ count: Int, of trials: Int, probability: Double) -> Double {
  let mean = Double(trials) * probability, deviation = (mean * (1 - probability)).squareRoot()
  return normalTail(max(abs(Double(count) - mean) - 0.5, 0) / deviation)
}
