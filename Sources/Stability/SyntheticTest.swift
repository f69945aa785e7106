import Model
import FrontierNumerics

/// The paper's synthetic Hessian test (theory.md section 6): n matrices H_i = (2n/sigma) e e^T with e = e_1 for the first sigma samples and an axis of
/// its own for each of the rest, so lambda_1(H) = 2 and the coherence is sigma. Retain and forget lists are the same matrices.
///
/// All matrices are diagonal, so a step multiplies single coordinates: O(B), whatever n.
public struct SyntheticTest: Sendable, Hashable {
  /// n
  public let samples: Int
  /// sigma, how many of the matrices share an axis.
  public let coherence: Int
  public let rule: StepRule
  public let steps: Int
  /// A run survives while |w|^2 < growthLimit |w_0|^2.
  public let growthLimit: Double
  public let perturbation: SyntheticPerturbation

  public init(
    samples: Int, coherence: Int, rule: StepRule, steps: Int, growthLimit: Double, perturbation: SyntheticPerturbation = .none
  ) throws {
    try require("samples", samples, in: 1...1_000_000)
    try require("coherence", coherence, in: 1...samples)
    try require("batchSize", rule.batchSize, in: 1...samples)
    try require("steps", steps, in: 0...UnlearningRule.largestSteps)
    try require("growthLimit", growthLimit, in: 1...UnlearningRule.largestGrowthLimit, above: 1)
    self.samples = samples
    self.coherence = coherence
    self.rule = rule
    self.steps = steps
    self.growthLimit = growthLimit
    self.perturbation = perturbation
  }

  /// With another step, of the same range.
  init(_ other: SyntheticTest, rule: StepRule, perturbation: SyntheticPerturbation) {
    (samples, coherence, steps, growthLimit) = (other.samples, other.coherence, other.steps, other.growthLimit)
    (self.rule, self.perturbation) = (rule, perturbation)
  }

  /// What one run came to.
  public struct Run: Sendable, Equatable {
    /// The first step at which |w|^2 was at the limit; nil when the run survived.
    public let escapedAtStep: Int?
    /// log(|w|^2 / |w_0|^2) at the end or at the escape.
    public let logGrowth: Double
    public var survived: Bool { escapedAtStep == nil }
  }

  /// 2n/sigma, the eigenvalue of each matrix.
  var sharpness: Double { 2 * Double(samples) / Double(coherence) }
  /// Axes: the shared one, then one for each matrix that has its own.
  var dimension: Int { samples - coherence + 1 }

  /// Runs w <- J w from w uniform on [0, 1]^d.
  ///
  /// - Parameter observe: called with log(|w|^2 / |w_0|^2) before the first step and after each that was done, at last with the run's own.
  public func run(key: RandomKey, observe: ((Double) -> Void)? = nil) -> Run {
    var start = key.child(StabilityPurpose.syntheticStart).stream()
    var w = (0..<dimension).map { _ in start.uniform() }
    var square = w.reduce(0) { $0 + $1 * $1 }
    let first = max(square, .leastNormalMagnitude)
    var retain = SubsetSampler(population: samples, stream: key.child(StabilityPurpose.syntheticRetain).stream())
    var forget = SubsetSampler(population: samples, stream: key.child(StabilityPurpose.syntheticForget).stream())
    var noise = key.child(StabilityPurpose.syntheticNoise).stream(), axes = Axes(self)
    var batch: [Int32] = []
    observe?(Self.logGrowth(w, over: first))
    for step in 0..<steps {
      batch.removeAll(keepingCapacity: true)
      draw(from: &retain, into: &batch)
      let retained = batch.count
      if rule.forgetRatio > 0 { draw(from: &forget, into: &batch) }
      if perturbation.name == .random {
        for (axis, shift) in noise.gaussians(dimension).enumerated() { w[axis] += perturbation.noise * shift }
        square = w.reduce(0) { $0 + $1 * $1 }
      }
      axes.move(&w, square: &square, by: batch, retained: retained)
      if square >= growthLimit * first {
        let escaped = Run(escapedAtStep: step + 1, logGrowth: Elementary.log(square / first))
        observe?(escaped.logGrowth)
        return escaped
      }
      observe?(Self.logGrowth(w, over: first))
    }
    return Run(escapedAtStep: nil, logGrowth: Self.logGrowth(w, over: first))
  }

  /// The running sum may lose what is small; what is told is summed afresh.
  private static func logGrowth(_ w: [Double], over first: Double) -> Double {
    Elementary.log(max(w.reduce(0) { $0 + $1 * $1 } / first, .leastNormalMagnitude))
  }

  fileprivate func axis(_ sample: Int32) -> Int { max(Int(sample) - coherence + 1, 0) }

  private func draw(from sampler: inout SubsetSampler, into batch: inout [Int32]) {
    switch rule.sampling {
    case .uniform: sampler.appendSubset(size: rule.batchSize, offset: 0, to: &batch)
    case .bernoulli: sampler.appendBernoulli(probability: Double(rule.batchSize) / Double(samples), offset: 0, to: &batch)
    }
  }
}

/// What a batch does to each axis, and the axes that it touches.
private struct Axes {
  private let test: SyntheticTest
  private let weights: StepWeights
  /// How much of w_a a plain step takes away.
  private var taken: [Double]
  /// Matrices of the retain and the forget batch on an axis, of which a perturbed step makes its factor.
  private var counts: [(retained: Int, forgotten: Int)]

  init(_ test: SyntheticTest) {
    self.test = test
    weights = StepWeights(forgetRatio: test.rule.forgetRatio, times: test.rule.stepSize * test.sharpness / Double(test.rule.batchSize))
    taken = [Double](repeating: 0, count: test.dimension)
    counts = test.perturbation.name.hasInnerStep ? [(retained: Int, forgotten: Int)](repeating: (0, 0), count: test.dimension) : []
  }

  mutating func move(_ w: inout [Double], square: inout Double, by batch: [Int32], retained: Int) {
    let isPlain = counts.isEmpty
    for (slot, i) in batch.enumerated() {
      let axis = test.axis(i)
      if isPlain {
        taken[axis] += slot < retained ? weights.retain : weights.forget
      } else if slot < retained {
        counts[axis].retained += 1
      } else {
        counts[axis].forgotten += 1
      }
    }
    for i in batch {
      let axis = test.axis(i), before = w[axis], after: Double
      // A second visit finds nothing left to take.
      if isPlain {
        after = before * (1 - taken[axis])
        taken[axis] = 0
      } else {
        let (retained, forgotten) = counts[axis]
        after = before * test.factor(multiplicity: axis == 0 ? test.coherence : 1, retained: retained, forgotten: forgotten)
        counts[axis] = (0, 0)
      }
      w[axis] = after
      square += after * after - before * before
    }
  }
}
