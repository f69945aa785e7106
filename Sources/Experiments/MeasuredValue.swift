import Stability

/// A quantity as one trial measured it. One that has no value says why.
public enum MeasuredValue: Sendable, Hashable {
  case number(Double)
  case count(Int)
  case flag(Bool)
  /// Nothing to measure, as it should be: an event that did not happen.
  case absent(String)
  /// A quantity that does not exist at this point, and why.
  case undefined(String)

  /// A finite number; results hold no NaN and no infinity. Zero has no sign, which a store might lose.
  public init(_ value: Double) { self = value.isFinite ? .number(value + 0) : .undefined("not a finite number") }

  /// The step of an event, if it happened.
  public init(_ value: Int?, otherwise reason: String) { self = value.map { .count($0) } ?? .absent(reason) }

  /// A number, or why it is undefined.
  public init(_ quantity: Quantity) {
    switch quantity {
    case .success(let value): self.init(value)
    case .failure(let reason): self = .undefined("\(reason)")
    }
  }

  /// For messages.
  public var words: String {
    switch self {
    case .number(let number): "\(number)"
    case .count(let count): "\(count)"
    case .flag(let flag): flag ? "yes" : "no"
    case .absent(let reason), .undefined(let reason): "- (\(reason))"
    }
  }

  /// Why there is none; nil where there is one.
  public var reason: String? {
    switch self {
    case .number, .count, .flag: nil
    case .absent(let reason), .undefined(let reason): reason
    }
  }

  /// Flags as 1 and 0; nil where there is none.
  public var number: Double? {
    switch self {
    case .number(let number): number
    case .count(let count): Double(count)
    case .flag(let flag): flag ? 1 : 0
    case .absent, .undefined: nil
    }
  }
}
