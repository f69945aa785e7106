import Model
import Stability

/// The parameters of one cell of the synthetic Hessian test (theory.md section 6). Their ranges are enforced where they are used.
public struct HessianParameters: Sendable, Hashable {
  public var samples = 100
  public var coherence = 10
  public var batchSize = 10
  public var stepSize = 0.5
  public var forgetRatio = 0.0
  public var steps = 1000
  public var growthLimit = 1000.0
  public var sampling = Sampling.uniform
  public var perturbation = SyntheticPerturbation.Name.none
  public var innerStep = 0.2
  public var noise = 1.0

  public init() {}

  public static let all: [Parameter<HessianParameters>] = [
    Parameter("samples", symbol: "n", "samples n", \.samples, .count(1...1_000_000), named: true, "matrices, n"),
    Parameter("coherence", symbol: "σ", "coherence σ", \.coherence, .countOfSamples, named: true, "how many of them share an axis, sigma"),
    Parameter("batchSize", symbol: "B", "batch size B", \.batchSize, .countOfSamples, named: true, "matrices in a batch, B"),
    Parameter("stepSize", symbol: "η", "step size η", \.stepSize, .number(0...TrainingRule.largestStepSize), named: true, "step size, eta"),
    Parameter(
      "forgetRatio", symbol: "α", "forget ratio α", \.forgetRatio, .number(0...1), named: true, "share of a step that ascends, alpha; 0 is plain SGD"),
    Parameter("steps", symbol: "k", "steps k", \.steps, .count(0...UnlearningRule.largestSteps), named: true, "steps of a run, k"),
    Parameter(
      "growthLimit", "growth limit", \.growthLimit, .above(1, upTo: UnlearningRule.largestGrowthLimit),
      "growth of the squared length at which a run has escaped"),
    Parameter("sampling", "sampling", \.sampling, "batches: without replacement, or each matrix by itself"),
    Parameter(
      "perturbation", "perturbation", \.perturbation,
      "where gradients are taken: at w, along the mean's, the batch's, each set's, or with noise"),
    Parameter(
      "innerStep", symbol: "τ", "inner step τ", \.innerStep, .number(0...SyntheticPerturbation.largest),
      acts: .parameter("perturbation", is: .choice("mean"), .choice("joint"), .choice("own")), "inner step, tau: how far along a gradient"),
    Parameter(
      "noise", symbol: "s", "noise s", \.noise, .number(0...SyntheticPerturbation.largest), acts: .parameter("perturbation", is: .choice("random")),
      "standard deviation of the noise on each coordinate before each step, s"),
  ]
}
