import Stability

extension ResultTable {
  /// Numbers that come from eigenvalues are good to about this; a margin within it of zero is zero.
  private static let marginTolerance = 1e-9

  /// What a criterion says of a stored trial, as it would have said it of the trial itself; nil if the trial is not stored, or the criterion undefined there.
  public func margin(of criterion: any Criterion, cell: Int, repetition: Int) -> Double? {
    guard let test = hessianTest(cell: cell, repetition: repetition), let margin = (try? criterion.assess(test))?.margin else { return nil }
    return margin.magnitude <= Self.marginTolerance ? 0 : margin
  }

  private func hessianTest(cell: Int, repetition: Int) -> HessianTest? {
    guard self[cell, repetition] == .completed, let parameters = try? spec.grid.cell(at: cell) else { return nil }
    let quantity: @Sendable (HessianTest.Figure) -> Quantity = { figure in
      self.figure(column(of: figure), cell: cell, repetition: repetition).map { .success($0) } ?? .failure(.notMeasured)
    }
    return switch parameters {
    case .cnn(let p):
      HessianTest(
        forgetRatio: p.forgetRatio, stepSize: p.stepSize, steps: p.unlearnSteps, growthLimit: p.growthLimit, dataModel: p.aPrioriMeanField,
        quantity: quantity)
    case .hessian(let p):
      HessianTest(forgetRatio: p.forgetRatio, stepSize: p.stepSize, steps: p.steps, growthLimit: p.growthLimit, dataModel: nil, quantity: quantity)
    }
  }

  private func column(of figure: HessianTest.Figure) -> String {
    spec.experiment == .hessian && figure == .coherence ? HessianTrial.mixedCoherence : figure.rawValue
  }
}
