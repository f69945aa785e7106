import Experiments
import Model

/// All combinations of the axes' values, the last axis fastest, the other parameters the same everywhere.
public struct Grid: Sendable, Equatable {
  public let axes: [Axis]
  /// The cell that the axes vary.
  public let base: Cell
  /// Cells.
  public let count: Int
  /// Where each axis stands among the experiment's parameters.
  private let positions: [Int]
  /// How far apart two cells are that differ by one step of an axis.
  private let strides: [Int]

  /// More cells are refused: a plan of them would not fit in memory.
  package static let mostCells = 10_000_000

  /// Nil if there are too many cells, or an axis is no parameter of the experiment.
  package init?(axes: [Axis], base: Cell) {
    let names = base.experiment.parameters.map(\.name)
    var count = 1
    for axis in axes {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis.values.count)
      guard !overflow, product <= Self.mostCells else { return nil }
      count = product
    }
    let positions = axes.compactMap { axis in names.firstIndex(of: axis.name) }
    guard positions.count == axes.count else { return nil }
    self.init(axes: axes, base: base, positions: positions)
  }

  private init(axes: [Axis], base: Cell, positions: [Int]) {
    var strides = [Int](repeating: 1, count: axes.count), count = 1
    for i in axes.indices.reversed() {
      strides[i] = count
      count *= axes[i].values.count
    }
    (self.axes, self.base, self.count, self.positions, self.strides) = (axes, base, count, positions, strides)
  }

  /// The position of a cell along each axis.
  public func coordinates(of index: Int) -> [Int] {
    zip(strides, axes).map { index / $0 % $1.values.count }
  }

  /// The cell at a position along each axis.
  public func index(of coordinates: [Int]) -> Int { zip(strides, coordinates).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The cell at `index`; the values of an axis are of its parameter's kind, which is checked where an axis is read.
  package func cell(at index: Int) throws -> Cell {
    var cell = base
    for (i, axis) in axes.enumerated() { try cell.set(positions[i], to: axis.values[index / strides[i] % axis.values.count]) }
    return cell
  }

  /// The cells that have these values. Refuses what is no axis, or no value of it.
  package func part(holding held: [String: ParameterValue]) throws(ParameterError) -> GridPart {
    for (name, value) in held.sorted(by: { $0.key < $1.key }) {
      guard let axis = axes.first(where: { $0.name == name }) else {
        throw ParameterError(parameter: name, value: value.text, allowed: "an axis of the sweep: \(axes.map(\.name).joined(separator: ", "))")
      }
      guard axis.values.contains(value) else {
        throw ParameterError(parameter: name, value: value.text, allowed: axis.values.map(\.text).joined(separator: ", "))
      }
    }
    let parts = axes.map { axis in held[axis.name].map { Axis(name: axis.name, values: [$0], scale: axis.scale) } ?? axis }
    let cells = (0..<count).filter { cell in
      zip(axes, coordinates(of: cell)).allSatisfy { axis, place in held[axis.name].map { $0 == axis.values[place] } ?? true }
    }
    return GridPart(
      grid: Grid(axes: parts, base: base, positions: positions), cells: cells, held: axes.compactMap { axis in held[axis.name].map { (axis.name, $0) } })
  }

  /// All of it, as a part.
  package var whole: GridPart { GridPart(grid: self, cells: Array(0..<count), held: []) }

  /// Finds the cells of a store in this grid.
  package func locator() -> CellLocator {
    CellLocator(
      base: base.values, positions: positions, strides: strides,
      places: axes.map { axis in Dictionary(uniqueKeysWithValues: axis.values.enumerated().map { ($1, $0) }) })
  }

  /// The cells in groups that share what they prepare: the first cell of each group, and how far the members are from it.
  package func groups() -> (first: [Int], offsets: [Int]) {
    let parameters = base.experiment.parameters, shared = base.experiment.sharedParameters
    var first = [0], offsets = [0]
    for (i, axis) in axes.enumerated() {
      let steps = axis.values.indices.map { $0 * strides[i] }
      if shared.contains(parameters[positions[i]].name) {
        first = first.flatMap { start in steps.map { start + $0 } }
      } else {
        offsets = offsets.flatMap { start in steps.map { start + $0 } }
      }
    }
    return (first, offsets)
  }
}

/// A grid in another one, of which some axes are held at one value each.
package struct GridPart: Sendable {
  /// With one value for each axis that is held.
  package let grid: Grid
  /// Its cells, by their places in the other one.
  package let cells: [Int]
  /// In the order of the axes.
  package let held: [(axis: String, value: ParameterValue)]

  fileprivate init(grid: Grid, cells: [Int], held: [(axis: String, value: ParameterValue)]) { (self.grid, self.cells, self.held) = (grid, cells, held) }
}

/// Where in a grid a cell is, by its parameters' values.
package struct CellLocator {
  let base: [ParameterValue]
  let positions: [Int]
  let strides: [Int]
  let places: [[ParameterValue: Int]]

  /// Nil if the cell is not in the grid.
  package func index(of values: [ParameterValue]) -> Int? {
    guard values.count == base.count else { return nil }
    var index = 0
    for i in values.indices {
      if let axis = positions.firstIndex(of: i) {
        guard let place = places[axis][values[i]] else { return nil }
        index += place * strides[axis]
      } else if values[i] != base[i] {
        return nil
      }
    }
    return index
  }
}
