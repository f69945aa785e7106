import Stability

extension ResultTable {
  /// What a criterion says of a stored trial; nil if the trial is not stored, or the criterion undefined there.
  public func margin(of criterion: any Criterion, cell: Int, repetition: Int) -> Double? {
    guard let test = hessianTest(cell: cell, repetition: repetition) else { return nil }
    return (try? criterion.assess(test))?.margin
  }

  /// The Hessian test as it was stored: criteria judge it as they would have judged the one that was measured.
  func hessianTest(cell: Int, repetition: Int) -> HessianTest? {
    guard let result = self[cell, repetition], case .completed = result.outcome, let parameters = try? spec.grid.cell(at: cell) else { return nil }
    let rule: (forgetRatio: Double, stepSize: Double, steps: Int, growthLimit: Double, dataModel: APrioriMeanField?) =
      switch parameters {
      case .cnn(let p): (p.forgetRatio, p.stepSize, p.unlearnSteps, p.growthLimit, p.aPrioriMeanField)
      case .hessian(let p): (p.forgetRatio, p.stepSize, p.steps, p.growthLimit, nil)
      }
    return HessianTest(
      forgetRatio: rule.forgetRatio, stepSize: rule.stepSize, steps: rule.steps, growthLimit: rule.growthLimit, dataModel: rule.dataModel
    ) { quantity in
      let column = spec.experiment == .hessian && quantity == .coherence ? HessianTrial.mixedCoherence : quantity.rawValue
      return figure(column, cell: cell, repetition: repetition).map { .success($0) } ?? .failure(.notMeasured)
    }
  }
}
