import FrontierNumerics

/// A quantity, or why there is none.
public typealias Quantity = Result<Double, Undefined>

/// Everything the criteria of theory.md section 5 are judged by at one cell: a table of plain numbers, from a trained network (`HessianTest`), in closed
/// form, or from what was stored of either.
public struct Predictors: Sendable {
  /// The numbers, by the names of their columns (docs/columns.md).
  public enum Name: String, Sendable, CaseIterable {
    case fullHessianTop, mixedHessianTop, mixedHessianBottom
    case coherence, retainCoherence, forgetCoherence, crossCoherence
    case coherenceDivergenceRatio, coherenceConvergenceRatio, singleSampleDivergenceRatio
    case noiseRadius, meanSquareRadius, contraction, typicalRate
    case driftAlignmentRatio, tangentForgetAccuracy, tangentRetainAccuracy
    case meanFieldForgetMargin, meanFieldForgetAccuracy, meanFieldRetainAccuracy
    case tangentGrowth, meanFieldMemory
    case sharpenedTop, sharpenedCoherence, sharpenedDivergenceRatio, sharpenedMeanSquareRadius
    case samDivergenceRatio, samConvergenceRatio, meanStepRadius
    case keptNoiseGrowth, probedMeanSquare
    case predictedTestAccuracy, groupMeanFieldForgetMargin
  }

  /// alpha, eta and the number of steps k of the run that is predicted.
  public let forgetRatio: Double
  public let stepSize: Double
  public let steps: Int
  /// Growth of |delta|^2 that counts as escape.
  public let growthLimit: Double
  /// The cell before there is a network, for the forms that need none; nil where there is no such form.
  public let dataModel: DataModel?
  private let quantity: @Sendable (Name) -> Quantity

  /// - Parameter quantity: gives each number when it is asked for.
  public init(
    forgetRatio: Double, stepSize: Double, steps: Int, growthLimit: Double, dataModel: DataModel?,
    quantity: @escaping @Sendable (Name) -> Quantity
  ) {
    self.forgetRatio = forgetRatio
    self.stepSize = stepSize
    self.steps = steps
    self.growthLimit = growthLimit
    self.dataModel = dataModel
    self.quantity = quantity
  }

  public subscript(name: Name) -> Quantity { quantity(name) }
}

/// eta sqrt(rho) lambda_1(D) / sigma, with rho at the sample of largest lambda_1(Ht): at 1 or more, the coherence form of the divergence bound holds.
func coherenceDivergenceRatio(_ rule: StepRule, _ noiseFactor: Double, _ top: Quantity, _ coherence: Quantity) -> Quantity {
  Result { () throws(Undefined) in rule.stepSize * noiseFactor.squareRoot() * (try top.get()) / (try coherence.get()) }
}

/// eta lambda_1(D) (sigma + rho) / (2 sigma): below 1, the paper's other side says that the run stays.
func coherenceConvergenceRatio(_ rule: StepRule, _ noiseFactor: Double, _ top: Quantity, _ coherence: Quantity) -> Quantity {
  Result { () throws(Undefined) in
    let sigma = try coherence.get()
    return rule.stepSize * (try top.get()) * (sigma + noiseFactor) / (2 * sigma)
  }
}
