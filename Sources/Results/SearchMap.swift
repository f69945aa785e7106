import Specs

/// A grid as a search sees it: its cells at places whose coordinates ascend along every axis of numbers, in whatever order a specification lists them.
struct SearchMap: Sendable {
  /// How far apart the places are that are looked at first, along each axis of numbers.
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

  init(_ grid: Grid, step: Int) {
    let axes = grid.axes, counts = axes.map(\.values.count)
    self.counts = counts
    self.step = step
    var strides = counts, stride = 1
    for axis in axes.indices.reversed() {
      strides[axis] = stride
      stride *= counts[axis]
    }
    self.strides = strides
    refined = axes.indices.filter { Refinement.follows(axes[$0]) }
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
  }

  func coordinate(_ place: Int, _ axis: Int) -> Int { place / strides[axis] % counts[axis] }

  /// Whether a place is looked at first as far as an axis is concerned: every step-th is, and the last.
  private func isOnLattice(_ place: Int, _ axis: Int) -> Bool {
    let coordinate = coordinate(place, axis)
    return coordinate % step == 0 || coordinate == counts[axis] - 1
  }

  /// The places that are looked at first.
  var lattice: [Int] { cells.indices.filter { place in refined.allSatisfy { isOnLattice(place, $0) } } }

  /// The first places of lines along an axis.
  ///
  /// - Parameter ofLatticeAlone: only of those that pass places of the lattice.
  func lines(along axis: Int, ofLatticeAlone: Bool) -> [Int] {
    cells.indices.filter { place in
      coordinate(place, axis) == 0 && (!ofLatticeAlone || refined.allSatisfy { $0 == axis || isOnLattice(place, $0) })
    }
  }

  /// The places from which a step along an axis leads to another.
  func steps(along axis: Int) -> [Int] { cells.indices.filter { coordinate($0, axis) + 1 < counts[axis] } }

  /// To the neighbours of a place along an axis.
  func shifts(of place: Int, along axis: Int) -> [Int] {
    let coordinate = coordinate(place, axis)
    return (coordinate > 0 ? [-strides[axis]] : []) + (coordinate + 1 < counts[axis] ? [strides[axis]] : [])
  }

  /// To all neighbours along axes of numbers.
  func shifts(of place: Int) -> [Int] { refined.flatMap { shifts(of: place, along: $0) } }

  /// Between two coordinates, the one with the most factors of two: so neighbouring lines are halved at the same places.
  static func middle(_ low: Int, _ high: Int) -> Int {
    var step = 1
    while (low / (2 * step) + 1) * 2 * step < high { step *= 2 }
    return (low / step + 1) * step
  }
}
