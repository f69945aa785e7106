import Comparison
import Stability
import Sweep

/// What parameters, values and lines are called on figures.
enum Words {
  private static let axes = [
    "snr": "signal-to-noise ratio", "forgetRatio": "forget ratio α", "batchSize": "batch size B", "stepSize": "step size η", "samples": "samples n",
    "forgetFraction": "forget fraction", "dimension": "dimension d", "labelNoise": "label noise", "filtersPerClass": "filters per class m",
    "initScale": "initial weight scale", "unlearnSteps": "unlearning steps k", "steps": "steps k", "coherence": "coherence σ", "sampling": "sampling",
    "trainTargetLoss": "target loss of training", "testSamples": "test samples", "growthLimit": "growth limit", "loss": "loss",
    "trainStepSize": "training step size", "trainBatchSize": "training batch size", "trainMaxSteps": "most training steps",
  ]
  private static let symbols = [
    "snr": "SNR", "forgetRatio": "α", "batchSize": "B", "stepSize": "η", "samples": "n", "dimension": "d", "filtersPerClass": "m", "coherence": "σ",
    "unlearnSteps": "k", "steps": "k",
  ]

  static func axis(_ name: String) -> String { axes[name] ?? name }

  /// As in "α = 0.1".
  static func assignment(_ name: String, _ value: ParameterValue) -> String {
    "\(symbols[name] ?? axes[name] ?? name) = \(value.number.map(Ticks.shortLabel) ?? value.text)"
  }

  /// The title of a panel.
  static func value(_ name: String, success: SuccessThresholds) -> String {
    switch name {
    case TrialEvent.forgetSuccess.rawValue: "Forgotten: forget accuracy ≤ \(Ticks.label(success.forgetAccuracyAtMost))"
    case TrialEvent.retainSuccess.rawValue: "Kept: retain accuracy ≥ \(Ticks.label(success.retainAccuracyAtLeast))"
    case TrialEvent.jointSuccess.rawValue: "Both: forgotten, and the rest kept"
    case TrialEvent.escape.rawValue: "Escaped: loss grew past its limit"
    default: name
    }
  }

  /// What a value's numbers are.
  static func scale(_ name: String) -> String { TrialEvent(rawValue: name) == nil ? "mean of \(name)" : "share of trials" }

  static func boundary(_ event: TrialEvent) -> String {
    switch event {
    case .forgetSuccess: "observed: half of the trials forget"
    case .retainSuccess, .retainFailure: "observed: half of the trials keep the retain set"
    case .jointSuccess: "observed: half of the trials do both"
    case .escape: "observed: half of the trials escape"
    }
  }

  static func frontier(_ criterion: any Criterion) -> String {
    "\(criterion.title) (\(criterion.claim.words)\(criterion.needsNetwork ? "" : ", no network"))"
  }

  /// The parts of a title in one sentence.
  static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }
}
