import FrontierNumerics

extension Prediction {
  public static let memorised = Prediction("memorised", "that training remembers the noise rather than learns the signal", short: "memorised")
  public static let benign = Prediction("benign", "that the trained network is right about fresh samples", short: "benign")
}

extension Criteria {
  /// The criteria of what training has learnt before anything is forgotten (docs/theory.md section 11).
  ///
  /// - Parameters:
  ///   - share: noise share of the margins from which samples count as memorised.
  ///   - accuracy: on fresh samples, from which learning counts as benign.
  public static func learning(noiseShareAtLeast share: Double, testAccuracyAtLeast accuracy: Double) -> [Criterion<Predictors>] {
    [
      // The noise carries half of the margin.
      Criterion(
        "memorisation", "memorisation, closed form", formula: "n SNR^2 <= 2 a (1 - s)/s, s the noise share asked for, a = 2/3", claim: .prediction,
        predicts: .memorised, citation: .here, followed: ["snr", "samples", "coresetFraction"]
      ) { at throws(Undefined) in
        let model = try at.cleanModel, found = LearningCurve(model).noiseShare(samples: model.samples)
        return Assessment(value: found, margin: found - share)
      },
      // The signal's part of a fresh margin outweighs the spread that memorised noise gives it.
      Criterion(
        "benign", "benign memorisation, closed form", formula: "n d SNR^4 >= 2 a kappa z^2, Phi(z) the accuracy asked for", claim: .prediction,
        predicts: .benign, citation: .here, followed: ["snr", "samples", "coresetFraction", "dimension", "filtersPerClass"]
      ) { at throws(Undefined) in
        let model = try at.cleanModel, ratio = LearningCurve(model).signalToSpread(samples: model.samples)
        return try Assessment(accuracyOf: ratio, atLeast: accuracy)
      },
      // The chosen samples' numbers of right and wrong labels, whichever they are.
      Criterion(
        "composition", "composition law", formula: "Phi((P_t + t beta)/sqrt v), mean over t, >= the accuracy asked for, from the chosen samples' labels",
        claim: .prediction, predicts: .benign, citation: .here
      ) { at throws(Undefined) in Assessment(try at[.predictedTestAccuracy].get(), atLeast: accuracy) },
      // The same on average over random choices.
      Criterion(
        "randomCoreset", "composition law, random coreset", formula: "the same, mean over binomial numbers of wrong labels", claim: .prediction,
        predicts: .benign, citation: .here, followed: CompositionLaw.parameters
      ) { at throws(Undefined) in
        let model = try at.model
        guard model.isTrainedPlainly else { throw .notPlainTraining }
        guard model.isRandomSubset else { throw .notARandomSubset }
        guard let found = CompositionLaw(model).randomCoreset(size: model.samples, labelNoise: model.labelNoise) else {
          throw .noValue(of: "the composition law")
        }
        return Assessment(found, atLeast: accuracy)
      },
    ]
  }
}

extension Assessment {
  /// Of an accuracy Phi(z); the margin is in units of the spread, which does not saturate as accuracies do.
  init(accuracyOf z: Double, atLeast limit: Double) throws(Undefined) {
    // Far in the tails the quantile is not known; no accuracy of some hundred samples tells of them.
    guard 1e-6 < limit, limit < 1 - 1e-6 else { throw .noValue(of: "the quantile of \(limit)") }
    self.init(value: NormalDistribution.cumulative(z), margin: z - NormalDistribution.quantile(limit))
  }
}

extension CompositionLaw {
  /// The parameters that it depends on, of random subsets.
  static let parameters: Set = ["snr", "samples", "coresetFraction", "dimension", "filtersPerClass", "trainTargetLoss", "labelNoise"]

  public init(_ model: DataModel) {
    self.init(snr: model.snr, dimension: model.dimension, filtersPerClass: model.filtersPerClass, targetLoss: model.targetLoss)
  }
}

extension Predictors {
  /// Of plain training on right labels.
  var cleanModel: DataModel {
    get throws(Undefined) {
      let model = try model
      guard model.labelNoise == 0 else { throw .flippedLabels }
      guard model.isTrainedPlainly else { throw .notPlainTraining }
      guard model.isRandomSubset else { throw .notARandomSubset }
      // From log 2 on the target is reached before a step is done.
      guard model.startingMargin > 0 else { throw .nothingToLearn }
      return model
    }
  }
}
