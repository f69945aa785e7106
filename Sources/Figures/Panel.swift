import Verdicts

/// One heatmap with the lines over it, before it has a place.
struct Panel {
  enum Content {
    case numbers([Double?])
    /// Two shares a cell.
    case pairs([(Double, Double)?])
  }

  struct Line {
    let lines: [[PlanePoint]]
    let stroke: Stroke
  }

  let view: PlaneView
  let content: Content
  let states: [PlaneView.CellState]
  let lines: [Line]
  let bands: [(low: [Double?], high: [Double?], colour: Colour)]
  let title: String

  /// - Parameters:
  ///   - box: of the plot itself.
  ///   - colour: of a number.
  func draw(in scene: inout Scene, box: Box, colour: (Double) -> Colour) {
    drawCells(in: &scene, box: box, colour: colour)
    for band in bands { scene.add(.area(polygons(of: band, in: box), band.colour, clip: box)) }
    for line in lines {
      for points in line.lines {
        let path = points.map { place($0, in: box) }
        // A pale edge keeps a line readable on any colour.
        scene.add(.line(path, Stroke(Colour.white.faded(0.75), width: line.stroke.width + 1.6), clip: box))
      }
    }
    for line in lines { for points in line.lines { scene.add(.line(points.map { place($0, in: box) }, line.stroke, clip: box)) } }
    scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.7), clip: nil))
  }

  private func drawCells(in scene: inout Scene, box: Box, colour: (Double) -> Colour) {
    let plane = view.plane
    for row in 0..<plane.rows {
      for column in 0..<plane.columns {
        let i = row * plane.columns + column
        let low = place(PlanePoint(x: plane.x.edges[column], y: plane.y.edges[row]), in: box)
        let high = place(PlanePoint(x: plane.x.edges[column + 1], y: plane.y.edges[row + 1]), in: box)
        let cell = Box(x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y)
        switch (states[i], content) {
        case (.measured, .numbers(let values)): if let value = values[i] { scene.add(.rectangle(cell, colour(value))) }
        case (.measured, .pairs(let pairs)): if let pair = pairs[i] { scene.add(.rectangle(cell, ColourMap.bivariate(pair.0, pair.1))) }
        case (let state, _): CellMark(state)?.draw(in: &scene, box: cell)
        }
      }
    }
  }

  func place(_ point: PlanePoint, in box: Box) -> Point {
    let x = view.plane.x.edges, y = view.plane.y.edges
    guard let left = x.first, let right = x.last, let bottom = y.first, let top = y.last else { return box.middle }
    return Point(box.x + box.width * (point.x - left) / (right - left), box.bottom - box.height * (point.y - bottom) / (top - bottom))
  }

  /// Where the low field is below zero and the high one above, square by square between the nodes.
  private func polygons(of band: (low: [Double?], high: [Double?], colour: Colour), in box: Box) -> [[Point]] {
    struct Corner { let point: Point, low: Double, high: Double }
    func clipped(_ polygon: [Corner], by value: (Corner) -> Double) -> [Corner] {
      polygon.indices.flatMap { i -> [Corner] in
        let a = polygon[i], b = polygon[(i + 1) % polygon.count]
        let kept = value(a) >= 0 ? [a] : []
        guard (value(a) >= 0) != (value(b) >= 0) else { return kept }
        let share = value(a) / (value(a) - value(b))
        func mix(_ p: Double, _ q: Double) -> Double { p + (q - p) * share }
        return kept + [
          Corner(point: Point(mix(a.point.x, b.point.x), mix(a.point.y, b.point.y)), low: mix(a.low, b.low), high: mix(a.high, b.high))
        ]
      }
    }
    let plane = view.plane
    var polygons: [[Point]] = []
    for row in 0..<max(plane.rows - 1, 0) {
      for column in 0..<max(plane.columns - 1, 0) {
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)].compactMap { column, row -> Corner? in
          let i = row * plane.columns + column
          guard let low = band.low[i], let high = band.high[i] else { return nil }
          return Corner(point: place(PlanePoint(x: plane.x.positions[column], y: plane.y.positions[row]), in: box), low: low, high: high)
        }
        guard corners.count == 4 else { continue }
        let part = clipped(clipped(corners) { $0.high }) { -$0.low }
        if part.count > 2 { polygons.append(part.map(\.point)) }
      }
    }
    return polygons
  }
}

/// How a cell without a value looks.
enum CellMark: CaseIterable {
  case notRun, notTrained, undefined

  init?(_ state: PlaneView.CellState) {
    switch state {
    case .measured: return nil
    case .notRun: self = .notRun
    case .notTrained: self = .notTrained
    case .undefined: self = .undefined
    }
  }

  var words: String {
    switch self {
    case .notRun: "not run yet"
    case .notTrained: "not trained to the target"
    case .undefined: "undefined"
    }
  }

  func draw(in scene: inout Scene, box: Box) {
    switch self {
    case .notRun:
      scene.add(.rectangle(box, .white))
      // Strokes at one angle, a few points apart, whatever the size of the cell.
      let gap = 3.5
      var start = (box.x + box.y) / gap
      start = start.rounded(.up) * gap
      for sum in stride(from: start, to: box.right + box.bottom, by: gap) {
        let from = Point(min(box.right, sum - box.y), max(box.y, sum - box.right)), to = Point(max(box.x, sum - box.bottom), min(box.bottom, sum - box.x))
        scene.add(.line([from, to], Stroke(Colour(hex: 0xC4C4C4), width: 0.5), clip: box))
      }
    case .notTrained:
      scene.add(.rectangle(box, Colour(hex: 0x8C8C8C)))
      let cross = Stroke(Colour(hex: 0xD9D9D9), width: 0.6)
      scene.add(.line([Point(box.x, box.y), Point(box.right, box.bottom)], cross, clip: box))
      scene.add(.line([Point(box.right, box.y), Point(box.x, box.bottom)], cross, clip: box))
    case .undefined:
      scene.add(.rectangle(box, Colour(hex: 0xDEDEDE)))
      let r = min(box.width, box.height, 4) / 4
      let middle = Box(x: box.middle.x - r, y: box.middle.y - r, width: 2 * r, height: 2 * r)
      scene.add(.rectangle(middle, Colour(hex: 0x8C8C8C)))
    }
  }
}
