import Model
import Stability

/// The parameters of one cell of the CNN experiment, by the names of a sweep specification. Their ranges are enforced where they are used.
public struct CNNParameters: Sendable, Hashable {
  public var samples = 80
  public var forgetFraction = 0.2
  public var dimension = 2000
  public var snr = 0.5
  public var labelNoise = 0.0
  /// Images in the place of signal plus noise; nil for that.
  public var images: ImageData?
  public var patches = ImageSource.Patches.apart
  public var tiles = 1
  public var filtersPerClass = 10
  public var initScale = 0.05
  public var loss = Loss.logistic
  public var trainStepSize = 3.0
  public var trainBatchSize = 20
  public var trainTargetLoss = 0.05
  public var trainMaxSteps = 20_000
  public var trainPerturbation = Perturbation.Name.none
  public var trainRadius = 0.5
  public var trainRadiusKind = Perturbation.Length.normalized
  public var capacityFrom = 0.0
  public var coresetFraction = 1.0
  public var coresetSelection = CoresetSelection.random
  public var coresetWarmLoss = 0.5
  public var posteriorScale = 0.3
  public var posteriorDraws = 8
  public var forgetSelection = ForgetSelection.first
  public var batchSize = 8
  public var forgetRatio = 0.2
  public var method = MethodRule.Name.ascent
  public var npoBeta = 1.0
  public var stepSize = 100.0
  public var perturbation = Perturbation.Name.none
  public var radius = 0.5
  public var radiusKind = Perturbation.Length.normalized
  public var unlearnSteps = 400
  public var sampling = Sampling.uniform
  public var testSamples = 200
  public var growthLimit = 1000.0
  public var reference = Reference.retrained
  public var relearnLimit = 0

  public init() {}

  /// The network W_* that stands for deletion (theory.md section 8).
  public enum Reference: String, Sendable, CaseIterable, BitwiseCopyable {
    /// W_r, trained on the retain set alone.
    case retrained
    /// W_r after the retain half of the steps of unlearning.
    case continued
    /// Neither is trained.
    case none
  }

  /// Every parameter, in the order in which they act.
  public static let all: [Parameter<CNNParameters>] = [
    Parameter("samples", symbol: "n", "samples n", \.samples, .count(2...SignalPlusNoise.largestSamples), named: true, "training samples, n"),
    Parameter("forgetFraction", "forget fraction", \.forgetFraction, .between(0, 1), "share of the samples to forget, n_F / n"),
    Parameter(
      "dimension", symbol: "d", "dimension d", \.dimension, .count(2...SignalPlusNoise.largestDimension), named: true,
      acts: .parameter("data", is: .choice("none")), "dimension of a patch, d; images have their own"),
    Parameter(
      "snr", symbol: "SNR", "signal-to-noise ratio", \.snr, .number(0...SignalPlusNoise.largestSNR), named: true,
      "signal-to-noise ratio, length of the signal over that of the noise"),
    Parameter("labelNoise", "label noise", \.labelNoise, .number(0...1), "probability that a training label is flipped"),
    Parameter(
      "data", "images", digest: \.imageDigest, copy: { $1.images = $0.images }, remove: { $0.images = nil },
      "digest of the images in the place of signal plus noise, which the block `data` names"),
    Parameter(
      "patches", "patches", \.patches, acts: .parameter("data", isNot: .choice("none")), "whether signal and residual of an image are two patches or their sum"),
    Parameter(
      "tiles", symbol: "t", "tiles t", \.tiles, .count(1...ImageSource.mostTiles), acts: .parameter("data", isNot: .choice("none")),
      "each patch of an image is cut into t x t patches"),
    Parameter(
      "filtersPerClass", symbol: "m", "filters per class m", \.filtersPerClass, .count(1...Architecture.largestFiltersPerClass), "filters of each class, m"),
    Parameter(
      "initScale", "initial weight scale", \.initScale, .number(0...Architecture.largestInitScale), "standard deviation of an initial weight"),
    Parameter("loss", "loss", \.loss, named: true, "of training and unlearning"),
    Parameter("trainStepSize", "training step size", \.trainStepSize, .above(0, upTo: TrainingRule.largestStepSize), "step size of training"),
    Parameter("trainBatchSize", "training batch size", \.trainBatchSize, .countOfSamples, "samples in a training batch, drawn without replacement"),
    Parameter(
      "trainTargetLoss", "target loss of training", \.trainTargetLoss, .above(0, upTo: TrainingRule.largestTargetLoss),
      "training stops at this mean loss"),
    Parameter(
      "trainMaxSteps", "most training steps", \.trainMaxSteps, .count(0...TrainingRule.largestMaxSteps), "training gives up after this many steps"),
    Parameter(
      "trainPerturbation", "perturbation of training", \.trainPerturbation,
      "where training takes gradients: at the weights, along the batch's, or at random"),
    Parameter(
      "trainRadius", symbol: "R", "radius of training R", \.trainRadius, .number(0...Perturbation.largestRadius),
      acts: .parameter("trainPerturbation", isNot: .choice("none")), "how far: R, tau of a fixed inner step, or the standard deviation of a probe"),
    Parameter(
      "trainRadiusKind", "kind of training radius", \.trainRadiusKind,
      acts: .parameter("trainPerturbation", is: .choice("joint"), .choice("own")), "whether the inner step is R over the norm of the gradient, or R itself"),
    Parameter(
      "capacityFrom", "capacity from", \.capacityFrom, .number(0...1),
      "share of the samples that a second network is trained on, for learning capacity; 0: none is"),
    Parameter(
      "coresetFraction", "coreset fraction", \.coresetFraction, .above(0, upTo: 1),
      "share of the samples that are trained on, n_C / n: all that follows knows of no others"),
    Parameter(
      "coresetSelection", "coreset", \.coresetSelection, acts: .parameter("coresetFraction", isNot: .number(1)), "which samples are trained on"),
    Parameter(
      "coresetWarmLoss", "loss before selection", \.coresetWarmLoss, .above(0, upTo: TrainingRule.largestTargetLoss),
      acts: .parameter("coresetFraction", isNot: .number(1)), "mean loss to which a network is trained on all samples before a coreset is chosen by it"),
    Parameter(
      "posteriorScale", symbol: "τ", "posterior scale τ", \.posteriorScale, .number(0...Perturbation.largestRadius),
      "standard deviation of weights over which gradients are smoothed to choose stable coresets"),
    Parameter(
      "posteriorDraws", "draws of the posterior", \.posteriorDraws, .count(1...GradientMoments.mostDraws), "networks around it that they are averaged over"),
    Parameter("forgetSelection", "forget set", \.forgetSelection, "which samples are forgotten"),
    Parameter(
      "batchSize", symbol: "B", "batch size B", \.batchSize, .countOfSamples, named: true, "unlearning batch size B; each set's batch is min(B, its size)"),
    Parameter(
      "forgetRatio", symbol: "α", "forget ratio α", \.forgetRatio, .number(0...1), named: true, "share of a step that ascends on the forget set, alpha"),
    Parameter("method", "method", \.method, "what a step does to the forget set: ascends, or descends on another loss"),
    Parameter(
      "npoBeta", "npo's b", \.npoBeta, .above(0, upTo: NegativePreference.largestBeta), acts: .parameter("method", is: .choice(MethodRule.Name.npo.rawValue)),
      "b of method npo: how soon its push fades"),
    Parameter(
      "stepSize", symbol: "η", "step size η", \.stepSize, .number(0...TrainingRule.largestStepSize), named: true, "step size of unlearning, eta"),
    Parameter(
      "perturbation", "perturbation", \.perturbation,
      "where unlearning takes gradients: at the weights, along the step's, each set's, or at random"),
    Parameter(
      "radius", "radius", \.radius, .number(0...Perturbation.largestRadius), acts: .parameter("perturbation", isNot: .choice("none")),
      "how far: R, tau of a fixed inner step, or the standard deviation of a probe"),
    Parameter(
      "radiusKind", "kind of radius", \.radiusKind, acts: .parameter("perturbation", is: .choice("joint"), .choice("own")),
      "whether the inner step is R over the norm of the gradient, or R itself"),
    Parameter(
      "unlearnSteps", symbol: "k", "unlearning steps k", \.unlearnSteps, .count(0...UnlearningRule.largestSteps), named: true, "steps of unlearning, k"),
    Parameter("sampling", "sampling", \.sampling, "unlearning batches: without replacement, or each sample by itself"),
    Parameter("testSamples", "test samples", \.testSamples, .count(0...SignalPlusNoise.largestSamples), "fresh samples for the test accuracy"),
    Parameter(
      "growthLimit", "growth limit", \.growthLimit, .above(1, upTo: UnlearningRule.largestGrowthLimit), "growth of the mean loss that counts as escape"),
    Parameter("reference", "reference", \.reference, "what deletion is judged by: trained on the retain set alone, that one trained on, or nothing"),
    Parameter(
      "relearnLimit", "most relearning steps", \.relearnLimit, .count(0...Relearning.largestLimit),
      "steps after which relearning is given up; 0: it is not tried"),
  ]

  private var imageDigest: String? { images?.facts.digest }

  /// n_C, or n: samples that are trained on. Two at least, one to forget and one to retain.
  public var trainedSamples: Int { coresetFraction < 1 ? min(max(Int((coresetFraction * Double(samples)).rounded()), 2), samples) : samples }

  /// The cell before there is a network; nil for squared loss and for images, which the forms that need none do not describe.
  public var dataModel: DataModel? {
    guard loss == .logistic, images == nil, let split = try? forgetSplit() else { return nil }
    return DataModel(
      snr: snr, samples: Double(trainedSamples), dimension: Double(dimension), forgetCount: Double(split.forget.count),
      filtersPerClass: Double(filtersPerClass),
      stepSize: stepSize,
      steps: Double(unlearnSteps), targetLoss: trainTargetLoss, forgetRatio: forgetRatio,
      push: ForgetPush(method, npoBeta: npoBeta), perturbation: (try? unlearningPerturbation()) ?? .none, batchSize: Double(batchSize),
      labelNoise: labelNoise, isTrainedPlainly: trainPerturbation == .none,
      allSamples: Double(samples), coresetFraction: coresetFraction, isRandomChoice: coresetSelection == .random, forgetSelection: forgetSelection)
  }
}
