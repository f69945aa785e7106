/// How a trial ended.
public enum TrialOutcome: Sendable, Hashable {
  case completed
  /// Training did not reach its target: nothing was unlearned.
  case notTrained(reason: String)
  /// Something that should not happen did; there is nothing that was measured.
  case failed(reason: String)

  /// Nil for a name that is none, or one that needs a reason without it.
  package init?(name: String, reason: String?) {
    switch (name, reason) {
    case ("completed", nil): self = .completed
    case ("notTrained", let reason?): self = .notTrained(reason: reason)
    case ("failed", let reason?): self = .failed(reason: reason)
    default: return nil
    }
  }

  /// As it stands in stores and exports.
  public var name: String {
    switch self {
    case .completed: "completed"
    case .notTrained: "notTrained"
    case .failed: "failed"
    }
  }

  public var reason: String? {
    switch self {
    case .completed: nil
    case .notTrained(let reason), .failed(let reason): reason
    }
  }
}
