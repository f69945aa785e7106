import Stability

/// One figure that a trial measured. A figure that has no value says why.
public enum MeasuredValue: Sendable, Equatable {
  case number(Double)
  case count(Int)
  case flag(Bool)
  /// Nothing to measure, as it should be: an event that did not happen.
  case absent(String)
  /// A figure that does not exist at this point, and why.
  case undefined(String)

  /// A finite number; results hold no NaN and no infinity. Zero has no sign, which a store might lose.
  public init(_ value: Double) { self = value.isFinite ? .number(value + 0) : .undefined("not a finite number") }

  /// The step of an event, if it happened.
  init(_ value: Int?, otherwise reason: String) { self = value.map { .count($0) } ?? .absent(reason) }

  /// For messages.
  public var words: String {
    switch self {
    case .number(let number): "\(number)"
    case .count(let count): "\(count)"
    case .flag(let flag): flag ? "yes" : "no"
    case .absent(let reason), .undefined(let reason): "- (\(reason))"
    }
  }

  /// A number, or why it is undefined.
  init(_ quantity: Quantity) {
    switch quantity {
    case .success(let value): self.init(value)
    case .failure(let reason): self = .undefined("\(reason)")
    }
  }
}

/// A figure that trials measure. docs/columns.md lists them, and a test holds it against these.
public struct Column: Sendable, Equatable {
  public enum Kind: Sendable { case number, count, flag }

  public let name: String
  public let kind: Kind
  /// Empty for a pure number and for flags.
  public let unit: String
  /// In a few words, with formulas in the symbols of docs/theory.md.
  public let meaning: String

  init(_ name: String, _ kind: Kind = .number, unit: String = "", _ meaning: String) {
    (self.name, self.kind, self.unit, self.meaning) = (name, kind, unit, meaning)
  }

  /// The same under another name.
  func named(_ name: String) -> Column { Column(name, kind, unit: unit, meaning) }
}

/// How a trial ended.
public enum TrialOutcome: Sendable, Equatable {
  case completed
  /// Training did not reach its target: nothing was unlearned.
  case notTrained(reason: String)
  /// Something that should not happen did; the trial has no figures.
  case failed(reason: String)

  /// Nil for a name that is none, or one that needs a reason without it.
  init?(name: String, reason: String?) {
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

/// What one trial measured: a value for each column of its experiment, in their order.
public struct TrialResult: Sendable, Equatable {
  public let outcome: TrialOutcome
  public let values: [MeasuredValue]

  package init(outcome: TrialOutcome, values: [MeasuredValue]) { (self.outcome, self.values) = (outcome, values) }

  static func failure(_ reason: String, columns: [Column]) -> TrialResult {
    TrialResult(outcome: .failed(reason: reason), values: columns.map { _ in .undefined(reason) })
  }
}
