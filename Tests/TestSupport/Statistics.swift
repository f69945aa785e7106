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

/// Fisher's exact test, two-sided: the chance of a table at least as unlikely as that of `a` of `n` and `b` of `m` if both have the same probability.
public func fisherExact(_ a: Int, of n: Int, _ b: Int, of m: Int) -> Double {
  func logChoose(_ n: Int, _ k: Int) -> Double { lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1) }
  let total = a + b
  func probability(_ k: Int) -> Double { exp(logChoose(n, k) + logChoose(m, total - k) - logChoose(n + m, total)) }
  let seen = probability(a)
  return (max(0, total - m)...min(n, total)).map(probability).filter { $0 <= seen * (1 + 1e-9) }.reduce(0, +)
}

/// How far the mean of `ours` is from one of as many as `repetitions` others, of which the mean and its standard error are known, in standard errors of the
/// difference; nil where neither varies.
///
/// - Parameter answers: of a share, that of how many answers a value is. Values near 0 or 1 may not vary at all, so the variance of a value is then at least
///   p (1 - p)/answers, at the pooled p moved towards 1/2 by one answer.
public func standardDifference(_ ours: [Double], mean: Double, error: Double, repetitions: Int, answers: Int? = nil) -> Double? {
  let n = Double(ours.count), m = Double(repetitions), average = ours.reduce(0, +) / n
  var variance = ours.reduce(0) { $0 + ($1 - average) * ($1 - average) } / (n - 1), others = error * error * m
  if let answers = answers.map(Double.init) {
    let pooled = (n * average + m * mean) / (n + m), size = answers * (n + m), p = (pooled * size + 1) / (size + 2), least = p * (1 - p) / answers
    (variance, others) = (max(variance, least), max(others, least))
  }
  return variance + others > 0 ? (average - mean) / (variance / n + others / m).squareRoot() : nil
}

/// The two-sided chance of Student's t this far out, by its integral; the normal tail is too thin at levels of 10^-7.
public func studentTail(_ t: Double, degrees: Double) -> Double {
  guard abs(t) < 40 else { return 0 }
  // sin^2 substitution: P(|T| > t) = integral of cos^(degrees - 1) from atan(t/sqrt(degrees)) to pi/2, over half of the whole.
  func integral(from low: Double) -> Double {
    let steps = 2000, width = (Double.pi / 2 - low) / Double(steps)
    return (0..<steps).reduce(0) { $0 + pow(cos(low + (Double($1) + 0.5) * width), degrees - 1) * width }
  }
  return integral(from: atan(abs(t) / degrees.squareRoot())) / integral(from: 0)
}
