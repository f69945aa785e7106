/// A block of cells of a grid between two corners, both included.
struct SearchBox: Sendable, Equatable {
  /// Of each axis, its lowest and its highest place.
  let low: [Int]
  let high: [Int]

  /// The blocks that cover a grid.
  ///
  /// - Parameter axes: of each how many places it has, and how many steps a block is long; nil where every place is by itself.
  static func covering(_ axes: [(count: Int, step: Int?)]) -> [SearchBox] {
    axes.reduce([SearchBox(low: [], high: [])]) { boxes, axis in
      let spans = axis.step.map { step in
        stride(from: 0, to: axis.count - 1, by: step).map { ($0, min($0 + step, axis.count - 1)) }
      }
      return boxes.flatMap { box in
        (spans ?? (0..<axis.count).map { ($0, $0) }).map { SearchBox(low: box.low + [$0.0], high: box.high + [$0.1]) }
      }
    }
  }

  /// Its corners as cells of the grid.
  func corners(_ strides: [Int]) -> [Int] { Self.cells(zip(low, high).map { $0 == $1 ? [$0] : [$0, $1] }, strides) }

  /// All of its cells.
  func cells(_ strides: [Int]) -> [Int] { Self.cells(zip(low, high).map { Array($0...$1) }, strides) }

  private static func cells(_ places: [[Int]], _ strides: [Int]) -> [Int] {
    zip(places, strides).reduce([0]) { cells, axis in cells.flatMap { cell in axis.0.map { cell + $0 * axis.1 } } }
  }

  /// Cut across an axis that is longer than one step, and the corners that this adds; nil if none is.
  ///
  /// - Parameter unlike: of an axis, how many pairs of corners along it lie on different sides: of axes of one length the one with the most is cut.
  func halves(_ strides: [Int], unlike: (_ axis: Int) -> Int) -> (first: SearchBox, second: SearchBox, between: [Int])? {
    let wide = low.indices.filter { high[$0] - low[$0] > 1 }
    guard let longest = wide.map({ high[$0] - low[$0] }).max(),
      let axis = wide.filter({ high[$0] - low[$0] == longest }).map({ ($0, unlike($0)) }).max(by: { $0.1 < $1.1 })?.0
    else { return nil }
    let middle = Self.middle(low[axis], high[axis])
    func moved(_ corner: [Int]) -> [Int] {
      var corner = corner
      corner[axis] = middle
      return corner
    }
    return (
      SearchBox(low: low, high: moved(high)), SearchBox(low: moved(low), high: high), SearchBox(low: moved(low), high: moved(high)).corners(strides)
    )
  }

  /// Between two places, the one with the most factors of two: so neighbours are cut at the same places.
  private static func middle(_ low: Int, _ high: Int) -> Int {
    var step = 1
    while (low / (2 * step) + 1) * 2 * step < high { step *= 2 }
    return (low / step + 1) * step
  }
}
