import Model
import FrontierNumerics

extension SyntheticTest {
  /// Every quantity of the criteria, in closed form: D and all J_k are diagonal, with the shared axis and, for sigma < n, axes of single matrices.
  public var predictors: Predictors {
    let alpha = rule.forgetRatio, eta = rule.stepSize, n = Double(samples), sigma = Double(coherence)
    // Matrices on an axis: sigma on the shared one, 1 on each other.
    let multiplicities = coherence < samples ? [coherence, 1] : [coherence]
    let eigenvalues = multiplicities.map { sharpness * Double($0) / n * (1 - 2 * alpha) }
    let largerWeight = max(alpha, 1 - alpha), squaredWeights = alpha * alpha + (1 - alpha) * (1 - alpha)
    let rho = n / Double(rule.batchSize) - 1
    let noise = eta * eta * rho * sharpness * sharpness * squaredWeights / (n * n)
    let contraction = zip(multiplicities, eigenvalues).map { (1 - eta * $1) * (1 - eta * $1) + noise * Double($0) }.max() ?? 0
    let laws = multiplicities.map { AxisLaw(multiplicity: $0, in: self) }
    let meanSquares = zip(laws, eigenvalues).map { law, eigenvalue in
      (1 - eta * eigenvalue) * (1 - eta * eigenvalue)
        + eta * eta * sharpness * sharpness * squaredWeights * law.variance / Double(rule.batchSize * rule.batchSize)
    }
    let top = Quantity.success(eigenvalues.max() ?? 0), mixedCoherence = Quantity.success(sigma / largerWeight)
    let meanSquare = meanSquares.max() ?? 0, typicalRate = laws.map { $0.meanLogFactor(in: self) }.max() ?? 0
    let bottom = eigenvalues.min() ?? 0, singleSample = eta * rho.squareRoot() * largerWeight * sharpness / n
    let divergence = coherenceDivergenceRatio(rule, rho, top, mixedCoherence), convergence = coherenceConvergenceRatio(rule, rho, top, mixedCoherence)
    return Predictors(forgetRatio: alpha, stepSize: eta, steps: steps, growthLimit: growthLimit, dataModel: nil) { name in
      switch name {
      case .fullHessianTop: .success(2)
      case .mixedHessianTop: top
      case .mixedHessianBottom: .success(bottom)
      case .coherence: mixedCoherence
      case .retainCoherence, .forgetCoherence, .crossCoherence: .success(sigma)
      case .coherenceDivergenceRatio: divergence
      case .coherenceConvergenceRatio: convergence
      case .singleSampleDivergenceRatio: .success(singleSample)
      case .noiseRadius: .success(noise * sigma)
      case .meanSquareRadius: .success(meanSquare)
      case .contraction: .success(contraction)
      case .typicalRate: .success(typicalRate)
      case .driftAlignmentRatio, .tangentForgetAccuracy, .tangentRetainAccuracy, .tangentGrowth, .meanFieldForgetMargin, .meanFieldForgetAccuracy,
        .meanFieldRetainAccuracy, .meanFieldMemory:
        .failure(.notAMarginLoss)
      }
    }
  }
}

/// How many of an axis' matrices a batch holds: hypergeometric for uniform batches, binomial for Bernoulli ones.
private struct AxisLaw {
  /// probabilities[r] for r of them.
  let probabilities: [Double]

  init(multiplicity: Int, in test: SyntheticTest) {
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

  /// E log |J| on the axis. A factor of exactly zero ends the axis; the smallest positive double stands for it.
  func meanLogFactor(in test: SyntheticTest) -> Double {
    let perSample = test.rule.stepSize * test.sharpness / Double(test.rule.batchSize), weights = StepWeights(forgetRatio: test.rule.forgetRatio)
    // At alpha = 0 the forget batch moves nothing.
    let forgets = test.rule.forgetRatio > 0 ? probabilities : [1]
    var sum = 0.0
    for (r, retain) in probabilities.enumerated() where retain > 0 {
      for (f, forget) in forgets.enumerated() where forget > 0 {
        let factor = 1 - perSample * (weights.retain * Double(r) + weights.forget * Double(f))
        sum += retain * forget * Elementary.log(max(abs(factor), .leastNormalMagnitude))
      }
    }
    return sum
  }
}
