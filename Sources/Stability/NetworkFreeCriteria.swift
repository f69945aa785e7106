// How criteria of the data model are made: what is computed once for many cells, and which parameters a frontier is followed in.
extension Criteria {
  /// A criterion that predicts something where a quantity of the mean field with no network ends below zero.
  static func aPriori(
    _ name: String, _ title: String, formula: String, predicts: Prediction, _ quantity: @escaping @Sendable (APrioriMeanField.Outcome) -> Double
  ) -> Criterion<Predictors> {
    Criterion(
      name, title, formula: formula, claim: .prediction, predicts: predicts, citation: .here, followed: APrioriMeanField.parameters,
      many: { points in
        var outcomes = APrioriMeanField.outcomes(points.compactMap(\.dataModel))[...]
        return points.map { $0.dataModel == nil ? nil : outcomes.popFirst().map { -quantity($0) } }
      }
    ) { at throws(Undefined) in Assessment(quantity(APrioriMeanField.outcomes([try at.model])[0]), atMost: 0) }
  }

  /// A criterion of the quenched mean field.
  ///
  /// - Parameter further: parameters that it depends on besides those of the mean field.
  static func quenched(
    _ name: String, _ title: String, formula: String, predicts: Prediction, followedIn further: Set<String> = [],
    assess: @escaping @Sendable (DataModel, Predictors) throws(Undefined) -> Assessment
  ) -> Criterion<Predictors> {
    Criterion(
      name, title, formula: formula, claim: .prediction, predicts: predicts, citation: .here, followed: QuenchedMeanField.parameters.union(further)
    ) { at throws(Undefined) in
      let model = try at.model
      guard !model.perturbation.name.isSharpnessAware else { throw .notPlainSteps }
      return try assess(model, at)
    }
  }
}

extension Predictors {
  var model: DataModel {
    get throws(Undefined) {
      guard let dataModel else { throw .noDataModel }
      return dataModel
    }
  }
}
