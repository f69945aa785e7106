import Model
import Stability

/// The questions that are put to a trial of the CNN experiment.
enum CNNProbes {
  static let table = ProbeTable([training, run, stability, tangent, meanField, growth, deletion, simplicity, perturbed, learning, coreset, forgetSet])

  /// How training ended, and what the network was worth then.
  static let training = Probe<CNNParameters>(
    "training", version: 2,
    columns: [
      Column("trained", .flag, "whether training reached its target loss; a network that did not is neither tested nor unlearned"),
      Column("trainSteps", .count, unit: "steps", "how long training took"),
      Column("trainLoss", unit: "loss", "mean loss over all samples at the end of training"),
    ]
      + quality("Before", "before unlearning")
      + [Column("noiseShare", unit: "share", "of the summed training margin y f what the noise patches carry: memorisation")]
  ) { trial in
    let values = try trial.beforeUnlearning()
    return ProbeResult(try trial.trained().failure(target: trial.parameters.trainTargetLoss) ?? .completed, values)
  }

  /// What unlearning came to.
  static let run = ofTrained(
    "run",
    columns: quality("", "after unlearning; after an overflow, of the last network before it") + [
      Column("squaredWeightDistance", unit: "weight squared", "squared Euclidean distance of the weights from the trained ones, after unlearning"),
      Column(
        "escapedAtStep", .count, unit: "steps",
        "the first step, looked at every 10, at which the mean loss over all samples exceeded growthLimit times its start"),
      Column("overflowedAtStep", .count, unit: "steps", "the step that could not be done because an output had passed 1e100"),
    ], stages: [CNNStages.run]
  ) { try $0.afterUnlearning() }

  /// The Hessian test of the trained network.
  static let stability = ofTrained(
    "stability", version: 5, columns: columns(.fullHessianTop, to: .typicalRate), stages: [CNNStages.stability]
  ) { try $0.stability() }

  static let tangent = ofTrained("tangent", columns: columns(.driftAlignmentRatio, to: .tangentRetainAccuracy), stages: [CNNStages.tangent]) { trial in
    try trial.tangent().filter { $0.0 != .tangentGrowth }.map { MeasuredValue($0.1) }
  }

  static let meanField = ofTrained(
    "meanField", columns: columns(.meanFieldForgetMargin, to: .meanFieldRetainAccuracy), stages: [CNNStages.meanField]
  ) { trial in try trial.meanField().filter { $0.0 != .meanFieldMemory }.map { MeasuredValue($0.1) } }

  /// How far the loss grows to first order: what escape is judged by.
  static let growth = ofTrained("growth", version: 1, columns: [Predictors.Name.tangentGrowth.column], stages: [CNNStages.tangent]) { trial in
    try trial.tangent().filter { $0.0 == .tangentGrowth }.map { MeasuredValue($0.1) }
  }

  /// How much alike the samples are to the trained network.
  static let simplicity = ofTrained(
    "simplicity", version: 2,
    columns: [
      Column("sampleCoherence", .number, "lambda_1(S) over max h_k G_kk, S_kl = sqrt(h_k h_l) abs(G_kl) over all samples: free of the step"),
      Column("gradientCoherence", .number, "the same of abs(G) alone: free of how sure the network is"),
      Column("coherenceMatrixTop", unit: "loss per weight squared", "lambda_1(S)"),
      Column("largestSampleHessian", unit: "loss per weight squared", "max h_k G_kk, of any sample's loss the largest eigenvalue"),
      Column("effectiveRank", .count, unit: "components", "principal components that carry 0.9 of the variance of the samples' filter responses"),
    ], stages: [CNNStages.simplicity]
  ) { trial in
    let found = try trial.simplicity()
    return [found.coherence, found.gradientCoherence, found.coherenceMatrixTop, found.largestHessian].map { MeasuredValue($0) } + [
      found.effectiveRank.map { .count($0) } ?? .undefined("all samples get the same responses")
    ]
  }

  /// What steps with gradients at perturbed points have besides.
  static let perturbed = ofTrained(
    "perturbed", version: 4,
    columns: columns(.sharpenedTop, to: .samConvergenceRatio).map { $0.needing(Condition.fixedInnerStep) } + [
      Predictors.Name.meanStepRadius.column, Predictors.Name.probedMeanSquare.column.needing(.probing),
    ], stages: [CNNStages.perturbed]
  ) { try $0.perturbed() }

  /// What the network has learnt from so many samples.
  static let learning = ofTrained(
    "learning", version: 1,
    columns: [
      Column("testLossBefore", unit: "loss", "mean over fresh samples with their true labels, before unlearning").needing(.freshSamples),
      Column("learningCapacity", .number, "learning capacity C: by how much testLossBefore falls from n_1 to n samples, over 1/n_1 - 1/n").needing(
        .freshSamples, .capacity),
      Column("signalSamples", .number, "SNR^2 times the middle n of learningCapacity, 2 / (1/n_1 + 1/n): what the closed form has C SNR^2 over")
        .needing(.capacity),
      Column("signalCapacity", .number, "C SNR^2, on one curve for all SNR").needing(.freshSamples, .capacity),
      Column("hessianDimension", .number, "(tr H)^2 / tr H^2 of the mean Hessian of all samples, less what the curvature of the outputs adds"),
    ], stages: [CNNStages.capacity]
  ) { try $0.learning() }

  /// What a coreset is like, and what it is worth by its labels alone.
  static let coreset = ofTrained(
    "coreset", version: 1,
    columns: [
      Column("gradientMisfit", .number, "distance of the coreset's mean gradient from that of all samples, over its length, before selection"),
      Column("smoothedGradientMisfit", .number, "the same in mean square over networks around it, posteriorScale away"),
      Column("hessianMisfit", .number, "the same of the mean Hessian, in Frobenius norm"),
      Column("coresetFlippedShare", unit: "share", "of the samples trained on those whose label was flipped"),
      Predictors.Name.predictedTestAccuracy.column,
    ], stages: [CNNStages.coreset]
  ) { try $0.chosen() }

  /// Which samples are forgotten, and what follows from their labels.
  static let forgetSet = ofTrained(
    "forgetSet", version: 1,
    columns: [
      Column("forgetFlippedShare", unit: "share", "of the samples to forget those whose label was flipped"),
      Predictors.Name.groupMeanFieldForgetMargin.column,
    ], stages: [CNNStages.arrangement, CNNStages.groups]
  ) { try $0.forgetSet() }

  // MARK: -

  /// A probe of networks that reached their target.
  static func ofTrained(
    _ name: String, version: Int = 2, columns: [Column], stages: [Stage<CNNParameters>],
    measure: @escaping @Sendable (Trial<CNNParameters>) throws -> [MeasuredValue]
  ) -> Probe<CNNParameters> {
    Probe(name, version: version, columns: columns, stages: stages) { trial in
      if let failure = try trial.trained().failure(target: trial.parameters.trainTargetLoss) {
        return ProbeResult(failure, columns.map { _ in .undefined("not trained") })
      }
      return ProbeResult(.completed, try measure(trial))
    }
  }

  private static func columns(_ first: Predictors.Name, to last: Predictors.Name) -> [Column] {
    let names = Predictors.Name.allCases
    guard let first = names.firstIndex(of: first), let last = names.firstIndex(of: last) else { return [] }
    return names[first...last].map(\.column)
  }

  private static func quality(_ suffix: String, _ when: String) -> [Column] {
    [
      Column("forgetAccuracy" + suffix, unit: "share", "of the forget samples those classified as labelled, \(when)"),
      Column("forgetLoss" + suffix, unit: "loss", "mean over the forget samples, \(when)"),
      Column("retainAccuracy" + suffix, unit: "share", "of the retain samples those classified as labelled, \(when)"),
      Column("retainLoss" + suffix, unit: "loss", "mean over the retain samples, \(when)"),
      Column("testAccuracy" + suffix, unit: "share", "of fresh samples those classified by their true label, \(when)").needing(.freshSamples),
    ]
  }
}

extension TrainedNetwork {
  /// Why it is not tested and does not unlearn; nil if it reached its target.
  func failure(target: Double) -> TrialOutcome? {
    switch end {
    case .reachedTarget: nil
    case .overflowed: .notTrained(reason: "training overflowed at step \(steps)")
    case .outOfSteps: .notTrained(reason: "training stopped at step \(steps) with loss \(loss), above its target \(target)")
    }
  }
}
