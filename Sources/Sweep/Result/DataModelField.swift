import Stability

extension ResultTable {
  /// Margins of a criterion that needs no network, over numbers of two parameters that need not be values of an axis, all else as in `cell`. Nil if the sweep
  /// has no such form, or one of the parameters does not occur in it.
  public func margins(of criterion: any Criterion, around cell: Int, varying names: (String, String), _ points: [(Double, Double)]) -> [Double?]? {
    guard case .cnn(let parameters)? = try? spec.grid.cell(at: cell), let model = parameters.aPrioriMeanField, !points.isEmpty,
      Self.places[names.0] != nil || Self.places[names.1] != nil
    else { return nil }
    let models = points.map { point in
      var model = model
      // A parameter that does not occur leaves the margin as it is.
      if let place = Self.places[names.0] { place(&model, point.0) }
      if let place = Self.places[names.1] { place(&model, point.1) }
      return model
    }
    // Half a cell beyond the last value of an axis a parameter may leave its range.
    let possible = models.indices.filter { models[$0].isPossible }
    var margins = [Double?](repeating: nil, count: models.count)
    for (i, margin) in zip(possible, criterion.margins(possible.map { models[$0] })) { margins[i] = margin.flatMap { $0.isFinite ? $0 : nil } }
    return margins
  }

  private static let places: [String: @Sendable (inout APrioriMeanField, Double) -> Void] = [
    "snr": { $0.snr = $1 }, "filtersPerClass": { $0.filtersPerClass = $1 }, "stepSize": { $0.stepSize = $1 }, "unlearnSteps": { $0.steps = $1 },
    "trainTargetLoss": { $0.targetLoss = $1 }, "forgetRatio": { $0.forgetRatio = $1 },
    "forgetFraction": { $0.forgetCount = $1 * $0.samples },
    "samples": {
      $0.forgetCount *= $1 / $0.samples; $0.samples = $1
    },
  ]
}

extension APrioriMeanField {
  fileprivate var isPossible: Bool {
    snr >= 0 && forgetCount > 0 && forgetCount < samples && filtersPerClass > 0 && stepSize >= 0 && steps >= 0 && targetLoss > 0 && 0...1 ~= forgetRatio
  }
}

extension Criterion {
  /// What it says of many models; nil where it has no word.
  fileprivate func margins(_ models: [APrioriMeanField]) -> [Double?] {
    // All side by side: the mean field is fast when it runs many models at once.
    if self is APrioriMeanFieldCriterion { return APrioriMeanField.forgetMargins(models).map { -$0 } }
    return models.map { model in
      let test = HessianTest(
        forgetRatio: model.forgetRatio, stepSize: model.stepSize, steps: Int(model.steps), growthLimit: 1000, dataModel: model
      ) { _ in .failure(.notMeasured) }
      return (try? assess(test))?.margin
    }
  }
}
