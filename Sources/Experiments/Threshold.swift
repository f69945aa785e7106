/// A number that decides what counts as success. It is applied when results are read, never stored with them.
public struct Threshold: Sendable, Hashable {
  /// In specifications.
  public let name: String
  /// On command lines.
  public let option: String
  /// What its values are called in help.
  public let kind: String
  public let standard: Double
  public let range: ClosedRange<Double>
  public let meaning: String

  public init(_ name: String, option: String, kind: String, standard: Double, range: ClosedRange<Double>, _ meaning: String) {
    (self.name, self.option, self.kind, self.standard, self.range, self.meaning) = (name, option, kind, standard, range, meaning)
  }
}

/// What counts as success: a value for every threshold.
public struct SuccessThresholds: Sendable, Hashable {
  /// Those that are not the standard.
  private var values: [String: Double] = [:]

  /// The standard of each.
  public init() {}

  public subscript(threshold: Threshold) -> Double {
    get { values[threshold.name] ?? threshold.standard }
    set { values[threshold.name] = newValue == threshold.standard ? nil : newValue }
  }
}
