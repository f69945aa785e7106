import Specs

/// Two axes of a sweep, the others held at one value each: what a heatmap shows.
public struct Plane: Sendable {
  public let x: PlaneAxis
  public let y: PlaneAxis
  private let grid: Grid
  private let axisOfX: Int
  private let axisOfY: Int
  private let held: [Int]

  /// - Parameter held: for every axis of the grid the index of its value; those of x and y are not used. Nil if an axis is not there.
  public init?(_ grid: Grid, x: String, y: String, held: [Int]) {
    guard let axisOfX = grid.axes.firstIndex(where: { $0.name == x }), let axisOfY = grid.axes.firstIndex(where: { $0.name == y }), x != y,
      held.count == grid.axes.count
    else { return nil }
    (self.grid, self.axisOfX, self.axisOfY, self.held) = (grid, axisOfX, axisOfY, held)
    self.x = PlaneAxis(grid.axes[axisOfX])
    self.y = PlaneAxis(grid.axes[axisOfY])
  }

  public var columns: Int { x.values.count }
  public var rows: Int { y.values.count }

  /// The grid's cell at a column and a row, both counted along the axes as they are drawn.
  public func cell(column: Int, row: Int) -> Int {
    var coordinates = held
    coordinates[axisOfX] = x.order[column]
    coordinates[axisOfY] = y.order[row]
    return grid.index(of: coordinates)
  }

  /// A value for each cell of the plane, row by row.
  public func field<Value>(_ value: (Int) throws -> Value) rethrows -> [Value] {
    try (0..<rows).flatMap { row in try (0..<columns).map { try value(cell(column: $0, row: row)) } }
  }
}
