import FrontierNumerics
import Model

/// Test accuracy after training on some samples, from how many of each true sign have the right label and how many the wrong one: which samples they are does
/// not enter (docs/theory.md section 12, "composition law"). Logistic loss, signal plus noise.
///
/// Every quantity is a real number, so that any of them can be an axis.
public struct CompositionLaw: Sendable, Hashable {
  public var snr: Double
  /// d; infinite where noise patches do not overlap at all.
  public var dimension: Double
  /// m
  public var filtersPerClass: Double
  /// L, the mean loss at which training stops.
  public var targetLoss: Double

  public init(snr: Double, dimension: Double, filtersPerClass: Double, targetLoss: Double) {
    (self.snr, self.dimension, self.filtersPerClass, self.targetLoss) = (snr, dimension, filtersPerClass, targetLoss)
  }

  /// Numbers of samples by true sign.
  public struct Counts: Sendable, Hashable {
    /// Of one true sign: with its label and with the other one.
    public struct OfSign: Sendable, Hashable {
      public var clean: Double
      public var flipped: Double

      public init(clean: Double, flipped: Double) { (self.clean, self.flipped) = (clean, flipped) }

      var all: Double { clean + flipped }
      var isPossible: Bool { clean >= 0 && flipped >= 0 && all.isFinite }
    }

    public var positive: OfSign
    public var negative: OfSign

    public init(positive: OfSign, negative: OfSign) { (self.positive, self.negative) = (positive, negative) }

    /// Of some of the samples.
    ///
    /// - Precondition: they exist.
    public init(of members: [Int], in samples: SampleSet) {
      func count(_ sign: Double) -> OfSign {
        let own = members.filter { samples.truth[$0] == sign }, flipped = own.filter { samples.isFlipped($0) }.count
        return OfSign(clean: Double(own.count - flipped), flipped: Double(flipped))
      }
      self.init(positive: count(1), negative: count(-1))
    }
  }

  /// False of a law that was moved out of its parameters' range.
  public var isPossible: Bool {
    snr >= 0 && snr.isFinite && dimension > 0 && filtersPerClass >= 1 && filtersPerClass.isFinite && targetLoss > 0 && targetLoss.isFinite
  }

  /// Accuracy on fresh samples, half of each sign. A fraction of a millisecond; margins are good to 1e-5.
  ///
  /// Nil without samples, out of the parameters' range, and where the target loss is beyond what can be followed (below about 1e-100).
  public func testAccuracy(of counts: Counts) -> Double? {
    guard isPossible, counts.positive.isPossible, counts.negative.isPossible, counts.positive.all + counts.negative.all > 0,
      let paths = CompositionPaths(of: [counts.positive, counts.negative], law: self)
    else { return nil }
    return paths.testAccuracy(positive: 0, negative: 1)
  }

  /// The mean accuracy of random subsets of `size` samples, half (rounded up) of true sign +, each label flipped with probability `labelNoise`: an average over
  /// binomial counts. Sizes between whole numbers are interpolated. About 2 ms at a size of 160, 10 ms at 1000.
  ///
  /// Nil as `testAccuracy` is, and at sizes below 1.
  public func randomCoreset(size: Double, labelNoise: Double) -> Double? {
    guard isPossible, 1...Double(SignalPlusNoise.largestSamples) ~= size, 0...1 ~= labelNoise else { return nil }
    let below = size.rounded(.down), share = size - below
    guard let low = randomCoreset(of: Int(below), labelNoise: labelNoise) else { return nil }
    if share == 0 { return low }
    return randomCoreset(of: Int(below) + 1, labelNoise: labelNoise).map { low + share * ($0 - low) }
  }

  private func randomCoreset(of size: Int, labelNoise: Double) -> Double? {
    let positive = Binomial(trials: (size + 1) / 2, probability: labelNoise), negative = Binomial(trials: size / 2, probability: labelNoise)
    // Signs of as many samples follow the same paths.
    let laws = positive.trials == negative.trials ? [positive] : [positive, negative]
    let counts = laws.flatMap { law in
      law.values.map { Counts.OfSign(clean: Double(law.trials - $0.count), flipped: Double($0.count)) }
    }
    guard let paths = CompositionPaths(of: counts, law: self) else { return nil }
    let firstNegative = laws.count == 1 ? 0 : positive.values.count
    var accuracy = 0.0
    for (i, first) in positive.values.enumerated() {
      for (j, second) in negative.values.enumerated() {
        accuracy += first.weight * second.weight * paths.testAccuracy(positive: i, negative: firstNegative + j)
      }
    }
    return accuracy
  }
}

/// The numbers of successes that are not all but impossible, with their probabilities.
private struct Binomial {
  let trials: Int
  let values: [(count: Int, weight: Double)]

  /// Outwards from the mode by the ratios of neighbours, down to 1e-12 of the largest.
  init(trials: Int, probability p: Double) {
    let mode = min(Int(Double(trials + 1) * p), trials)
    func ratio(above k: Int) -> Double { Double(trials - k) / Double(k + 1) * (p / (1 - p)) }
    var values = [(count: mode, weight: 1.0)], k = mode, weight = 1.0
    while k < trials {
      weight *= ratio(above: k)
      k += 1
      if weight < 1e-12 { break }
      values.append((k, weight))
    }
    (k, weight) = (mode, 1)
    while k > 0 {
      weight /= ratio(above: k - 1)
      k -= 1
      if weight < 1e-12 { break }
      values.append((k, weight))
    }
    let sum = values.reduce(0) { $0 + $1.weight }
    (self.trials, self.values) = (trials, values.map { ($0.count, $0.weight / sum) })
  }
}
