/// Finds a place for the name of each region of a heatmap: where it has the most room, over none of the lines and words.
struct RegionNames {
  /// Of the plot.
  let box: Box
  let font: Font

  /// Side of the squares that room is counted in, in points.
  private static let grain = 3.0

  private var columns: Int { max(1, Int(box.width / Self.grain)) }
  private var rows: Int { max(1, Int(box.height / Self.grain)) }

  /// - Parameters:
  ///   - region: which region a point of the plot is in, by its place in `names`; nil for none.
  ///   - lines: points that lines pass through, near enough to each other.
  ///   - ground: the colour under a point, on which the name must be readable.
  func placed(
    _ names: [String], region: (Point) -> Int?, lines: [Point], taken: [Box], ground: (Point) -> Colour, measure: some TextMeasure
  ) -> [Text] {
    let regions = (0..<rows * columns).map { region(middle($0)) }
    var isBlocked = [Bool](repeating: false, count: rows * columns)
    for point in lines {
      let column = Int((point.x - box.x) / Self.grain), row = Int((point.y - box.y) / Self.grain)
      for r in max(0, row - 1)...max(0, min(rows - 1, row + 1)) where r < rows {
        for c in max(0, column - 1)...max(0, min(columns - 1, column + 1)) where c < columns { isBlocked[r * columns + c] = true }
      }
    }
    for i in isBlocked.indices where taken.contains(where: { $0.expanded(by: 1).distance(to: middle(i)) == 0 }) { isBlocked[i] = true }
    return names.indices.compactMap { name -> Text? in
      guard !names[name].isEmpty else { return nil }
      let width = measure.width(names[name], font) + 4, height = measure.height(font) + 2
      let free = regions.indices.map { regions[$0] == name && !isBlocked[$0] }
      guard let centre = roomiest(free, width: width, height: height) else { return nil }
      return measure.text(names[name], font, x: centre.x, top: centre.y - measure.height(font) / 2, .centre, colour: readable(on: ground(centre)))
    }
  }

  private func middle(_ i: Int) -> Point {
    Point(box.x + (Double(i % columns) + 0.5) * Self.grain, box.y + (Double(i / columns) + 0.5) * Self.grain)
  }

  /// The middle of the largest free rectangle of such proportions; nil if even that of the size itself does not fit.
  private func roomiest(_ free: [Bool], width: Double, height: Double) -> Point? {
    // How many are not free above and to the left of each corner.
    var sums = [Int](repeating: 0, count: (rows + 1) * (columns + 1))
    for row in 0..<rows {
      for column in 0..<columns {
        sums[(row + 1) * (columns + 1) + column + 1] =
          (free[row * columns + column] ? 0 : 1) + sums[row * (columns + 1) + column + 1] + sums[(row + 1) * (columns + 1) + column]
          - sums[row * (columns + 1) + column]
      }
    }
    var found: Point?
    var size = 1.0
    while true {
      let across = Int((width * size / Self.grain).rounded(.up)), down = Int((height * size / Self.grain).rounded(.up))
      guard across <= columns, down <= rows else { return found }
      let places = (0...(rows - down)).flatMap { row in (0...(columns - across)).map { (row, $0) } }
      let fitting = places.filter { row, column in
        sums[(row + down) * (columns + 1) + column + across] - sums[row * (columns + 1) + column + across] - sums[(row + down) * (columns + 1) + column]
          + sums[row * (columns + 1) + column] == 0
      }
      guard !fitting.isEmpty else { return found }
      let (row, column) = fitting[fitting.count / 2]
      found = Point(box.x + (Double(column) + Double(across) / 2) * Self.grain, box.y + (Double(row) + Double(down) / 2) * Self.grain)
      size *= 1.25
    }
  }

  private func readable(on ground: Colour) -> Colour { OKLab(ground).lightness < 0.62 ? .white : .ink }
}
