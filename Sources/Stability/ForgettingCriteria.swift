extension Criteria {
  /// The criteria of forgetting and of retain loss. The thresholds are those that success is judged by; they decide margins, never runs.
  ///
  /// - Parameters:
  ///   - limit: forget accuracy at or under which a set counts as forgotten.
  ///   - floor: retain accuracy under which a set counts as lost.
  public static func forgetting(forgetAccuracyAtMost limit: Double = 0.5, retainAccuracyAtLeast floor: Double = 0.95) -> [Criterion<Predictors>] {
    [
      // The linearised outputs forget.
      Criterion(
        "tangent", "tangent", formula: "forget accuracy after f <- f - eta G (c l'(f)) <= limit", claim: .prediction, predicts: .forget,
        citation: .here
      ) { at throws(Undefined) in Assessment(try at[.tangentForgetAccuracy].get(), atMost: limit) },
      // The first drift of the mean forget margin is downwards.
      Criterion("drift", "initial drift", formula: "alpha >= A_FR / (A_FR + A_FF)", claim: .prediction, predicts: .forget, citation: .here) {
        at throws(Undefined) in
        let ratio = try at[.driftAlignmentRatio].get()
        return Assessment(value: ratio, margin: at.forgetRatio - ratio)
      },
      // The mean forget margin of the four-group recursion ends below zero, from the network's own couplings.
      Criterion(
        "meanField", "mean field, measured couplings", formula: "mean forget margin after m_g <- m_g + eta sum_h c_h s_h kappa_gh / (1 + exp m_h) <= 0",
        claim: .prediction, predicts: .forget, citation: .here
      ) { at throws(Undefined) in Assessment(try at[.meanFieldForgetMargin].get(), atMost: 0) },
      // The same with no network: couplings and margins of the data model. The mean field is fast when it runs many models at once.
      aPriori(
        "aPrioriMeanField", "mean field, a priori", formula: "mean forget margin with kappa_gh = [same class] SNR^2/m + [g = h]/(m s_g) <= 0",
        predicts: .forget
      ) { $0.forgetMargin },
      // Every group with a distribution of margins.
      quenched("quenched", "quenched mean field", formula: "mean forget margin of the quenched mean field <= 0", predicts: .forget) {
        model, _ throws(Undefined) in
        Assessment(QuenchedMeanField.outcome(model, followsLoss: false).forgetMargin, atMost: 0)
      },
      // The drift's sign in the data model: an answer for infinite time.
      Criterion(
        "closedForm", "closed form, infinite time", formula: "alpha >= n_F SNR^2 / (2 (n_F SNR^2 + 1))", claim: .prediction, predicts: .forget,
        citation: .here, followed: APrioriMeanField.parameters
      ) { at throws(Undefined) in
        let model = try at.model
        guard model.push.name == .ascent else { throw .notAscent }
        guard !model.perturbation.name.isSharpnessAware else { throw .notPlainSteps }
        let ratio = closedFormForgetRatio(snr: model.snr, forgetCount: model.forgetCount)
        return Assessment(value: ratio, margin: at.forgetRatio - ratio)
      },
      // The linearised outputs lose the retain set.
      Criterion(
        "tangentRetain", "tangent", formula: "retain accuracy after f <- f - eta G (c l'(f)) < limit", claim: .prediction,
        predicts: .retainLoss, citation: .here
      ) { at throws(Undefined) in Assessment(try at[.tangentRetainAccuracy].get(), atMost: floor) },
      // The four-group recursion loses retain groups.
      Criterion(
        "meanFieldRetain", "mean field, measured couplings", formula: "share of retain samples in groups of positive margin < limit", claim: .prediction,
        predicts: .retainLoss, citation: .here
      ) { at throws(Undefined) in Assessment(try at[.meanFieldRetainAccuracy].get(), atMost: floor) },
      // The weakest of the retain groups are lost.
      quenched(
        "quenchedRetain", "quenched mean field", formula: "retain share of positive margins, of the quenched mean field < limit",
        predicts: .retainLoss
      ) {
        model, _ throws(Undefined) in
        Assessment(QuenchedMeanField.outcome(model, followsLoss: false).retainAccuracy, atMost: floor)
      },
    ]
  }
}
