import Stability

/// One trial as events and criteria see it: the parameters of its cell, and what it measured.
public struct Row: Sendable {
  /// What is known of a column in a trial.
  public enum Entry: Sendable, Equatable {
    /// A value, flags as 1 and 0.
    case value(Double)
    /// Measured, and there is none.
    case none
    /// Not measured: its probe was not put to the trial, did not get so far, or failed.
    case unknown
  }

  public let cell: Cell
  /// Parameters that are moved off the cell, in this order, as when a frontier is followed between cells.
  public let moved: [(name: String, value: Double)]
  /// Whether all that was put to the trial came to its end.
  public let isCompleted: Bool
  private let entry: @Sendable (String) -> Entry

  /// - Parameter entry: of a column by its name.
  public init(
    _ cell: Cell, moved: [(name: String, value: Double)] = [], isCompleted: Bool = true, entry: @escaping @Sendable (String) -> Entry
  ) {
    (self.cell, self.moved, self.isCompleted, self.entry) = (cell, moved, isCompleted, entry)
  }

  public subscript(column: String) -> Entry { entry(column) }

  /// Nil if there is none.
  public func value(_ column: String) -> Double? {
    guard case .value(let value) = entry(column) else { return nil }
    return value
  }

  /// Whether something came about that is a step where it did; nil if that is not known.
  public func happened(_ column: String) -> Bool? {
    switch entry(column) {
    case .value: true
    case .none: false
    case .unknown: nil
    }
  }

  /// For criteria.
  func quantity(_ column: String) -> Quantity { value(column).map { .success($0) } ?? .failure(.noValue(of: column)) }
}
