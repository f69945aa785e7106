import FrontierNumerics

/// Networks that never saw the forget set (theory.md section 8): the training rule on the retain set alone, from the same first weights.
public struct Retraining: Sendable {
  /// W_r, with batches of a stream of its own.
  public let first: TrainedNetwork
  /// W_s, the same with other batches: how far two retrainings differ.
  public let second: TrainedNetwork

  public init(_ rule: TrainingRule, on dataset: Dataset, split: ForgetSplit, key: RandomKey) {
    func train(_ batches: Purpose, _ probes: Purpose) -> TrainedNetwork {
      rule.train(on: dataset, set: split.retain, batches: key.child(batches).stream(), probes: key.child(probes).stream())
    }
    first = train(.retrainingBatches, .retrainingProbes)
    second = train(.secondRetrainingBatches, .secondRetrainingProbes)
  }
}

extension UnlearningRule {
  /// The continued reference: a retrained network after the retain half of the very same steps. Unlearning trains on, and so must what it is held against.
  public func continued(_ retrained: Network, on dataset: Dataset, loss: Loss, schedule: BatchSchedule, key: RandomKey = noProbes) -> UnlearningRun {
    unlearn(retrained, on: dataset, loss: loss, schedule: schedule.withoutForgetting, key: key)
  }
}
