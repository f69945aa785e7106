import Model
import Stability

extension CNNProbes {
  /// Whether the forget set is deleted, or only answered wrongly: the unlearned network against one that never saw it.
  static let deletion = ofTrained(
    "deletion", version: 1, columns: deletionColumns.map(\.column) + [Predictors.Name.meanFieldMemory.column],
    stages: [CNNStages.reference, CNNStages.deletion, CNNStages.meanField]
  ) { trial in
    let measures = try trial.deletion()
    return deletionColumns.map { $0.value(measures) } + (try trial.meanField().filter { $0.0 == .meanFieldMemory }.map { MeasuredValue($0.1) })
  }

  private typealias DeletionColumn = (column: Column, value: @Sendable (DeletionMeasures) -> MeasuredValue)

  private static let deletionColumns: [DeletionColumn] = [
    (
      Column("retrainSteps", .count, unit: "steps", "how long the training of W_r took, which never saw the forget set").needing(.reference),
      { of($0.retrainSteps) { .count($0) } }
    ),
    (
      Column("retrainedSquaredDistance", unit: "weight squared", "squared Euclidean distance of the trained weights from those of W_r").needing(.reference),
      { of($0.retrained) { MeasuredValue($0.squaredDistance) } }
    ),
    (
      Column("retrainingNoise", unit: "weight squared", "the same of another retraining, with other batches, from W_r").needing(.reference),
      { of($0.retrained) { $0.noise.map { MeasuredValue($0) } ?? .undefined("the second retraining missed its target") } }
    ),
    (
      Column("referenceSquaredDistance", unit: "weight squared", "squared Euclidean distance of the unlearned weights from those of the reference W_*").needing(
        .reference),
      { of($0.deletion) { MeasuredValue($0.squaredDistance) } }
    ),
    (
      Column("referenceForgetAccuracy", unit: "share", "of the forget samples those that W_* classifies as labelled").needing(.reference),
      { of($0.reference) { MeasuredValue($0.measures.forget.accuracy) } }
    ),
    (
      Column("referenceForgetLoss", unit: "loss", "mean over the forget samples, of W_*").needing(.reference),
      { of($0.reference) { MeasuredValue($0.measures.forget.loss) } }
    ),
    (
      Column("referenceRetainAccuracy", unit: "share", "of the retain samples those that W_* classifies as labelled").needing(.reference),
      { of($0.reference) { MeasuredValue($0.measures.retain.accuracy) } }
    ),
    (
      Column("referenceTestAccuracy", unit: "share", "of fresh samples those that W_* classifies by their true label").needing(.reference, .freshSamples),
      { of($0.reference) { $0.measures.testAccuracy } }
    ),
    (
      Column("tugOfWar", unit: "share", "product over forget, retain and fresh samples of 1 less the absolute difference of the accuracies, against W_*")
        .needing(.reference, .freshSamples),
      { measures in of(measures.deletion) { ifTested(measures, $0.against.tugOfWar) } }
    ),
    (
      Column("tugOfWarBefore", unit: "share", "the same of the trained network against W_r").needing(.reference, .freshSamples),
      { measures in of(measures.retrained) { ifTested(measures, $0.before.tugOfWar) } }
    ),
    (
      Column("forgetAgreement", unit: "share", "of the forget samples those that the unlearned network and W_* answer alike").needing(.reference),
      { of($0.deletion) { MeasuredValue($0.against.forgetAgreement) } }
    ),
    (
      Column("testAgreement", unit: "share", "of fresh samples those that both answer alike").needing(.reference, .freshSamples),
      { measures in of(measures.deletion) { ifTested(measures, $0.against.testAgreement) } }
    ),
    (
      Column("forgetDivergence", unit: "bits", "mean Jensen-Shannon divergence of the two networks' probabilities on the forget samples; logistic loss only")
        .needing(.reference),
      { of($0.deletion) { divergence($0.against.forgetDivergence) } }
    ),
    (
      Column("retainDivergence", unit: "bits", "the same on the retain samples").needing(.reference),
      { of($0.deletion) { divergence($0.against.retainDivergence) } }
    ),
    (
      Column("testDivergence", unit: "bits", "the same on fresh samples").needing(.reference, .freshSamples),
      { measures in of(measures.deletion) { measures.before.test == nil ? noTest : divergence($0.against.testDivergence) } }
    ),
    (
      Column("forgetDivergenceBefore", unit: "bits", "the same on the forget samples, of the trained network against W_r: what there is to delete").needing(
        .reference),
      { of($0.retrained) { divergence($0.before.forgetDivergence) } }
    ),
    (
      Column(
        "attackAUC", unit: "share", "of pairs of a forget and a fresh sample those in which the forget sample has the lower loss, ties half: 1/2 of no memory"
      ).needing(.freshSamples),
      { $0.after.attackAUC }
    ),
    (Column("attackAUCBefore", unit: "share", "the same of the trained network").needing(.freshSamples), { $0.before.attackAUC }),
    (Column("referenceAttackAUC", unit: "share", "the same of W_*").needing(.reference, .freshSamples), { of($0.reference) { $0.measures.attackAUC } }),
    (Column("retrainedAttackAUC", unit: "share", "the same of W_r").needing(.reference, .freshSamples), { of($0.retrained) { $0.measures.attackAUC } }),
    (
      Column("attackAdvantage", unit: "share", "largest difference of the distribution functions of the loss on forget and fresh samples").needing(
        .freshSamples),
      { $0.after.attack.map { MeasuredValue($0.advantage) } ?? noTest }
    ),
    (
      Column("ownMemory", unit: "output", "mean over the forget samples of what their own noise patch adds to their margin, after unlearning"),
      { $0.after.ownMemory }
    ),
    (Column("ownMemoryBefore", unit: "output", "the same of the trained network"), { $0.before.ownMemory }),
    (Column("referenceOwnMemory", unit: "output", "the same of W_*").needing(.reference), { of($0.reference) { $0.measures.ownMemory } }),
    (
      Column("relearnSteps", .count, unit: "steps", "full-batch steps on the forget set alone until its mean loss is at most trainTargetLoss").needing(
        .relearning),
      { $0.relearnSteps }
    ),
    (Column("referenceRelearnSteps", .count, unit: "steps", "the same from W_*").needing(.reference, .relearning), { $0.referenceRelearnSteps }),
  ]

  private static let noTest = MeasuredValue.undefined("no test samples")

  private static func of<Value>(_ found: Result<Value, NoReference>, _ value: (Value) -> MeasuredValue) -> MeasuredValue {
    switch found {
    case .success(let found): value(found)
    case .failure(let none): .undefined(none.reason)
    }
  }

  /// A number that fresh samples are part of.
  private static func ifTested(_ measures: DeletionMeasures, _ number: Double) -> MeasuredValue {
    measures.before.test == nil ? noTest : MeasuredValue(number)
  }

  private static func divergence(_ bits: Double?) -> MeasuredValue { bits.map { MeasuredValue($0) } ?? .undefined("the loss is not logistic") }
}
