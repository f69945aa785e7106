import Model

/// The course of unlearning, step by step.
enum CNNTrace {
  static let columns = [
    Column("forgetAccuracy", unit: "share", "of the forget samples those classified as labelled, after so many steps"),
    Column("forgetLoss", unit: "loss", "mean over the forget samples"),
    Column("retainAccuracy", unit: "share", "of the retain samples those classified as labelled"),
    Column("retainLoss", unit: "loss", "mean over the retain samples"),
    Column("meanLoss", unit: "loss", "mean over all samples: a run escapes when it exceeds growthLimit times its start, looked at every 10 steps"),
    Column("squaredWeightDistance", unit: "weight squared", "squared Euclidean distance of the weights from the trained ones"),
  ]

  static func panels(escapeLimit: Double) -> [Trace.Panel] {
    let sets = ("forget set", "retain set")
    return [
      Trace.Panel("Accuracy", unit: "share", .share, lines: [("forgetAccuracy", sets.0), ("retainAccuracy", sets.1)]),
      Trace.Panel(
        "Mean loss", unit: "loss", lines: [("forgetLoss", sets.0), ("retainLoss", sets.1), ("meanLoss", "all samples")],
        limit: (escapeLimit, "limit of escape, for all samples")),
      Trace.Panel("Squared distance from the trained weights", unit: "weight squared", lines: [("squaredWeightDistance", "weights")]),
    ]
  }
}

extension Trial<CNNParameters> {
  /// The run that `unlearned` makes, looked at after each step by the measures that its end is judged by.
  func course() throws -> Trace {
    let trained = try trained()
    if let reason = trained.failure(target: parameters.trainTargetLoss)?.reason { throw NoTrace(reason: reason + ", so nothing was unlearned") }
    let (dataset, split) = (try dataset(), try split()), loss = parameters.loss, labels = dataset.samples.labels
    var trace = Trace(CNNTrace.columns)
    let run = try unlearned { simulator in
      let network = simulator.network, outputs = network.outputs(of: dataset.samples)
      func quality(_ range: Range<Int>) -> Quality {
        Quality(outputs: Array(outputs[range]), labels: Array(labels[range]), in: 0..<range.count, loss: loss)
      }
      let forget = quality(split.forget), retain = quality(split.retain)
      trace.add([
        forget.accuracy, forget.loss, retain.accuracy, retain.loss, simulator.quality(in: 0..<dataset.samples.count).loss,
        network.squaredDistance(to: trained.network, gram: dataset.gram),
      ])
    }
    trace.panels = CNNTrace.panels(escapeLimit: parameters.growthLimit * (trace["meanLoss"].first ?? 0))
    trace.marks = [run.escapedAtStep.map { Trace.Mark("escaped", atStep: $0) }, run.overflowedAtStep.map { Trace.Mark("overflowed", atStep: $0) }]
      .compactMap { $0 }
    return trace
  }
}
