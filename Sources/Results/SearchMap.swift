import Specs

/// A grid as a search sees it: its cells at places whose coordinates ascend along every axis of numbers, in whatever order a specification lists them.
struct SearchMap: Sendable {
  /// How long a block is at first.
  let step: Int
  /// Places along each axis.
  let counts: [Int]
  /// How far apart two places are that differ by one step of an axis.
  let strides: [Int]
  /// Axes along which boundaries are sought; of the others every value is looked at by itself.
  let refined: [Int]
  /// The cell at each place, and the place of each cell.
  let cells: [Int]
  let places: [Int]
  /// What the search begins with.
  let blocks: [SearchBox]

  init(_ grid: Grid, step: Int) {
    self.step = step
    let axes = grid.axes, counts = axes.map(\.values.count)
    self.counts = counts
    var strides = counts, stride = 1
    for axis in axes.indices.reversed() {
      strides[axis] = stride
      stride *= counts[axis]
    }
    self.strides = strides
    refined = axes.indices.filter { Refinement.refines(axes[$0]) }
    let orders = axes.map { axis in
      let numbers = axis.values.compactMap(\.number)
      return numbers.count < axis.values.count ? Array(axis.values.indices) : axis.values.indices.sorted { numbers[$0] < numbers[$1] }
    }
    cells = (0..<grid.count).map { place in
      grid.index(of: zip(zip(strides, counts), orders).map { axis, order in order[place / axis.0 % axis.1] })
    }
    var places = cells
    for (place, cell) in cells.enumerated() { places[cell] = place }
    self.places = places
    blocks = SearchBox.covering(axes.map { (count: $0.values.count, step: Refinement.refines($0) ? step : nil) })
  }

  func coordinate(_ place: Int, _ axis: Int) -> Int { place / strides[axis] % counts[axis] }
}
