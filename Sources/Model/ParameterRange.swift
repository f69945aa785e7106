/// The numbers that a parameter may be. Its words are those of error messages and of the documentation.
public enum ParameterRange: Sendable, Hashable {
  case count(ClosedRange<Int>)
  /// From 1 to the number of samples.
  case countOfSamples
  case number(ClosedRange<Double>)
  /// The lower end excluded.
  case above(Double, upTo: Double)
  /// Both ends excluded.
  case between(Double, Double)

  public var words: String {
    switch self {
    case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .countOfSamples: "a whole number from 1 to n"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .above(let low, let high): "a number above \(low) and at most \(high)"
    case .between(let low, let high): "a number above \(low) and below \(high)"
    }
  }
}
