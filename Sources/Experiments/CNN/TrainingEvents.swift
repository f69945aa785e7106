import Stability

extension Threshold {
  /// A network has learnt the signal alone when the noise's share of its margins is at most this.
  public static let noiseShareAtMost = Threshold(
    "noiseShareAtMost", option: "--noise-share-at-most", kind: "a share", standard: 0.1, range: 0...1,
    "noise share of the training margin at which the signal alone counts as learnt")
}

extension Prediction {
  public static let signalAlone = Prediction("signalAlone", "that training learns the signal and not the noise", short: "signal alone")
}

/// What training learns (theory.md section 9).
enum TrainingEvents {
  static let all = [signalAlone]

  static let signalAlone = Event(
    "signalAlone", .run,
    Event.Words(
      panel: "Signal alone: noise share ≤ {noiseShareAtMost}", table: "learnt the signal alone (noise share at most {noiseShareAtMost})",
      subject: "what is learnt without noise", trials: "learn the signal alone", pair: "free of noise"),
    predictedBy: .signalAlone, thresholds: [.noiseShareAtMost], rule: .compares(.column("noiseShare"), .atMost, .threshold(.noiseShareAtMost)))

  /// A sample's noise response at the start is N(0, initScale^2), and a normalised step moves it by about R / sqrt(m B) towards 0 on the filters of its class.
  static let criticalRadius = Criterion<Row>(
    "criticalRadius", "critical radius R*", formula: "trainRadius >= R* = initScale sqrt(m trainBatchSize)", claim: .prediction, predicts: .signalAlone,
    citation: .here, followed: moving
  ) { row throws(Undefined) in
    guard let p = row.cell.parameters(as: CNNParameters.self) else { throw .notMeasured }
    guard p.trainPerturbation.isSharpnessAware, p.trainRadiusKind == .normalized else { throw .noNormalisedTraining }
    func value(_ name: String, _ own: Double) -> Double { row.moved.last { $0.name == name }?.value ?? own }
    let filters = value("filtersPerClass", Double(p.filtersPerClass)), batch = value("trainBatchSize", Double(p.trainBatchSize))
    let critical = value("initScale", p.initScale) * (filters * batch).squareRoot(), radius = value("trainRadius", p.trainRadius)
    // Half a cell beyond the last value of an axis a parameter may leave its range.
    guard critical.isFinite, radius >= 0 else { throw .noValue(of: "R*") }
    return Assessment(value: critical, margin: radius - critical)
  }

  private static let moving: Set = ["trainRadius", "initScale", "filtersPerClass", "trainBatchSize"]
}
