/// That a parameter has certain values: where another one acts, or a column can be measured.
public struct Condition: Sendable, Hashable, CustomStringConvertible {
  public let parameter: String
  private let values: [ParameterValue]
  private let isExclusion: Bool

  private init(_ parameter: String, _ values: [ParameterValue], isExclusion: Bool) {
    (self.parameter, self.values, self.isExclusion) = (parameter, values, isExclusion)
  }

  public static func parameter(_ name: String, is values: ParameterValue...) -> Condition { Condition(name, values, isExclusion: false) }
  public static func parameter(_ name: String, isNot values: ParameterValue...) -> Condition { Condition(name, values, isExclusion: true) }

  public func holds(for value: ParameterValue) -> Bool { values.contains(value) != isExclusion }

  /// As in "method is npo".
  public var description: String { "\(parameter) is \(isExclusion ? "not " : "")\(values.map(\.text).joined(separator: " or "))" }
}
