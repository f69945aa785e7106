import Model
import Numerics

/// A quantity, or why there is none.
public typealias Quantity = Result<Double, Undefined>

/// Everything the criteria of theory.md section 5 are judged by at one cell: a table of plain numbers, from a trained network or in closed form.
public struct HessianTest: Sendable {
  /// alpha, eta and the number of steps k of the run that is predicted.
  public let forgetRatio: Double
  public let stepSize: Double
  public let steps: Int
  /// Growth of |delta|^2 that counts as escape.
  public let growthLimit: Double

  public let fullHessianTop: Quantity
  public let mixedHessianTop: Quantity
  public let mixedHessianBottom: Quantity
  public let coherence: Quantity
  public let retainCoherence: Quantity
  public let forgetCoherence: Quantity
  public let crossCoherence: Quantity
  /// rho at the sample of largest lambda_1(Ht).
  public let noiseFactor: Double
  public let singleSampleDivergenceRatio: Quantity
  public let noiseRadius: Quantity
  public let meanSquareRadius: Quantity
  public let contraction: Quantity
  public let typicalRate: Quantity

  public let driftAlignmentRatio: Quantity
  public let tangent: Result<TangentPrediction, Undefined>
  public let meanField: Result<MeanField.Outcome, Undefined>
  /// The cell as the data model sees it, for the forms that need no network; nil where there is none.
  public let dataModel: APrioriMeanField?

  /// eta sqrt(rho) lambda_1(D) / sigma: at 1 or more, the coherence form of the divergence bound holds.
  public var coherenceDivergenceRatio: Quantity {
    Result { () throws(Undefined) in stepSize * noiseFactor.squareRoot() * (try mixedHessianTop.get()) / (try coherence.get()) }
  }

  /// eta lambda_1(D) (sigma + rho) / (2 sigma): below 1, the paper's other side says that the run stays.
  public var coherenceConvergenceRatio: Quantity {
    Result { () throws(Undefined) in
      let sigma = try coherence.get()
      return stepSize * (try mixedHessianTop.get()) * (sigma + noiseFactor) / (2 * sigma)
    }
  }
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
    self.init(
      forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps, growthLimit: growthLimit,
      fullHessianTop: spectra.fullHessianTop, mixedHessianTop: ends.map(\.top.value), mixedHessianBottom: ends.map(\.bottom.value),
      coherence: Result { () throws(Undefined) in try hessians.mixedCoherence(spectra) },
      retainCoherence: spectra.retainCoherence, forgetCoherence: spectra.forgetCoherence, crossCoherence: spectra.crossCoherence,
      noiseFactor: hessians.noiseFactorOfLargest,
      singleSampleDivergenceRatio: Result { () throws(Undefined) in try hessians.singleSampleDivergenceRatio() },
      noiseRadius: Result { () throws(Undefined) in try hessians.noiseRadius(spectra) },
      meanSquareRadius: Result { () throws(Undefined) in try hessians.meanSquareRadius(from: ends.get()).value },
      contraction: Result { () throws(Undefined) in try hessians.contraction().value },
      typicalRate: Result { () throws(Undefined) in
        try LinearSimulation(hessians, schedule: schedule, growthLimit: growthLimit, key: key).typicalRate
      },
      driftAlignmentRatio: spectra.driftAlignmentRatio,
      tangent: spectra.at.hasNoGradient
        ? .failure(.zeroGradients) : .success(TangentPrediction(at: spectra.at, rule: rule, schedule: schedule)),
      meanField: spectra.meanField.map { $0.run(forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: schedule.steps) },
      dataModel: dataModel)
  }
}
