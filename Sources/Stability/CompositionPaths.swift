import FrontierNumerics

/// The paths of `CompositionFlow` until training stops. The true signs meet only in when that is, so that paths of one sign serve in many pairs.
///
/// Margins first grow at a rate near k = 1 + b n and then like log t, so times are those of equal steps of log(1 + k t). Margins are good to 1e-5; at an SNR
/// above 1000 rounding takes more.
struct CompositionPaths {
  /// Of log(1 + k t).
  private static let step = 0.05
  /// Steps: to an exp(300), whose square is a number.
  private static let longest = 6000

  private let counts: [SIMD2<Double>]
  private let times: [Double]
  /// By time, then by path.
  private let values: [[CompositionFlow.Values]]
  private let rates: [[CompositionFlow.Values]]
  private let targetLoss: Double
  private let noisePerSquare: Double
  private let kappa: Double

  /// Follows each path until its own mean loss is the target: no pair stops later than the later of its two. Nil where one takes too long.
  init?(of counts: [CompositionLaw.Counts.OfSign], law: CompositionLaw) {
    self.counts = counts.map { SIMD2($0.clean, $0.flipped) }
    targetLoss = law.targetLoss
    noisePerSquare = 1 / (NoiseLaw.activeShare * law.dimension)
    kappa = NoiseLaw.kappa(filtersPerClass: law.filtersPerClass)
    let flow = CompositionFlow(counts: self.counts, b: law.snr * law.snr / NoiseLaw.activeShare)
    let k = 1 + flow.b * counts.reduce(0) { max($0, $1.all) }
    var state = flow.state([SIMD2<Double>](repeating: .zero, count: counts.count))
    var times = [0.0], values = [flow.values(of: state)], rates = [flow.rates(of: state)]
    while !zip(values[times.count - 1], counts).allSatisfy({ $0.loss <= law.targetLoss * $1.all }) {
      guard times.count <= Self.longest else { return nil }
      let next = (Elementary.exp(Double(times.count) * Self.step) - 1) / k
      state = flow.step(from: state, by: next - times[times.count - 1])
      times.append(next)
      values.append(flow.values(of: state))
      rates.append(flow.rates(of: state))
    }
    (self.times, self.values, self.rates) = (times, values, rates)
  }

  /// When the mean loss of a pair is the target.
  func testAccuracy(positive: Int, negative: Int) -> Double {
    let target = targetLoss * (counts[positive] + counts[negative]).sum()
    func loss(_ i: Int) -> Double { values[i][positive].loss + values[i][negative].loss }
    func lossRate(_ i: Int) -> Double { rates[i][positive].loss + rates[i][negative].loss }
    // The first time at which the loss is no larger; it falls all the way.
    var early = 0, late = times.count - 1
    while early < late {
      let middle = (early + late) / 2
      if loss(middle) <= target { late = middle } else { early = middle + 1 }
    }
    guard late > 0 else { return 0.5 }
    let i = late - 1, width = times[late] - times[i], fall = loss(late) - loss(i)
    // Hermite's cubic, of the time as a function of the loss and of the paths as functions of the time.
    let share = hermite((target - loss(i)) / fall, 0, fall / lossRate(i) / width, 1, fall / lossRate(late) / width)
    func at(_ path: Int, _ value: (CompositionFlow.Values) -> Double) -> Double {
      hermite(
        share, value(values[i][path]), width * value(rates[i][path]), value(values[late][path]), width * value(rates[late][path]))
    }
    // The squared length of what is learned of the noise of clean samples and of flipped ones.
    func squares(_ path: Int) -> SIMD2<Double> {
      let own = SIMD2(at(path) { $0.own.x }, at(path) { $0.own.y })
      return noisePerSquare * counts[path] * own * own
    }
    let ofPositive = squares(positive), ofNegative = squares(negative)
    return accuracy(
      signals: (at(positive, \.signal), at(negative, \.signal)),
      squares: (ofPositive.x + ofNegative.y, ofNegative.x + ofPositive.y))
  }

  /// Mean over the true signs t of Phi((P_t + t beta) / sqrt v).
  ///
  /// - Parameter squares: e_+ and e_-, by labels.
  private func accuracy(signals: (Double, Double), squares: (Double, Double)) -> Double {
    let spread = (kappa * (squares.0 + squares.1) / 2).squareRoot()
    let beta = (squares.0.squareRoot() - squares.1.squareRoot()) / (2 * Double.pi).squareRoot()
    func correct(_ margin: Double) -> Double {
      // Without noise a margin is what it is; without signal too it is a guess.
      guard spread > 0 else { return margin > 0 ? 1 : margin < 0 ? 0 : 0.5 }
      return NormalDistribution.cumulative(margin / spread)
    }
    return (correct(signals.0 + beta) + correct(signals.1 - beta)) / 2
  }
}

/// The cubic on 0...1 with the given values and slopes at the ends.
private func hermite(_ x: Double, _ value0: Double, _ slope0: Double, _ value1: Double, _ slope1: Double) -> Double {
  let y = 1 - x, bend = x * y * (y * (slope0 - (value1 - value0)) - x * (slope1 - (value1 - value0)))
  return value0 + x * (value1 - value0) + bend
}
