extension Criteria {
  /// The criteria of forgetting that know which samples are forgotten (docs/theory.md section 13).
  public static let groups: [Criterion<Predictors>] = [
    // The recursion by set, true label and label loses the forget groups, from the network's own couplings.
    Criterion(
      "groupMeanField", "mean field by groups, measured couplings", formula: "mean forget margin, of groups by set, true label and label, <= 0",
      claim: .prediction, predicts: .forget, citation: .here
    ) { at throws(Undefined) in Assessment(try at[.groupMeanFieldForgetMargin].get(), atMost: 0) },
    // The same with no network.
    Criterion(
      "aPrioriGroups", "mean field by groups, a priori", formula: "the same of kappa_gh = [same true sign] y_g y_h SNR^2/m + [g = h]/(m s_g)",
      claim: .prediction, predicts: .forget, citation: .here, followed: APrioriMeanField.parameters.union(["labelNoise"])
    ) { at throws(Undefined) in
      let model = try at.model
      guard model.labelNoise == 0 || model.isRandomSubset else { throw .notARandomSubset }
      guard let margin = APrioriGroups.forgetMargin(model, selection: model.forgetSelection, labelNoise: model.labelNoise) else { throw .notByLabels }
      return Assessment(margin, atMost: 0)
    },
  ]
}
