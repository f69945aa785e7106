/// A quantity of a whole cell that no single trial has: made of its repetitions when results are read, and never stored.
public struct CellStatistic: Sendable {
  /// What it is, as of a column.
  public let column: Column
  private let value: @Sendable ([Row]) -> Double?

  public var name: String { column.name }

  /// - Parameter value: of the repetitions of one cell; nil where they do not say.
  public init(_ column: Column, value: @escaping @Sendable ([Row]) -> Double?) { (self.column, self.value) = (column, value) }

  public func callAsFunction(_ repetitions: [Row]) -> Double? { value(repetitions) }
}
