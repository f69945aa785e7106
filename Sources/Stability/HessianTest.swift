import Model
import Numerics

/// A quantity, or why there is none.
public typealias Quantity = Result<Double, Undefined>

/// Everything the criteria of theory.md section 5 are judged by at one cell: a table of plain numbers, from a trained network, in closed form, or from what
/// was stored of either.
public struct HessianTest: Sendable {
  /// The numbers, by the names of their columns (docs/columns.md).
  public enum Figure: String, Sendable, CaseIterable {
    case fullHessianTop, mixedHessianTop, mixedHessianBottom
    case coherence, retainCoherence, forgetCoherence, crossCoherence
    case coherenceDivergenceRatio, coherenceConvergenceRatio, singleSampleDivergenceRatio
    case noiseRadius, meanSquareRadius, contraction, typicalRate
    case driftAlignmentRatio, tangentForgetAccuracy, tangentRetainAccuracy
    case meanFieldForgetMargin, meanFieldForgetAccuracy, meanFieldRetainAccuracy
  }

  /// alpha, eta and the number of steps k of the run that is predicted.
  public let forgetRatio: Double
  public let stepSize: Double
  public let steps: Int
  /// Growth of |delta|^2 that counts as escape.
  public let growthLimit: Double
  /// The cell as the data model sees it, for the forms that need no network; nil where there is none.
  public let dataModel: APrioriMeanField?
  private let quantity: @Sendable (Figure) -> Quantity

  /// - Parameter quantity: gives each number when it is asked for.
  public init(
    forgetRatio: Double, stepSize: Double, steps: Int, growthLimit: Double, dataModel: APrioriMeanField?,
    quantity: @escaping @Sendable (Figure) -> Quantity
  ) {
    self.forgetRatio = forgetRatio
    self.stepSize = stepSize
    self.steps = steps
    self.growthLimit = growthLimit
    self.dataModel = dataModel
    self.quantity = quantity
  }

  public subscript(figure: Figure) -> Quantity { quantity(figure) }
}

extension HessianTest {
  /// The test of a trained network at one step rule, following the batches of `schedule`.
  ///
  /// - Parameters:
  ///   - spectra: of the network and the split, shared by all cells that have them.
  ///   - key: the repetition's, for the perturbation that the linear simulation follows.
  public init(_ spectra: PointSpectra, rule: StepRule, schedule: BatchSchedule, growthLimit: Double, key: RandomKey, dataModel: APrioriMeanField?) {
    let hessians = WeightedHessians(at: spectra.at, rule: rule)
    let ends = Result { () throws(Undefined) in try MixedHessianEnds(hessians) }
    let top = ends.map(\.top.value), coherence = Result { () throws(Undefined) in try hessians.mixedCoherence(spectra) }
    let tangent: Result<TangentPrediction, Undefined> =
      spectra.at.hasNoGradient ? .failure(.zeroGradients) : .success(TangentPrediction(at: spectra.at, rule: rule, schedule: schedule))
    let meanField = spectra.meanField.map { $0.run(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps) }
    func measure(_ figure: Figure) -> Quantity {
      switch figure {
      case .fullHessianTop: spectra.fullHessianTop
      case .mixedHessianTop: top
      case .mixedHessianBottom: ends.map(\.bottom.value)
      case .coherence: coherence
      case .retainCoherence: spectra.retainCoherence
      case .forgetCoherence: spectra.forgetCoherence
      case .crossCoherence: spectra.crossCoherence
      case .coherenceDivergenceRatio: coherenceDivergenceRatio(rule, hessians.noiseFactorOfLargest, top, coherence)
      case .coherenceConvergenceRatio: coherenceConvergenceRatio(rule, hessians.noiseFactorOfLargest, top, coherence)
      case .singleSampleDivergenceRatio: Result { () throws(Undefined) in try hessians.singleSampleDivergenceRatio() }
      case .noiseRadius: Result { () throws(Undefined) in try hessians.noiseRadius(spectra) }
      case .meanSquareRadius: Result { () throws(Undefined) in try hessians.meanSquareRadius(from: ends.get()).value }
      case .contraction: Result { () throws(Undefined) in try hessians.contraction().value }
      case .typicalRate:
        Result { () throws(Undefined) in try LinearSimulation(hessians, schedule: schedule, growthLimit: growthLimit, key: key).typicalRate }
      case .driftAlignmentRatio: spectra.driftAlignmentRatio
      case .tangentForgetAccuracy: tangent.map(\.forget.accuracy)
      case .tangentRetainAccuracy: tangent.map(\.retain.accuracy)
      case .meanFieldForgetMargin: meanField.map(\.forgetMargin)
      case .meanFieldForgetAccuracy: meanField.map(\.forgetAccuracy)
      case .meanFieldRetainAccuracy: meanField.map(\.retainAccuracy)
      }
    }
    let quantities = Dictionary(uniqueKeysWithValues: Figure.allCases.map { ($0, measure($0)) })
    self.init(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, growthLimit: growthLimit, dataModel: dataModel) {
      quantities[$0] ?? .failure(.notMeasured)
    }
  }
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
