import FrontierNumerics

/// What a network that was trained on n clean samples is worth on fresh ones, in closed form with no network (docs/theory.md section 11).
///
/// With x = n SNR^2 / (2 a), a sample's own noise carries 1/(1 + x) of its margin m* = -log(e^L - 1) and the signal the rest, P. A fresh margin is normal with
/// mean P and variance v = kappa n (m* - P)^2 / (2 a d).
public struct LearningCurve: Sendable {
  public let snr: Double
  /// d
  public let dimension: Double
  /// m
  public let filtersPerClass: Double
  /// L
  public let targetLoss: Double

  private static let normal = GaussHermite(count: 41)

  public init(snr: Double, dimension: Double, filtersPerClass: Double, targetLoss: Double) {
    (self.snr, self.dimension, self.filtersPerClass, self.targetLoss) = (snr, dimension, filtersPerClass, targetLoss)
  }

  init(_ model: DataModel) {
    self.init(snr: model.snr, dimension: model.dimension, filtersPerClass: model.filtersPerClass, targetLoss: model.targetLoss)
  }

  /// The share of the training margin that noise carries: memorisation.
  public func noiseShare(samples n: Double) -> Double { 1 / (1 + ratio(n)) }

  /// U: mean loss of a fresh sample.
  public func loss(samples n: Double) -> Double {
    let margin = margin(n)
    return Self.normal.mean { Elementary.softplus(-(margin.mean + margin.variance.squareRoot() * $0)) }
  }

  /// The share of fresh samples that are classified as what they are.
  public func accuracy(samples n: Double) -> Double { NormalDistribution.cumulative(signalToSpread(samples: n)) }

  /// P / sqrt(v) = SNR^2 sqrt(n d / (2 a kappa)).
  public func signalToSpread(samples n: Double) -> Double {
    snr * snr * (n * dimension / (2 * NoiseLaw.activeShare * NoiseLaw.kappa(filtersPerClass: filtersPerClass))).squareRoot()
  }

  /// C between two sizes of the training set.
  public func capacity(from fewer: Double, to samples: Double) -> Double {
    LearningCapacity.slope(from: (fewer, loss(samples: fewer)), to: (samples, loss(samples: samples)))
  }

  /// C for small variance: one curve C SNR^2 = 2 a m* s(P) (x/(1+x))^2 over n SNR^2, s(z) = 1/(1 + e^z).
  public func limitingCapacity(samples n: Double) -> Double {
    let x = ratio(n), margin = startingMargin, signal = margin * x / (1 + x)
    guard snr > 0 else { return 0 }
    return 2 * NoiseLaw.activeShare * margin / (1 + Elementary.exp(signal)) * (x / (1 + x)) * (x / (1 + x)) / (snr * snr)
  }

  /// (tr H)^2 / tr(H^2) of the mean Hessian at the end of training, both classes having n/2 samples.
  public func hessianDimension(samples n: Double) -> Double {
    let b = snr * snr / NoiseLaw.activeShare
    return n * (1 + b) * (1 + b) / ((1 + b) * (1 + b) + (n / 2 - 1) * b * b)
  }

  private var startingMargin: Double { -Elementary.log(Elementary.exp(targetLoss) - 1) }

  /// x
  private func ratio(_ n: Double) -> Double { n * snr * snr / (2 * NoiseLaw.activeShare) }

  private func margin(_ n: Double) -> (mean: Double, variance: Double) {
    let x = ratio(n), noise = startingMargin / (1 + x)
    return (
      startingMargin * x / (1 + x),
      NoiseLaw.kappa(filtersPerClass: filtersPerClass) * n * noise * noise / (2 * NoiseLaw.activeShare * dimension)
    )
  }
}

/// C = n^2 d^2 log Z/dn^2 = dU/d(1/n): how steeply the loss of an unseen sample falls with the training set (LaMont and Wiggins, arXiv 1706.01428). In a
/// regular model of p parameters it comes to p/2.
public enum LearningCapacity {
  /// Between two points of a learning curve; exact if it is constant between them.
  public static func slope(from fewer: (samples: Double, loss: Double), to more: (samples: Double, loss: Double)) -> Double {
    (fewer.loss - more.loss) / (1 / fewer.samples - 1 / more.samples)
  }
}
