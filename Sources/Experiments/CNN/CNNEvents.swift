import Stability

extension Threshold {
  /// The forget set is forgotten when its accuracy is at most this.
  public static let forgetAccuracyAtMost = Threshold(
    "forgetAccuracyAtMost", option: "--forget-at-most", kind: "an accuracy", standard: 0.5, range: 0...1,
    "accuracy at which the forget set counts as forgotten")
  /// The retain set is kept when its accuracy is at least this.
  public static let retainAccuracyAtLeast = Threshold(
    "retainAccuracyAtLeast", option: "--retain-at-least", kind: "an accuracy", standard: 0.95, range: 0...1,
    "accuracy at which the retain set counts as kept")
  /// A network is like the reference when its tug of war with it comes to this.
  public static let tugOfWarAtLeast = Threshold(
    "tugOfWarAtLeast", option: "--tug-of-war-at-least", kind: "a share", standard: 0.9, range: 0...1,
    "tug of war with the reference from which the forget set counts as deleted")
  /// The forget set is neither remembered nor over-forgotten while the attack's area under the curve is this near the reference's.
  public static let attackExcessAtMost = Threshold(
    "attackExcessAtMost", option: "--attack-excess-at-most", kind: "a difference of areas", standard: 0.1, range: 0...1,
    "difference of the attack's AUC from the reference's up to which it does")
}

/// What can happen to a network that unlearns.
enum CNNEvents {
  static let all = [forgetSuccess, retainSuccess, jointSuccess, retainFailure, escape] + DeletionEvents.all + TrainingEvents.all + LearningEvents.all

  static let statistics = [DeletionEvents.forgettingEpsilon]

  static let forgetSuccess = Event(
    "forgetSuccess", .forgetting,
    Event.Words(
      panel: "Forgotten: forget accuracy ≤ {forgetAccuracyAtMost}", table: "forgotten (forget accuracy at most {forgetAccuracyAtMost})",
      subject: "what is forgotten", trials: "forget", pair: "forgotten"),
    predictedBy: .forget, thresholds: [.forgetAccuracyAtMost], rule: forgotten)

  static let retainSuccess = Event(
    "retainSuccess", .keeping,
    Event.Words(
      panel: "Kept: retain accuracy ≥ {retainAccuracyAtLeast}", table: "retain set kept (accuracy at least {retainAccuracyAtLeast})",
      subject: "what is kept", trials: "keep the retain set", pair: "kept"),
    drawnWith: [.retainLoss], thresholds: [.retainAccuracyAtLeast], rule: kept)

  static let jointSuccess = Event(
    "jointSuccess", .both,
    Event.Words(panel: "Both: forgotten, and the rest kept", table: "forgotten, and the rest kept", subject: "where both succeed", trials: "do both"),
    parts: ["forgetSuccess", "retainSuccess"], rule: .all([forgotten, kept]))

  /// The opposite of `retainSuccess`: what criteria of retain loss predict.
  static let retainFailure = Event(
    "retainFailure", .keeping,
    Event.Words(
      panel: "Lost: retain accuracy < {retainAccuracyAtLeast}", table: "retain set lost (accuracy below {retainAccuracyAtLeast})",
      subject: "what is lost", trials: "lose the retain set"),
    predictedBy: .retainLoss, isShown: false, thresholds: [.retainAccuracyAtLeast],
    rule: .compares(.column("retainAccuracy"), .below, .threshold(.retainAccuracyAtLeast)))

  static let escape = Event(
    "escape", .run,
    Event.Words(panel: "Escaped: loss grew past its limit", table: "escaped", subject: "what escapes", trials: "escape", pair: "escaped"), predictedBy: .escape,
    rule: .happened("escapedAtStep"))

  static let forgotten = EventTest.compares(.column("forgetAccuracy"), .atMost, .threshold(.forgetAccuracyAtMost))
  private static let kept = EventTest.compares(.column("retainAccuracy"), .atLeast, .threshold(.retainAccuracyAtLeast))
}
