import FrontierNumerics
import Model

extension SyntheticTest {
  /// The shared axis and, for sigma < n, an axis of a single matrix: how many matrices of each a batch holds.
  var laws: [AxisLaw] { (coherence < samples ? [coherence, 1] : [coherence]).map { AxisLaw(multiplicity: $0, in: self) } }

  /// Every quantity of the criteria, in closed form: D and all J_k are diagonal.
  public var predictors: Predictors {
    let quantities = quantities
    return Predictors(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: steps, growthLimit: growthLimit, dataModel: nil) {
      quantities[$0] ?? .failure(.notAMarginLoss)
    }
  }

  /// Those of a perturbation of the mean Hessian are plain ones of gradients that are (1 + tau lambda)^(1/2) times as long; the two that follow a batch have no
  /// coherence of their own.
  private var quantities: [Predictors.Name: Quantity] {
    let laws = laws, kind = perturbation.name, tau = perturbation.innerStep, plain = PlainForms(self, innerStep: 0)
    let mean: Result<PlainForms, Undefined> = .success(PlainForms(self, innerStep: tau)).flatMap { $0.isPositive ? .success($0) : .failure(.perturbationTurns) }
    let followsBatch = kind == .joint || kind == .own, isFixed = kind.hasInnerStep && tau > 0
    let ofStep: Result<PlainForms, Undefined> = followsBatch ? .failure(.notPlainSteps) : kind == .mean ? mean : .success(plain)
    let ofHessian = followsBatch ? .success(plain) : ofStep, ofMean = isFixed ? mean : .failure(.noFixedInnerStep)
    let alongMean = SyntheticTest(self, rule: rule, perturbation: perturbation.alongMean)
    let bounds: Result<SharpnessBounds, Undefined> =
      isFixed
      ? .success(
        SharpnessBounds(
          stepSize: rule.stepSize, noiseFactor: plain.noiseFactor, innerStep: tau, top: plain.top, bottom: plain.bottom, coherence: plain.coherence))
      : .failure(.noFixedInnerStep)
    func divergence(_ forms: Result<PlainForms, Undefined>) -> Quantity {
      coherenceDivergenceRatio(rule, plain.noiseFactor, forms.map(\.top), forms.map(\.coherence))
    }
    return [
      .fullHessianTop: .success(2),
      .mixedHessianTop: ofHessian.map(\.top), .mixedHessianBottom: ofHessian.map(\.bottom), .coherence: ofHessian.map(\.coherence),
      .retainCoherence: .success(Double(coherence)), .forgetCoherence: .success(Double(coherence)), .crossCoherence: .success(Double(coherence)),
      .coherenceDivergenceRatio: divergence(ofStep),
      .coherenceConvergenceRatio: coherenceConvergenceRatio(rule, plain.noiseFactor, ofStep.map(\.top), ofStep.map(\.coherence)),
      .singleSampleDivergenceRatio: ofStep.map(\.singleSample), .noiseRadius: ofStep.map(\.noiseRadius),
      .meanSquareRadius: .success(meanSquareRadius(laws)),
      .contraction: followsBatch ? .success(batchContraction) : ofStep.map(\.contraction),
      .typicalRate: .success(laws.map { $0.meanLogFactor(in: self) }.max() ?? 0),
      .sharpenedTop: ofMean.map(\.top), .sharpenedCoherence: ofMean.map(\.coherence), .sharpenedDivergenceRatio: divergence(ofMean),
      .sharpenedMeanSquareRadius: ofMean.map { _ in alongMean.meanSquareRadius(laws) },
      .samDivergenceRatio: bounds.map(\.divergenceRatio), .samConvergenceRatio: bounds.map(\.convergenceRatio),
      .meanStepRadius: .success(laws.map { abs($0.mean(in: self) { $0 }) }.max() ?? 0),
      .keptNoiseGrowth: keptNoiseGrowth.map { .success($0.largest) } ?? .failure(.noNoise),
    ]
  }

  private func meanSquareRadius(_ laws: [AxisLaw]) -> Double { laws.map { meanSquare(of: $0) }.max() ?? 0 }

  /// E J^2 on an axis.
  private func meanSquare(of law: AxisLaw) -> Double {
    if perturbation.name.hasInnerStep { return law.mean(in: self) { $0 * $0 } }
    let alpha = rule.forgetRatio, mean = 1 - rule.stepSize * eigenvalue(multiplicity: law.multiplicity)
    return mean * mean + rule.stepSize * rule.stepSize * sharpness * sharpness * (alpha * alpha + (1 - alpha) * (1 - alpha)) * law.variance
      / Double(rule.batchSize * rule.batchSize)
  }

  /// The norm of E[J^2] under Bernoulli batches.
  private var batchContraction: Double {
    let test = SyntheticTest(self, rule: rule.sampled(.bernoulli), perturbation: perturbation)
    return test.meanSquareRadius(test.laws)
  }
}

/// What is said of plain steps, on gradients that are (1 + tau lambda)^(1/2) times as long.
private struct PlainForms {
  let noiseFactor, top, bottom, coherence, singleSample, noiseRadius, contraction: Double
  /// Whether I + tau D is positive definite.
  let isPositive: Bool

  init(_ test: SyntheticTest, innerStep tau: Double) {
    let alpha = test.rule.forgetRatio, eta = test.rule.stepSize, n = Double(test.samples), sharpness = test.sharpness
    let multiplicities = test.laws.map(\.multiplicity), counts = multiplicities.map { Double($0) }
    let lambdas = multiplicities.map { test.eigenvalue(multiplicity: $0) }, lengths = lambdas.map { 1 + tau * $0 }
    let largerWeight = max(alpha, 1 - alpha), squaredWeights = alpha * alpha + (1 - alpha) * (1 - alpha), longest = lengths.max() ?? 1
    let eigenvalues = zip(lambdas, lengths).map { $0 * $1 }, rho = n / Double(test.rule.batchSize) - 1
    let noise = eta * eta * rho * sharpness * sharpness * squaredWeights / (n * n)
    isPositive = lengths.allSatisfy { $0 > 0 }
    (noiseFactor, top, bottom) = (rho, eigenvalues.max() ?? 0, eigenvalues.min() ?? 0)
    coherence = (zip(counts, lengths).map { $0 * $1 }.max() ?? 0) / longest / largerWeight
    singleSample = eta * rho.squareRoot() * largerWeight * sharpness / n * longest
    noiseRadius = zip(counts, lengths).map { noise * $0 * $1 * $1 }.max() ?? 0
    contraction = zip(eigenvalues, zip(counts, lengths)).map { (1 - eta * $0) * (1 - eta * $0) + noise * $1.0 * $1.1 * $1.1 }.max() ?? 0
  }
}

/// How many of an axis' matrices a batch holds: hypergeometric for uniform batches, binomial for Bernoulli ones.
struct AxisLaw {
  let multiplicity: Int
  /// probabilities[r] for r of them.
  let probabilities: [Double]

  init(multiplicity: Int, in test: SyntheticTest) {
    self.multiplicity = multiplicity
    let (n, batch) = (test.samples, test.rule.batchSize)
    var logFactorials = [0.0]
    for k in 1...n { logFactorials.append(logFactorials[k - 1] + Elementary.log(Double(k))) }
    func logChoose(_ n: Int, _ k: Int) -> Double { logFactorials[n] - logFactorials[k] - logFactorials[n - k] }
    let p = Double(batch) / Double(n)
    probabilities = (0...multiplicity).map { r in
      switch test.rule.sampling {
      case .uniform:
        guard r <= batch, batch - r <= n - multiplicity else { return 0 }
        return Elementary.exp(logChoose(multiplicity, r) + logChoose(n - multiplicity, batch - r) - logChoose(n, batch))
      case .bernoulli:
        guard p < 1 else { return r == multiplicity ? 1 : 0 }
        return Elementary.exp(
          logChoose(multiplicity, r) + Double(r) * Elementary.log(p) + Double(multiplicity - r) * Elementary.log(1 - p))
      }
    }
  }

  var variance: Double {
    let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    return probabilities.enumerated().reduce(0) { $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element }
  }

  /// E of a function of J on the axis.
  func mean(in test: SyntheticTest, of function: (Double) -> Double) -> Double {
    mean(in: test) { function(test.factor(multiplicity: multiplicity, retained: $0, forgotten: $1)) }
  }

  /// E of a function of how many of the axis' matrices are in the retain and in the forget batch.
  private func mean(in test: SyntheticTest, of function: (Int, Int) -> Double) -> Double {
    // At alpha = 0 the forget batch moves nothing.
    let forgets = test.rule.forgetRatio > 0 ? probabilities : [1]
    var sum = 0.0
    for (r, retain) in probabilities.enumerated() where retain > 0 {
      for (f, forget) in forgets.enumerated() where forget > 0 {
        sum += retain * forget * function(r, f)
      }
    }
    return sum
  }

  /// E log |J| on the axis. A factor of zero, to rounding, ends the axis; the smallest positive double stands for it.
  func meanLogFactor(in test: SyntheticTest) -> Double {
    mean(in: test) { retained, forgotten in
      let factor = abs(test.factor(multiplicity: multiplicity, retained: retained, forgotten: forgotten))
      let isZero = factor <= 8 * test.factorSize(multiplicity: multiplicity, retained: retained, forgotten: forgotten).ulp
      return Elementary.log(isZero ? .leastNormalMagnitude : factor)
    }
  }
}
