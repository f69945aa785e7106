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

  public init(samples: Int, coherence: Int, rule: StepRule, steps: Int, growthLimit: Double) throws {
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
  private var dimension: Int { samples - coherence + 1 }

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
    let weights = StepWeights(forgetRatio: rule.forgetRatio, times: rule.stepSize * sharpness / Double(rule.batchSize))
    // How much of w_a a step takes away, and the axes that the step touches.
    var taken = [Double](repeating: 0, count: dimension)
    var batch: [Int32] = []
    observe?(Self.logGrowth(w, over: first))
    for step in 0..<steps {
      batch.removeAll(keepingCapacity: true)
      draw(from: &retain, into: &batch)
      let retained = batch.count
      if rule.forgetRatio > 0 { draw(from: &forget, into: &batch) }
      for (slot, i) in batch.enumerated() { taken[axis(i)] += slot < retained ? weights.retain : weights.forget }
      for i in batch {
        let axis = axis(i)
        let before = w[axis]
        // A second visit finds nothing left to take.
        let after = before * (1 - taken[axis])
        taken[axis] = 0
        w[axis] = after
        square += after * after - before * before
      }
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

  private func axis(_ sample: Int32) -> Int { max(Int(sample) - coherence + 1, 0) }

  private func draw(from sampler: inout SubsetSampler, into batch: inout [Int32]) {
    switch rule.sampling {
    case .uniform: sampler.appendSubset(size: rule.batchSize, offset: 0, to: &batch)
    case .bernoulli: sampler.appendBernoulli(probability: Double(rule.batchSize) / Double(samples), offset: 0, to: &batch)
    }
  }
}
