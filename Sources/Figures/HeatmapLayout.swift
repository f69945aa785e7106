import Verdicts

/// Panels in rows and columns with shared axes, under a title, over a legend.
struct HeatmapLayout {
  let title: String
  let subtitle: String
  let panels: [Panel]
  let columns: Int
  /// At the right of each row; empty for none.
  let rowHeaders: [String]
  let xLabel: String
  let yLabel: String
  /// Nil if no panel shows numbers.
  let scale: ValueScale?
  /// The names of the two shares of panels that show pairs; nil if none does.
  let pairNames: (first: String, second: String)?
  let legend: Legend

  private static let margin = 10.0
  private static let panelGap = 11.0
  private static let keySide = 46.0

  private var rows: Int { (panels.count + columns - 1) / columns }

  /// Points; the more panels, the smaller.
  private var plotWidth: Double { [1: 300, 2: 215, 3: 178, 4: 140][columns] ?? max(70, 560 / Double(columns)) }
  private var plotHeight: Double { plotWidth * 0.86 }

  func scene(measure: some TextMeasure) -> Scene {
    let plane = panels[0].view.plane
    let xTicks = Ticks.of(plane.x, most: Int(plotWidth / 32)), yTicks = Ticks.of(plane.y, most: Int(plotHeight / 20))
    let tickWidth = yTicks.map { measure.width($0.label, .tick) }.max() ?? 0
    let left = Self.margin + measure.height(.label) + 4 + tickWidth + 5
    let gridWidth = Double(columns) * plotWidth + Double(columns - 1) * Self.panelGap
    let headerWidth = rowHeaders.isEmpty ? 0 : 4 + measure.height(.panel)
    let keyWidth = keysWidth(measure)
    let width = max(left + gridWidth + headerWidth + keyWidth + Self.margin, legend.needs(measure: measure) + 2 * Self.margin, 330)
    let textWidth = width - 2 * Self.margin
    let titleLines = measure.wrapped(title, .title, width: textWidth), subtitleLines = measure.wrapped(subtitle, .subtitle, width: textWidth)
    let panelTitles = panels.map { measure.wrapped($0.title, .panel, width: plotWidth) }
    let titleHeights = (0..<rows).map { row in
      Double((row * columns..<min((row + 1) * columns, panels.count)).map { panelTitles[$0].count }.max() ?? 0) * (measure.height(.panel) + 1)
    }

    let top = Self.margin + Double(titleLines.count) * (measure.height(.title) + 2) + Double(subtitleLines.count) * (measure.height(.subtitle) + 1) + 6
    var y = top
    let plotTops = (0..<rows).map { row -> Double in
      y += titleHeights[row] + 3
      defer { y += plotHeight + Self.panelGap }
      return y
    }
    let plotsEnd = y - Self.panelGap
    let labelTop = plotsEnd + 4 + measure.height(.tick) + 2
    let legendTop = labelTop + measure.height(.label) + 8
    let keysEnd = plotTops[0] + keysHeight(measure)
    let height = max(legendTop + legend.height(width: textWidth, measure: measure), keysEnd) + Self.margin
    var scene = Scene(width: width, height: height)

    var textTop = Self.margin
    for line in titleLines {
      scene.add(.text(measure.text(line, .title, x: Self.margin, top: textTop)))
      textTop += measure.height(.title) + 2
    }
    for line in subtitleLines {
      scene.add(.text(measure.text(line, .subtitle, x: Self.margin, top: textTop, colour: .quiet)))
      textTop += measure.height(.subtitle) + 1
    }

    for (i, panel) in panels.enumerated() {
      let (row, column) = (i / columns, i % columns)
      let box = Box(x: left + Double(column) * (plotWidth + Self.panelGap), y: plotTops[row], width: plotWidth, height: plotHeight)
      panel.draw(in: &scene, box: box) { scale?.colour($0) ?? .white }
      for (line, words) in panelTitles[i].reversed().enumerated() {
        scene.add(.text(measure.text(words, .panel, x: box.x, top: box.y - 3 - Double(line + 1) * (measure.height(.panel) + 1))))
      }
      let isLowest = i + columns >= panels.count
      drawTicks(xTicks, yTicks, of: panel, in: &scene, box: box, withX: isLowest, withY: column == 0, measure: measure)
      if column == columns - 1 || i == panels.count - 1, row < rowHeaders.count {
        let right = left + gridWidth
        for line in measure.wrapped(rowHeaders[row], .panel, width: plotHeight).prefix(1) {
          scene.add(.text(measure.upwards(line, .panel, left: right + 4, middle: box.middle.y)))
        }
      }
    }
    let middle = plotTops[0] + (plotsEnd - plotTops[0]) / 2
    for line in measure.wrapped(yLabel, .label, width: plotsEnd - plotTops[0]).prefix(1) {
      scene.add(.text(measure.upwards(line, .label, left: Self.margin, middle: middle)))
    }
    scene.add(.text(measure.text(xLabel, .label, x: left + gridWidth / 2, top: labelTop, .centre)))
    drawKeys(in: &scene, left: left + gridWidth + headerWidth + 12, top: plotTops[0], measure: measure)
    legend.draw(in: &scene, left: Self.margin, top: legendTop, width: textWidth, measure: measure)
    return scene
  }

  private func drawTicks(
    _ xTicks: [Tick], _ yTicks: [Tick], of panel: Panel, in scene: inout Scene, box: Box, withX: Bool, withY: Bool, measure: some TextMeasure
  ) {
    let plane = panel.view.plane
    let corner = PlanePoint(x: plane.x.positions.first ?? 0, y: plane.y.positions.first ?? 0)
    var lastRight = -Double.infinity
    for tick in xTicks {
      let x = panel.place(PlanePoint(x: tick.position, y: corner.y), in: box).x
      scene.add(.line([Point(x, box.bottom), Point(x, box.bottom + 2.5)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, .tick, x: x, top: box.bottom + 4, .centre)
      // Words that would touch their neighbour's are left out; the mark stays.
      guard withX, text.box.x > lastRight + 3, text.box.right < box.right + Self.panelGap / 2, text.box.x > box.x - Self.panelGap / 2 else { continue }
      lastRight = text.box.right
      scene.add(.text(text))
    }
    var lastTop = Double.infinity
    for tick in yTicks {
      let y = panel.place(PlanePoint(x: corner.x, y: tick.position), in: box).y
      scene.add(.line([Point(box.x - 2.5, y), Point(box.x, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, .tick, x: box.x - 5, top: y - measure.height(.tick) / 2, .right)
      guard withY, text.box.bottom < lastTop else { continue }
      lastTop = text.box.y
      scene.add(.text(text))
    }
  }

  // MARK: - The keys of the colours, at the right of the panels

  private func keysWidth(_ measure: some TextMeasure) -> Double {
    var width = 0.0
    if scale != nil { width = 12 + 9 + 4 + 26 + 4 + measure.height(.label) }
    if pairNames != nil { width = max(width, 12 + measure.height(.legend) + 3 + Self.keySide + 20) }
    return width
  }

  private func keysHeight(_ measure: some TextMeasure) -> Double {
    let bar = scale == nil ? 0 : plotHeight + 8
    return rows > 1 || scale == nil ? bar + (pairNames == nil ? 0 : pairHeight(measure)) : max(plotHeight, bar)
  }

  private func pairHeight(_ measure: some TextMeasure) -> Double { Self.keySide + 2 * measure.height(.legend) + 14 }

  private func drawKeys(in scene: inout Scene, left: Double, top: Double, measure: some TextMeasure) {
    var y = top
    if let scale {
      // In a single row both keys share the height of the panels.
      let height = pairNames != nil && rows == 1 ? plotHeight - pairHeight(measure) - 4 : plotHeight
      scale.draw(in: &scene, left: left, top: y, height: height, measure: measure)
      y += height + 12
    }
    guard let pairNames else { return }
    let box = Box(x: left + measure.height(.legend) + 3, y: y, width: Self.keySide, height: Self.keySide), steps = 12
    for i in 0..<steps {
      for j in 0..<steps {
        let side = Self.keySide / Double(steps)
        let cell = Box(x: box.x + Double(i) * side, y: box.bottom - Double(j + 1) * side, width: side, height: side)
        scene.add(.rectangle(cell, ColourMap.bivariate((Double(i) + 0.5) / Double(steps), (Double(j) + 0.5) / Double(steps))))
      }
    }
    scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.5), clip: nil))
    scene.add(.text(measure.text(pairNames.first + " →", .legend, x: box.middle.x, top: box.bottom + 2, .centre)))
    scene.add(.text(measure.upwards(pairNames.second + " →", .legend, left: left, middle: box.middle.y)))
  }
}
