/// A parameter outside what it may be: which one, what was found, what is allowed. Names are those of a sweep specification.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
  public let parameter: String
  public let value: String
  public let allowed: String

  public init(parameter: String, value: String, allowed: String) {
    self.parameter = parameter
    self.value = value
    self.allowed = allowed
  }

  public var description: String { "\(parameter) = \(value) is out of range: allowed is \(allowed)" }
}

package func require(_ parameter: String, _ value: Int, in range: ClosedRange<Int>) throws {
  guard range.contains(value) else {
    throw ParameterError(parameter: parameter, value: "\(value)", allowed: ParameterRange.count(range).words)
  }
}

/// Refuses NaN too: a range contains no NaN.
package func require(_ parameter: String, _ value: Double, in range: ClosedRange<Double>, above bound: Double? = nil) throws {
  guard range.contains(value), bound.map({ value > $0 }) ?? true else {
    let allowed = bound.map { ParameterRange.above($0, upTo: range.upperBound) } ?? .number(range)
    throw ParameterError(parameter: parameter, value: "\(value)", allowed: allowed.words)
  }
}
