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
    /// What stands at it where there is room; the legend says more.
    var words = ""
  }

  /// What regions are called: for shares those where it happens in at least half of the trials, and the others; for pairs neither, the first alone, the
  /// second alone, both. Empty for none.
  typealias Names = [String]

  let view: PlaneView
  let content: Content
  let states: [PlaneView.CellState]
  let lines: [Line]
  let bands: [(low: [Double?], high: [Double?], colour: Colour)]
  let title: String
  var names: Names = []

  /// Plots narrower than this, at the standard size of text, have no words in them.
  private static let leastWidthForWords = 80.0

  /// - Parameters:
  ///   - box: of the plot itself.
  ///   - colour: of a number.
  func draw(in scene: inout Scene, box: Box, style: FigureStyle, measure: some TextMeasure, colour: (Double) -> Colour) {
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
    if box.width >= Self.leastWidthForWords * style.scale { drawWords(in: &scene, box: box, style: style, measure: measure, colour: colour) }
  }

  private func drawCells(in scene: inout Scene, box: Box, colour: (Double) -> Colour) {
    let plane = view.plane, cells = (0..<plane.rows).reversed().flatMap { row in (0..<plane.columns).map { row * plane.columns + $0 } }
    let tiles = cells.map { Tile(cell($0, in: box), ground($0, colour: colour) ?? CellMark(states[$0])?.ground ?? .white) }
    scene.add(.tiles(tiles, within: box))
    for mark in CellMark.allCases {
      let boxes = zip(cells, tiles).filter { CellMark(states[$0.0]) == mark }.map(\.1.box)
      if let hatching = mark.hatching { hatching.draw(over: boxes, in: &scene) } else { for box in boxes { mark.drawMarks(in: &scene, box: box) } }
    }
  }

  private func cell(_ i: Int, in box: Box) -> Box {
    let plane = view.plane, (row, column) = (i / plane.columns, i % plane.columns)
    let low = place(PlanePoint(x: plane.x.edges[column], y: plane.y.edges[row]), in: box)
    let high = place(PlanePoint(x: plane.x.edges[column + 1], y: plane.y.edges[row + 1]), in: box)
    return Box(x: low.x, y: high.y, width: high.x - low.x, height: low.y - high.y)
  }

  /// Of a cell that has a value.
  private func ground(_ i: Int, colour: (Double) -> Colour) -> Colour? {
    guard states[i] == .measured || states[i] == .inferred else { return nil }
    switch content {
    case .numbers(let values): return values[i].map(colour)
    case .pairs(let pairs): return pairs[i].map { ColourMap.bivariate($0.0, $0.1) }
    }
  }

  // MARK: - Words in the plot

  private func drawWords(in scene: inout Scene, box: Box, style: FigureStyle, measure: some TextMeasure, colour: (Double) -> Colour) {
    let font = style.font(Font(7)), paths = lines.map { $0.lines.map { $0.map { place($0, in: box) } } }
    let wanted = zip(lines, paths).map { LineLabels.Line(paths: $1, words: $0.words, colour: $0.stroke.colour) }
    let labels = LineLabels(box: box, font: font)
    // Names first: what a region is, is more than what a line is called.
    let plane = view.plane, rights = (0..<plane.columns).map { cell($0, in: box).right }, tops = (0..<plane.rows).map { cell($0 * plane.columns, in: box).y }
    func index(_ point: Point) -> Int? {
      guard let column = rights.firstIndex(where: { point.x < $0 }), let row = tops.firstIndex(where: { point.y >= $0 }) else { return nil }
      return row * plane.columns + column
    }
    let regions = RegionNames(box: box, font: style.font(Font(8, isBold: true))).placed(
      names, region: { index($0).flatMap(region) }, lines: wanted.flatMap { $0.paths.flatMap(labels.sampled) }, taken: [],
      ground: { index($0).flatMap { ground($0, colour: colour) } ?? .white }, measure: measure)
    for text in regions { scene.add(.text(text)) }
    for text in labels.placed(wanted, avoiding: regions.map(\.box), measure: measure) {
      // A pale ground keeps a word readable on any colour.
      scene.add(.rectangle(text.box, Colour.white.faded(0.78)))
      scene.add(.text(text))
    }
  }

  /// By its place in `names`; nil where nothing is known.
  private func region(_ i: Int) -> Int? {
    guard states[i] == .measured || states[i] == .inferred, !names.isEmpty else { return nil }
    switch content {
    case .numbers(let values): return values[i].map { $0 >= 0.5 ? 0 : 1 }
    case .pairs(let pairs): return pairs[i].map { ($0.0 >= 0.5 ? 1 : 0) + ($0.1 >= 0.5 ? 2 : 0) }
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

/// How a cell that was not measured looks.
enum CellMark: CaseIterable {
  case inferred, notRun, notTrained, undefined

  init?(_ state: PlaneView.CellState) {
    switch state {
    case .measured: return nil
    case .inferred: self = .inferred
    case .notRun: self = .notRun
    case .notTrained: self = .notTrained
    case .undefined: self = .undefined
    }
  }

  var words: String {
    switch self {
    case .inferred: "not run: inferred from cells around it"
    case .notRun: "not run yet"
    case .notTrained: "not trained to the target"
    case .undefined: "undefined"
    }
  }

  var ground: Colour {
    switch self {
    // In a plot it stands on the colour of what is inferred.
    case .inferred: Colour(hex: 0xEEF1F4)
    case .notRun: .white
    case .notTrained: Colour(hex: 0x8C8C8C)
    case .undefined: Colour(hex: 0xDEDEDE)
    }
  }

  /// Of those that cover whole regions.
  var hatching: Hatching? {
    switch self {
    case .inferred: Hatching(gap: 4, stroke: Stroke(Colour(hex: 0xA0A6AC).faded(0.7), width: 0.6))
    case .notRun: Hatching(gap: 3.5, stroke: Stroke(Colour(hex: 0xC4C4C4), width: 0.5))
    case .notTrained, .undefined: nil
    }
  }

  func draw(in scene: inout Scene, box: Box) {
    scene.add(.rectangle(box, ground))
    drawMarks(in: &scene, box: box)
  }

  /// What stands on its ground.
  func drawMarks(in scene: inout Scene, box: Box) {
    switch self {
    case .inferred, .notRun: hatching?.draw(over: [box], in: &scene)
    case .notTrained:
      let cross = Stroke(Colour(hex: 0xD9D9D9), width: 0.6)
      scene.add(.line([Point(box.x, box.y), Point(box.right, box.bottom)], cross, clip: box))
      scene.add(.line([Point(box.right, box.y), Point(box.x, box.bottom)], cross, clip: box))
    case .undefined:
      let r = min(box.width, box.height, 4) / 4
      let middle = Box(x: box.middle.x - r, y: box.middle.y - r, width: 2 * r, height: 2 * r)
      scene.add(.rectangle(middle, Colour(hex: 0x8C8C8C)))
    }
  }
}
