/// A quantity that trials measure. docs/columns.md lists them, and a test holds it against these.
public struct Column: Sendable, Hashable {
  public enum Kind: Sendable { case number, count, flag }

  public let name: String
  public let kind: Kind
  /// Empty for a pure number and for flags.
  public let unit: String
  /// In a few words, with formulas in the symbols of docs/theory.md.
  public let meaning: String
  /// Without which it has no value in any trial.
  public private(set) var needs: [Condition] = []

  public init(_ name: String, _ kind: Kind = .number, unit: String = "", _ meaning: String) {
    (self.name, self.kind, self.unit, self.meaning) = (name, kind, unit, meaning)
  }

  /// The same under another name.
  func named(_ name: String) -> Column {
    var column = Column(name, kind, unit: unit, meaning)
    column.needs = needs
    return column
  }

  /// The same, where these conditions must hold for it to be measured.
  public func needing(_ conditions: Condition...) -> Column { needing(conditions) }

  func needing(_ conditions: [Condition]) -> Column {
    var column = self
    column.needs += conditions
    return column
  }
}
