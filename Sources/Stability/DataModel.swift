import FrontierNumerics
import Model

/// A cell as signal plus noise and a target loss alone describe it, before there is any network: what the a-priori forms are computed from. Labels alternate
/// from +. Logistic loss.
///
/// Every quantity is a real number, so that any of them can be an axis; `steps` counts whole ones.
public struct DataModel: Sendable, Hashable {
  public var snr: Double
  /// n, of those that are trained on.
  public var samples: Double
  /// d; infinite where noise patches do not overlap at all.
  public var dimension: Double
  /// n_F
  public var forgetCount: Double
  /// m
  public var filtersPerClass: Double
  /// eta
  public var stepSize: Double
  public var steps: Double
  public var targetLoss: Double
  /// alpha
  public var forgetRatio: Double
  public var push: ForgetPush
  /// Where gradients are taken.
  public var perturbation: Perturbation
  /// B, by which a sample perturbs itself only when it is drawn.
  public var batchSize: Double
  /// Probability that a training label was flipped.
  public var labelNoise: Double
  /// Whether training took its gradients at the weights.
  public var isTrainedPlainly: Bool
  /// What share they are of all samples, and how many those are.
  public private(set) var coresetFraction: Double
  public private(set) var allSamples: Double
  /// Whether such a share is a random one.
  public var isRandomChoice: Bool
  /// Which samples are forgotten.
  public var forgetSelection: ForgetSelection

  public init(
    snr: Double, samples: Double, dimension: Double = .infinity, forgetCount: Double, filtersPerClass: Double, stepSize: Double, steps: Double,
    targetLoss: Double, forgetRatio: Double, push: ForgetPush = .ascent, perturbation: Perturbation = .none, batchSize: Double = .infinity,
    labelNoise: Double = 0, isTrainedPlainly: Bool = true, allSamples: Double? = nil, coresetFraction: Double = 1,
    isRandomChoice: Bool = true, forgetSelection: ForgetSelection = .first
  ) {
    (self.snr, self.samples, self.dimension, self.forgetCount, self.filtersPerClass) = (snr, samples, dimension, forgetCount, filtersPerClass)
    (self.stepSize, self.steps, self.targetLoss, self.forgetRatio, self.push) = (stepSize, steps, targetLoss, forgetRatio, push)
    (self.perturbation, self.batchSize, self.labelNoise, self.isTrainedPlainly) = (perturbation, batchSize, labelNoise, isTrainedPlainly)
    (self.allSamples, self.coresetFraction, self.isRandomChoice) = (allSamples ?? samples, coresetFraction, isRandomChoice)
    self.forgetSelection = forgetSelection
  }

  /// Where the target loss puts every margin: -log(exp(targetLoss) - 1).
  var startingMargin: Double { -Elementary.log(Elementary.exp(targetLoss) - 1) }

  /// Steps, as many as are done.
  var wholeSteps: Int { Int(max(steps, 0).rounded()) }

  /// Forget and retain samples of one class.
  struct ClassSizes: Equatable {
    let forget: Double
    let retain: Double
    var all: Double { forget + retain }
  }

  /// Of class + and of class -: half, rounded up, is +, in the forget set too.
  var classes: (ClassSizes, ClassSizes) {
    let positive = (samples / 2).rounded(.up), forgetPositive = (forgetCount / 2).rounded(.up), forgetNegative = forgetCount - forgetPositive
    return (
      ClassSizes(forget: forgetPositive, retain: positive - forgetPositive),
      ClassSizes(forget: forgetNegative, retain: samples - positive - forgetNegative)
    )
  }

  /// -eta alpha and eta (1 - alpha) over the sizes of the sets: what a slope of one sample weighs.
  var sampleWeights: StepWeights {
    StepWeights(forgetRatio: forgetRatio, retainSize: samples - forgetCount, forgetSize: forgetCount, times: stepSize)
  }

  // MARK: - By the names of a specification

  /// Its parameters by the names of a specification, each of them a real number: so a frontier of no network can be followed between the cells of a grid.
  public static let parameters = Set(places.keys)

  /// Moves a parameter; one that does not occur leaves the model as it is.
  public mutating func move(_ parameter: String, to value: Double) { Self.places[parameter]?(&self, value) }

  private static let places: [String: @Sendable (inout DataModel, Double) -> Void] = [
    "snr": { $0.snr = $1 }, "dimension": { $0.dimension = $1 }, "filtersPerClass": { $0.filtersPerClass = $1 }, "stepSize": { $0.stepSize = $1 },
    "unlearnSteps": { $0.steps = $1 }, "trainTargetLoss": { $0.targetLoss = $1 }, "forgetRatio": { $0.forgetRatio = $1 },
    "npoBeta": { $0.push.npoBeta = $1 }, "labelNoise": { $0.labelNoise = $1 }, "forgetFraction": { $0.forgetCount = $1 * $0.samples },
    "samples": { $0.resize(to: $1, share: $0.coresetFraction) }, "coresetFraction": { $0.resize(to: $0.allSamples, share: $1) },
  ]

  /// The same share of those that are trained on is forgotten.
  private mutating func resize(to all: Double, share: Double) {
    (allSamples, coresetFraction) = (all, share)
    forgetCount *= all * share / samples
    samples = all * share
  }

  /// Whether the samples are all that there were, or a random subset.
  var isRandomSubset: Bool { coresetFraction == 1 || isRandomChoice }

  /// False of a model that was moved out of its parameters' range, as half a cell beyond the last value of an axis.
  public var isPossible: Bool {
    snr >= 0 && dimension >= 2 && forgetCount > 0 && forgetCount < samples && filtersPerClass > 0 && stepSize >= 0 && steps >= 0 && targetLoss > 0
      && 0...1 ~= forgetRatio && push.npoBeta > 0 && 0...1 ~= labelNoise
      && coresetFraction > 0 && coresetFraction <= 1
  }
}
