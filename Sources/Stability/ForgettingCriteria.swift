/// The linearised outputs forget.
public struct TangentForget: Criterion {
  /// Forget accuracy at or under which a set counts as forgotten.
  public let forgetAccuracyAtMost: Double
  public let name = "tangent"
  public let title = "tangent prediction"
  public let formula = "forget accuracy after f <- f - eta G (c l'(f)) <= limit"
  public let claim = Claim.prediction
  public let outcome = Outcome.forget
  public let citation = Citation.here

  public init(forgetAccuracyAtMost: Double = 0.5) { self.forgetAccuracyAtMost = forgetAccuracyAtMost }

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let accuracy = try test[.tangentForgetAccuracy].get()
    return Assessment(value: accuracy, margin: forgetAccuracyAtMost - accuracy)
  }
}

/// The linearised outputs lose the retain set.
public struct TangentRetain: Criterion {
  /// Retain accuracy under which a set counts as lost.
  public let retainAccuracyAtLeast: Double
  public let name = "tangentRetain"
  public let title = "tangent prediction"
  public let formula = "retain accuracy after f <- f - eta G (c l'(f)) < limit"
  public let claim = Claim.prediction
  public let outcome = Outcome.retainLoss
  public let citation = Citation.here

  public init(retainAccuracyAtLeast: Double = 0.95) { self.retainAccuracyAtLeast = retainAccuracyAtLeast }

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let accuracy = try test[.tangentRetainAccuracy].get()
    return Assessment(value: accuracy, margin: retainAccuracyAtLeast - accuracy)
  }
}

/// The first drift of the mean forget margin is downwards.
public struct Drift: Criterion {
  public let name = "drift"
  public let title = "initial drift"
  public let formula = "alpha >= A_FR / (A_FR + A_FF)"
  public let claim = Claim.prediction
  public let outcome = Outcome.forget
  public let citation = Citation.here

  public init() {}

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let ratio = try test[.driftAlignmentRatio].get()
    return Assessment(value: ratio, margin: test.forgetRatio - ratio)
  }
}

/// The mean forget margin of the four-group recursion ends below zero, from the network's own couplings.
public struct MeasuredMeanField: Criterion {
  public let name = "meanField"
  public let title = "mean field, measured couplings"
  public let formula = "mean forget margin after m_g <- m_g + eta sum_h c_h s_h kappa_gh / (1 + exp m_h) <= 0"
  public let claim = Claim.prediction
  public let outcome = Outcome.forget
  public let citation = Citation.here

  public init() {}

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let margin = try test[.meanFieldForgetMargin].get()
    return Assessment(value: margin, margin: -margin)
  }
}

/// The four-group recursion loses retain groups.
public struct MeanFieldRetain: Criterion {
  public let retainAccuracyAtLeast: Double
  public let name = "meanFieldRetain"
  public let title = "mean field, measured couplings"
  public let formula = "share of retain samples in groups of positive margin < limit"
  public let claim = Claim.prediction
  public let outcome = Outcome.retainLoss
  public let citation = Citation.here

  public init(retainAccuracyAtLeast: Double = 0.95) { self.retainAccuracyAtLeast = retainAccuracyAtLeast }

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    let accuracy = try test[.meanFieldRetainAccuracy].get()
    return Assessment(value: accuracy, margin: retainAccuracyAtLeast - accuracy)
  }
}

/// The four-group recursion with no network: couplings and margins of the data model.
public struct APrioriMeanFieldCriterion: Criterion {
  public let name = "aPrioriMeanField"
  public let title = "mean field, a priori"
  public let needsNetwork = false
  public let formula = "mean forget margin with kappa_gh = [same class] SNR^2/m + [g = h]/(m s_g) <= 0"
  public let claim = Claim.prediction
  public let outcome = Outcome.forget
  public let citation = Citation.here

  public init() {}

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    guard let model = test.dataModel else { throw .noDataModel }
    let margin = APrioriMeanField.forgetMargins([model])[0]
    return Assessment(value: margin, margin: -margin)
  }
}

/// The drift's sign in the data model: an answer for infinite time.
public struct ClosedForm: Criterion {
  public let name = "closedForm"
  public let title = "closed form, infinite time"
  public let needsNetwork = false
  public let formula = "alpha >= n_F SNR^2 / (2 (n_F SNR^2 + 1))"
  public let claim = Claim.prediction
  public let outcome = Outcome.forget
  public let citation = Citation.here

  public init() {}

  public func assess(_ test: HessianTest) throws(Undefined) -> Assessment {
    guard let model = test.dataModel else { throw .noDataModel }
    let ratio = closedFormForgetRatio(snr: model.snr, forgetCount: model.forgetCount)
    return Assessment(value: ratio, margin: test.forgetRatio - ratio)
  }
}

extension Criteria {
  /// The criteria of forgetting and of retain loss. The thresholds are those that success is judged by; they decide margins, never runs.
  public static func forgetting(forgetAccuracyAtMost: Double = 0.5, retainAccuracyAtLeast: Double = 0.95) -> [any Criterion] {
    [
      TangentForget(forgetAccuracyAtMost: forgetAccuracyAtMost), Drift(), MeasuredMeanField(), APrioriMeanFieldCriterion(), ClosedForm(),
      TangentRetain(retainAccuracyAtLeast: retainAccuracyAtLeast), MeanFieldRetain(retainAccuracyAtLeast: retainAccuracyAtLeast),
    ]
  }
}
