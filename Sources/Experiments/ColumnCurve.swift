/// A theory of what a column is as a function of another, whatever else the trials differ in: a curve that dots are to lie on.
public struct ColumnCurve: Sendable {
  public let x: String
  public let y: String
  /// A few words for legends.
  public let title: String
  private let value: @Sendable (Double, Cell) -> Double?

  /// - Parameter value: at a value of the first column, in a cell of the sweep's own parameters; nil where it says nothing.
  public init(of y: String, over x: String, _ title: String, value: @escaping @Sendable (Double, Cell) -> Double?) {
    (self.x, self.y, self.title, self.value) = (x, y, title, value)
  }

  public func callAsFunction(_ x: Double, in cell: Cell) -> Double? { value(x, cell) }
}
