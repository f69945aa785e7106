import FrontierNumerics
import Model

/// The step whose stability is asked for: alpha, eta, B and how batches are drawn.
public struct StepRule: Sendable, Hashable {
  /// alpha, from 0 to 1.
  public let forgetRatio: Double
  /// eta.
  public let stepSize: Double
  /// B; each set's batch is min(B, its size).
  public let batchSize: Int
  public let sampling: Sampling

  public init(forgetRatio: Double, stepSize: Double, batchSize: Int, sampling: Sampling) throws {
    // The same ranges as the run's own.
    _ = try UnlearningRule(forgetRatio: forgetRatio, stepSize: stepSize, growthLimit: 1000)
    guard batchSize >= 1 else { throw ParameterError(parameter: "batchSize", value: "\(batchSize)", allowed: "a whole number from 1") }
    self.forgetRatio = forgetRatio
    self.stepSize = stepSize
    self.batchSize = batchSize
    self.sampling = sampling
  }

  private init(_ other: StepRule, sampling: Sampling) {
    (forgetRatio, stepSize, batchSize, self.sampling) = (other.forgetRatio, other.stepSize, other.batchSize, sampling)
  }

  /// The same with batches that are drawn otherwise.
  func sampled(_ sampling: Sampling) -> StepRule { StepRule(self, sampling: sampling) }
}

/// The weighted Hessians of a step (theory.md section 5): Ht_k = (1-alpha)/n_R H_k on retain and alpha/n_F H_k on forget, each of rank one,
/// H_k = h_k g_k g_k^T; signs +1 and -1; and the noise factors of the batches. A method other than ascent has -d2phi/df2 in place of h_k on forget, of either
/// sign.
public struct WeightedHessians: Sendable {
  public let at: Linearisation
  public let rule: StepRule
  /// Whether the forget set's part of D is the loss's own Hessian, as the paper's bounds assume.
  let ascends: Bool
  /// h_k on retain, -d2phi/df2 on forget: what the step's weights multiply.
  let curvatures: [Double]
  /// Ht_k = strength_k g_k g_k^T: the set's weight times |h_k|.
  let strengths: [Double]
  /// s_k strength_k, the mixed Hessian's coefficients: D = sum_k signed_k g_k g_k^T.
  let signed: [Double]
  /// rho_k = n/B - 1 of the sample's set.
  public let noiseFactors: [Double]
  /// lambda_1(Ht_k) = strength_k |g_k|^2.
  public let tops: [Double]
  /// sqrt(eta^2 rho_k) strength_k: the Bernoulli noise term is sum_k spread_k^2 g_k g_k^T M g_k g_k^T.
  let spreads: [Double]

  public init(at point: Linearisation, rule: StepRule, method: some UnlearningMethod = GradientAscent()) {
    at = point
    self.rule = rule
    ascends = method is GradientAscent
    var curvatures = point.curvatures
    for k in point.split.forget {
      curvatures[k] = method.forgetCurvature(of: point.loss, output: point.outputs[k], label: point.labels[k], sample: k)
    }
    self.curvatures = curvatures
    let split = point.split
    let weights = StepWeights(forgetRatio: rule.forgetRatio, retainSize: Double(split.retain.count), forgetSize: Double(split.forget.count))
    signed = (0..<point.count).map { (split.forget.contains($0) ? weights.forget : weights.retain) * curvatures[$0] }
    let strengths = signed.map(abs)
    self.strengths = strengths
    let noiseFactors = (0..<point.count).map { k in
      let size = split.forget.contains(k) ? split.forget.count : split.retain.count
      return Double(size) / Double(min(rule.batchSize, size)) - 1
    }
    self.noiseFactors = noiseFactors
    tops = (0..<point.count).map { strengths[$0] * point.gram[$0, $0] }
    spreads = (0..<point.count).map { rule.stepSize * noiseFactors[$0].squareRoot() * strengths[$0] }
  }

  /// Of gradients with another Gram matrix, and all else the same.
  init(_ other: WeightedHessians, gram: Matrix) {
    at = Linearisation(other.at, gram: gram)
    (rule, ascends, curvatures, strengths, signed) = (other.rule, other.ascends, other.curvatures, other.strengths, other.signed)
    (noiseFactors, spreads) = (other.noiseFactors, other.spreads)
    tops = (0..<other.at.count).map { other.strengths[$0] * gram[$0, $0] }
  }

  /// The sample of largest lambda_1(Ht_k), the first of equals.
  var largest: Int { tops.indices.max { tops[$0] < tops[$1] || (tops[$0] == tops[$1] && $0 > $1) } ?? 0 }
}
