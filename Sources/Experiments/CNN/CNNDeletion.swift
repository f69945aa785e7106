import Model

/// Why there is no network to judge deletion by.
struct NoReference: Error {
  let reason: String

  static let notWanted = NoReference(reason: "reference is none")
}

/// What the retrained network W_r is worth, and the trained one against it; shared by all trials of one trained network and forget set.
struct RetrainedMeasures: Sendable {
  let measures: NetworkMeasures
  /// W_t to W_r.
  let squaredDistance: Double
  /// W_s to W_r; nil where the second retraining missed its target.
  let noise: Double?
  /// W_t against W_r.
  let before: Deletion
}

/// The network W_* that stands for deletion.
struct ReferenceMeasures: Sendable {
  let network: Network
  let measures: NetworkMeasures
}

/// The unlearned network judged by deletion (theory.md section 8).
struct DeletionMeasures: Sendable {
  let before: NetworkMeasures
  let after: NetworkMeasures
  /// Of W_r, even where it missed its target.
  let retrainSteps: Result<Int, NoReference>
  let retrained: Result<RetrainedMeasures, NoReference>
  let reference: Result<ReferenceMeasures, NoReference>
  /// W_u against W_*, and the squared distance between them.
  let deletion: Result<(against: Deletion, squaredDistance: Double), NoReference>
  /// Of W_u and of W_*.
  let relearnSteps: MeasuredValue
  let referenceRelearnSteps: MeasuredValue
}

extension Trial<CNNParameters> {
  /// The networks that never saw the forget set.
  public func retraining() throws -> Retraining {
    let (dataset, split) = (try dataset(), try split())
    return try output(of: CNNStages.retraining) { Retraining(try $0.training(), on: dataset, split: split, key: key) }
  }

  private func retrained() throws -> Result<RetrainedMeasures, NoReference> {
    let (retraining, trained, before, dataset, split) = (try retraining(), try trained().network, try before(), try dataset(), try split())
    return output(of: CNNStages.retrained) { view in
      let first = retraining.first, second = retraining.second
      if let failure = first.failure(target: view.trainTargetLoss)?.reason { return .failure(NoReference(reason: "the retrained network: " + failure)) }
      let measures = NetworkMeasures(of: first.network, on: dataset, split: split, loss: view.loss)
      let labels = Deletion.Outputs(labels: dataset, split: split)
      return .success(
        RetrainedMeasures(
          measures: measures, squaredDistance: trained.squaredDistance(to: first.network, gram: dataset.gram),
          noise: second.end == .reachedTarget ? second.network.squaredDistance(to: first.network, gram: dataset.gram) : nil,
          before: Deletion(of: before.outputs, against: measures.outputs, labels: labels, loss: view.loss)))
    }
  }

  private func reference() throws -> Result<ReferenceMeasures, NoReference> {
    guard parameters.reference != .none else { return .failure(.notWanted) }
    let (network, retrained, dataset, split, batches) = (try retraining().first.network, try retrained(), try dataset(), try split(), try batches())
    return try output(of: CNNStages.reference) { view in
      guard view.reference == .continued, case .success = retrained else {
        return retrained.map { ReferenceMeasures(network: network, measures: $0.measures) }
      }
      let run = try view.unlearning().continued(network, on: dataset, loss: view.loss, schedule: batches, key: key)
      if let step = run.overflowedAtStep { return .failure(NoReference(reason: "the continued network overflowed at step \(step)")) }
      return .success(ReferenceMeasures(network: run.network, measures: NetworkMeasures(of: run.network, on: dataset, split: split, loss: view.loss)))
    }
  }

  func deletion() throws -> DeletionMeasures {
    let (dataset, split, unlearned, before, after) = (try dataset(), try split(), try unlearned().network, try before(), try after())
    let isWanted = parameters.reference != .none
    let retrainSteps: Result<Int, NoReference> = isWanted ? .success(try retraining().first.steps) : .failure(.notWanted)
    let retrained: Result<RetrainedMeasures, NoReference> = isWanted ? try retrained() : .failure(.notWanted), reference = try reference()
    return try output(of: CNNStages.deletion) { view in
      let labels = Deletion.Outputs(labels: dataset, split: split)
      return DeletionMeasures(
        before: before, after: after, retrainSteps: retrainSteps, retrained: retrained, reference: reference,
        deletion: reference.map {
          (
            Deletion(of: after.outputs, against: $0.measures.outputs, labels: labels, loss: view.loss),
            unlearned.squaredDistance(to: $0.network, gram: dataset.gram)
          )
        },
        relearnSteps: try relearnSteps(from: unlearned, view, on: dataset, forget: split.forget),
        referenceRelearnSteps: try referenceRelearnSteps(reference, view, on: dataset, forget: split.forget))
    }
  }

  // MARK: - Relearning

  private func relearnSteps(from network: Network, _ view: CNNParameters, on dataset: Dataset, forget: Range<Int>) throws -> MeasuredValue {
    guard let relearning = try view.relearning() else { return .undefined("relearnLimit is 0") }
    return MeasuredValue(relearning.steps(from: network, on: dataset, forget: forget), otherwise: "not in \(relearning.limit) steps")
  }

  /// Of the retrained network once for all trials that share it.
  private func referenceRelearnSteps(
    _ reference: Result<ReferenceMeasures, NoReference>, _ view: CNNParameters, on dataset: Dataset, forget: Range<Int>
  ) throws -> MeasuredValue {
    switch reference {
    case .failure(let none): .undefined(none.reason)
    case .success(let found):
      view.reference == .continued
        ? try relearnSteps(from: found.network, view, on: dataset, forget: forget)
        : try output(of: CNNStages.retrainedRelearning) { try relearnSteps(from: found.network, $0, on: dataset, forget: forget) }
    }
  }
}

extension Condition {
  /// What the columns of the CNN experiment need.
  static let freshSamples = parameter("testSamples", isNot: .count(0))
  static let reference = parameter("reference", isNot: .choice(CNNParameters.Reference.none.rawValue))
  static let relearning = parameter("relearnLimit", isNot: .count(0))
  static let probing = parameter("perturbation", is: .choice(Perturbation.Name.probe.rawValue))
  static let fixedInnerStep = [
    parameter("perturbation", is: .choice(Perturbation.Name.joint.rawValue), .choice(Perturbation.Name.own.rawValue)),
    parameter("radiusKind", is: .choice(Perturbation.Length.fixed.rawValue)), parameter("radius", isNot: .number(0)),
  ]
}
