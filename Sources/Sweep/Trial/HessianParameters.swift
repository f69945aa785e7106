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

  public static let all: [Parameter<HessianParameters>] = [
    Parameter("samples", \.samples, .preparation, "matrices, n"),
    Parameter("coherence", \.coherence, .preparation, "how many of them share an axis, sigma"),
    Parameter("batchSize", \.batchSize, .preparation, "matrices in a batch, B"),
    Parameter("stepSize", \.stepSize, .preparation, "step size, eta"),
    Parameter("forgetRatio", \.forgetRatio, .preparation, "share of a step that ascends, alpha; 0 is SGD"),
    Parameter("steps", \.steps, .preparation, "steps of a run"),
    Parameter("growthLimit", \.growthLimit, .preparation, "growth of |w|^2 at which a run has escaped"),
    Parameter("sampling", \.sampling, .preparation, "batches: uniform (without replacement) or bernoulli"),
  ]
}
