import Experiments
import FrontierNumerics

/// A parameter that a sweep varies, and the values that it takes: one or more, all different, in the order of the specification.
public struct Axis: Sendable, Equatable {
  public let name: String
  public let values: [ParameterValue]
  /// How a range was spaced; nil for a list.
  public let scale: AxisScale?
}

public enum AxisScale: String, Sendable, CaseIterable {
  case linear
  case log

  /// `count` values from `from` to `to`, both included, evenly spaced in this scale. Values are rounded to 12 significant digits, so that a range
  /// meets the same doubles as a list: the fourth of eleven values from 0 to 1 is 0.3.
  package func values(from: Double, to: Double, count: Int) -> [Double] {
    (0..<count).map { i in
      if i == 0 { return from }
      if i == count - 1 { return to }
      let share = Double(i) / Double(count - 1)
      switch self {
      case .linear: return (from + (to - from) * share).rounded(significantDigits: 12)
      case .log: return Elementary.exp(Elementary.log(from) + (Elementary.log(to) - Elementary.log(from)) * share).rounded(significantDigits: 12)
      }
    }
  }
}

extension Double {
  /// The double nearest to the decimal number of that many digits which is nearest to this one.
  package func rounded(significantDigits digits: Int) -> Double {
    guard isFinite, self != 0 else { return self }
    let exponent = digits - 1 - Int((Elementary.log(magnitude) / Elementary.log(10)).rounded(.down))
    // 10^exponent itself must be a double: the smallest and largest numbers stay as they are.
    guard -300...300 ~= exponent, let power = Double("1e\(exponent)") else { return self }
    let whole = (self * power).rounded()
    guard whole.magnitude < 0x1p53, let rounded = Double("\(Int(whole))e\(-exponent)") else { return self }
    return rounded
  }
}
