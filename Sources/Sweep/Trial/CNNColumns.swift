import Stability

extension CNNTrial {
  /// What a trial measures, in order.
  public static let columns: [Column] =
    [
      Column("trained", .flag, "whether training reached its target loss; a network that did not is neither tested nor unlearned"),
      Column("trainSteps", .count, unit: "steps", "how long training took"),
      Column("trainLoss", unit: "loss", "mean loss over all samples at the end of training"),
    ]
    + quality("Before", "before unlearning")
    + [Column("noiseShare", unit: "share", "of the summed training margin y f what the noise patches carry: memorisation")]
    + quality("", "after unlearning; after an overflow, of the last network before it")
    + [
      Column("squaredWeightDistance", unit: "weight squared", "squared Euclidean distance of the weights from the trained ones, after unlearning"),
      Column(
        "escapedAtStep", .count, unit: "steps",
        "the first step, looked at every 10, at which the mean loss over all samples exceeded growthLimit times its start"),
      Column("overflowedAtStep", .count, unit: "steps", "the step that could not be done because an output had passed 1e100"),
    ]
    + HessianTest.Figure.allCases.map(\.column)

  private static func quality(_ suffix: String, _ when: String) -> [Column] {
    [
      Column("forgetAccuracy" + suffix, unit: "share", "of the forget samples those classified as labelled, \(when)"),
      Column("forgetLoss" + suffix, unit: "loss", "mean over the forget samples, \(when)"),
      Column("retainAccuracy" + suffix, unit: "share", "of the retain samples those classified as labelled, \(when)"),
      Column("retainLoss" + suffix, unit: "loss", "mean over the retain samples, \(when)"),
      Column("testAccuracy" + suffix, unit: "share", "of fresh samples those classified by their true label, \(when)"),
    ]
  }
}
