import Model
import Stability

/// The parameters of one cell of the CNN experiment, by the names of a sweep specification. Their ranges are checked where they are used: by
/// `CNNTrial`.
public struct CNNParameters: Sendable, Hashable {
  public var samples = 80
  public var forgetFraction = 0.2
  public var dimension = 2000
  public var snr = 0.5
  public var labelNoise = 0.0
  public var filtersPerClass = 10
  public var initScale = 0.05
  public var loss = Loss.logistic
  public var trainStepSize = 3.0
  public var trainBatchSize = 20
  public var trainTargetLoss = 0.05
  public var trainMaxSteps = 20_000
  public var batchSize = 8
  public var forgetRatio = 0.2
  public var stepSize = 100.0
  public var unlearnSteps = 400
  public var sampling = Sampling.uniform
  public var testSamples = 200
  public var growthLimit = 1000.0

  public init() {}

  /// Every parameter, in the order in which they act.
  public static let all: [Parameter<CNNParameters>] = [
    Parameter("samples", \.samples, "training samples, n"),
    Parameter("forgetFraction", \.forgetFraction, "share of the samples to forget, n_F / n"),
    Parameter("dimension", \.dimension, "dimension of a patch, d"),
    Parameter("snr", \.snr, "signal-to-noise ratio |mu| / (sigma_p sqrt d)"),
    Parameter("labelNoise", \.labelNoise, "probability that a training label is flipped"),
    Parameter("filtersPerClass", \.filtersPerClass, "filters of each class, m"),
    Parameter("initScale", \.initScale, "standard deviation of an initial weight"),
    Parameter("loss", \.loss, "logistic or squared"),
    Parameter("trainStepSize", \.trainStepSize, "step size of training"),
    Parameter("trainBatchSize", \.trainBatchSize, "samples in a training batch"),
    Parameter("trainTargetLoss", \.trainTargetLoss, "training stops at this mean loss"),
    Parameter("trainMaxSteps", \.trainMaxSteps, "training gives up after this many steps"),
    Parameter("batchSize", \.batchSize, "unlearning batch size B; each set's batch is min(B, its size)"),
    Parameter("forgetRatio", \.forgetRatio, "share of a step that ascends on the forget set, alpha"),
    Parameter("stepSize", \.stepSize, "step size of unlearning, eta"),
    Parameter("unlearnSteps", \.unlearnSteps, "steps of unlearning"),
    Parameter("sampling", \.sampling, "unlearning batches: uniform (without replacement) or bernoulli"),
    Parameter("testSamples", \.testSamples, "fresh samples for the test accuracy"),
    Parameter("growthLimit", \.growthLimit, "growth of the mean loss that counts as escape"),
  ]

  /// The cell as the mean field sees it with no network; nil for squared loss, which it does not describe.
  public var aPrioriMeanField: APrioriMeanField? {
    guard loss == .logistic, let split = try? ForgetSplit(samples: samples, forgetFraction: forgetFraction) else { return nil }
    return APrioriMeanField(
      snr: snr, samples: Double(samples), forgetCount: Double(split.forget.count), filtersPerClass: Double(filtersPerClass), stepSize: stepSize,
      steps: Double(unlearnSteps), targetLoss: trainTargetLoss, forgetRatio: forgetRatio)
  }
}
