import Stability

extension Threshold {
  /// Samples are memorised when the noise carries at least this share of their margins.
  public static let noiseShareAtLeast = Threshold(
    "noiseShareAtLeast", option: "--noise-share-at-least", kind: "a share", standard: 0.5, range: 0...1,
    "noise share of the training margin from which samples count as memorised")
  /// What was learnt is benign when the accuracy on fresh samples is at least this.
  public static let testAccuracyAtLeast = Threshold(
    "testAccuracyAtLeast", option: "--test-accuracy-at-least", kind: "an accuracy", standard: 0.9, range: 0...1,
    "accuracy on fresh samples from which what was learnt counts as benign")
}

/// What a network has learnt from its samples (theory.md section 11).
enum LearningEvents {
  static let all = [memorised, benign]
  static let thresholds = [Threshold.noiseShareAtLeast, .testAccuracyAtLeast]

  /// What all cells come to for small variance, whatever their SNR.
  static let limitingCapacity = ColumnCurve(of: "signalCapacity", over: "signalSamples", "closed form, for small variance") { x, cell in
    guard let model = cell.parameters(as: CNNParameters.self)?.dataModel, model.labelNoise == 0, model.isTrainedPlainly, model.isRandomChoice else {
      return nil
    }
    return LearningCurve(snr: 1, dimension: model.dimension, filtersPerClass: model.filtersPerClass, targetLoss: model.targetLoss).limitingCapacity(samples: x)
  }

  static let memorised = Event(
    "memorised", .run,
    Event.Words(
      panel: "Memorised: noise share ≥ {noiseShareAtLeast}", table: "memorised (noise share at least {noiseShareAtLeast})",
      subject: "what is memorised", trials: "memorise", pair: "memorised"),
    predictedBy: .memorised, thresholds: [.noiseShareAtLeast], rule: .compares(.column("noiseShare"), .atLeast, .threshold(.noiseShareAtLeast)))

  static let benign = Event(
    "benign", .run,
    Event.Words(
      panel: "Benign: test accuracy ≥ {testAccuracyAtLeast}", table: "benign (accuracy on fresh samples at least {testAccuracyAtLeast})",
      subject: "what is benign", trials: "are benign", pair: "benign"),
    predictedBy: .benign, thresholds: [.testAccuracyAtLeast],
    rule: .compares(.column("testAccuracyBefore"), .atLeast, .threshold(.testAccuracyAtLeast)))
}
