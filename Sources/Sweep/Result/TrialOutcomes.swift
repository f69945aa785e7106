import Stability

/// What happened in a trial, as yes or no.
public enum TrialEvent: String, Sendable, CaseIterable {
  /// The forget set's accuracy ended at or below its threshold.
  case forgetSuccess
  /// The retain set's accuracy ended at or above its threshold.
  case retainSuccess
  case jointSuccess
  case escape
  /// The opposite of `retainSuccess`: what criteria of retain loss predict.
  case retainFailure

  /// What a criterion's outcome means in a trial.
  public init(_ outcome: Outcome) {
    switch outcome {
    case .escape: self = .escape
    case .forget: self = .forgetSuccess
    case .retainLoss: self = .retainFailure
    }
  }
}

extension ResultTable {
  /// Nil for a trial that is not stored, or that did not get as far as to unlearn.
  public func happened(_ event: TrialEvent, cell: Int, repetition: Int, success: SuccessThresholds) -> Bool? {
    guard self[cell, repetition] == .completed else { return nil }
    func forgotten() -> Bool? { figure("forgetAccuracy", cell: cell, repetition: repetition).map { $0 <= success.forgetAccuracyAtMost } }
    func kept() -> Bool? { figure("retainAccuracy", cell: cell, repetition: repetition).map { $0 >= success.retainAccuracyAtLeast } }
    switch event {
    case .forgetSuccess: return forgotten()
    case .retainSuccess: return kept()
    case .retainFailure: return kept().map { !$0 }
    case .jointSuccess:
      guard let forgotten = forgotten(), let kept = kept() else { return nil }
      return forgotten && kept
    case .escape: return figure("escapedAtStep", cell: cell, repetition: repetition) != nil
    }
  }
}
