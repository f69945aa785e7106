import Model

/// The parameters of one cell of the synthetic Hessian test (theory.md section 6). Their ranges are checked by `HessianTrial`.
public struct HessianParameters: Sendable, Hashable {
  public var samples = 100
  public var coherence = 10
  public var batchSize = 10
  public var stepSize = 0.5
  public var forgetRatio = 0.0
  public var steps = 1000
  public var growthLimit = 1000.0
  public var sampling = Sampling.uniform

  public init() {}

  /// In closed form: the same for all repetitions.
  static let criteria = Stage("criteria", of: all, standard: HessianParameters(), reads: all.map(\.name))

  static let run = Stage(
    "run", of: all, standard: HessianParameters(), reads: all.map(\.name), operations: { Double($0.steps) * Double($0.samples) },
    working: { bytes(40, $0.samples).addingClamped(bytes(24, $0.batchSize)) }, memory: "coordinates of the run (samples)")

  public static let all: [Parameter<HessianParameters>] = [
    Parameter("samples", \.samples, "matrices, n"),
    Parameter("coherence", \.coherence, "how many of them share an axis, sigma"),
    Parameter("batchSize", \.batchSize, "matrices in a batch, B"),
    Parameter("stepSize", \.stepSize, "step size, eta"),
    Parameter("forgetRatio", \.forgetRatio, "share of a step that ascends, alpha; 0 is SGD"),
    Parameter("steps", \.steps, "steps of a run"),
    Parameter("growthLimit", \.growthLimit, "growth of |w|^2 at which a run has escaped"),
    Parameter("sampling", \.sampling, "batches: uniform (without replacement) or bernoulli"),
  ]
}
