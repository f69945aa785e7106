import Verdicts

/// Panels in rows and columns with shared axes, under a title, over a legend.
struct HeatmapLayout {
  let title: String
  let subtitle: String
  let panels: [Panel]
  /// How many panels stand beside each other; fewer where the width does not allow it and rows mean nothing.
  let wantedColumns: Int
  /// At the right of each row; empty where rows mean nothing.
  let rowHeaders: [String]
  let xLabel: String
  let yLabel: String
  let keys: Keys
  let legend: Legend
  let style: FigureStyle

  private var panelGap: Double { style.width == nil ? 11 : 4.5 }
  private func font(_ font: Font) -> Font { style.font(font) }

  /// Where the panels stand, and what is left for the rest.
  private struct Places {
    var columns: Int
    var rows: Int
    var left: Double
    var plotWidth: Double
    var plotHeight: Double
    var header: Double
    var areKeysBeside: Bool
    var yLines: [String]
    var headers: [[String]]
    var gap: Double

    var gridWidth: Double { Double(columns) * plotWidth + Double(columns - 1) * gap }
  }

  private static let aspect = 0.86

  /// Columns, from the widest arrangement to the narrowest, each with the keys beside the panels and under them; the first whose plots are not too small.
  private func places(measure: some TextMeasure) -> Places {
    guard let width = style.width else {
      // Points; the more panels, the smaller.
      let columns = wantedColumns, plot = ([1: 300, 2: 215, 3: 178, 4: 140][columns] ?? max(70, 560 / Double(columns))) * max(1, style.scale)
      let sketch = places(columns: columns, plotWidth: plot, keysBeside: true, measure: measure)
      return keys.fits(plotHeight: sketch.plotHeight, rows: sketch.rows, measure: measure)
        ? sketch : places(columns: columns, plotWidth: plot, keysBeside: false, measure: measure)
    }
    func fitting(_ columns: Int, keysBeside: Bool) -> Places {
      var places = places(columns: columns, plotWidth: width / Double(columns), keysBeside: keysBeside, measure: measure)
      // Labels that wrap differently on smaller plots change the room that is left; three rounds settle it.
      for _ in 0..<3 {
        let taken = places.left + places.header + (keysBeside ? keys.width(measure: measure) : 0) + style.margin + overhang(measure)
        let plot = max(20, (width - taken - Double(columns - 1) * panelGap) / Double(columns))
        places = self.places(columns: columns, plotWidth: plot, keysBeside: keysBeside, measure: measure)
      }
      return places
    }
    let choices = rowHeaders.isEmpty ? Array((1...wantedColumns).reversed()) : [wantedColumns]
    let small = 66 * style.scale
    for columns in choices {
      let beside = fitting(columns, keysBeside: true)
      if beside.plotWidth >= 1.3 * small, keys.fits(plotHeight: beside.plotHeight, rows: beside.rows, measure: measure) { return beside }
      let under = fitting(columns, keysBeside: false)
      if under.plotWidth >= small || columns == choices.last { return under }
    }
    return fitting(1, keysBeside: false)
  }

  /// Half of the last tick's label may stand beyond the last plot.
  private func overhang(_ measure: some TextMeasure) -> Double { keys.isEmpty || style.width == nil ? 0 : 4 * style.scale }

  private func places(columns: Int, plotWidth: Double, keysBeside: Bool, measure: some TextMeasure) -> Places {
    let rows = (panels.count + columns - 1) / columns, plotHeight = plotWidth * Self.aspect
    let gridHeight = Double(rows) * plotHeight + Double(rows - 1) * panelGap
    let yLines = measure.wrapped(yLabel, font(.label), width: max(gridHeight, 40))
    let headers = rowHeaders.map { measure.wrapped($0, font(.panel), width: plotHeight) }
    let tickWidth = yTicks(plotHeight).map { measure.width($0.label, font(.tick)) }.max() ?? 0
    let mostLines = headers.map(\.count).max() ?? 0
    return Places(
      columns: columns, rows: rows, left: style.margin + Double(yLines.count) * measure.height(font(.label)) + 4 + tickWidth + 5, plotWidth: plotWidth,
      plotHeight: plotHeight, header: mostLines == 0 ? 0 : 4 + Double(mostLines) * measure.height(font(.panel)), areKeysBeside: keysBeside, yLines: yLines,
      headers: headers, gap: panelGap)
  }

  private func xTicks(_ plotWidth: Double) -> [Tick] { Ticks.of(panels[0].view.plane.x, most: max(2, Int(plotWidth / (32 * style.scale)))) }
  private func yTicks(_ plotHeight: Double) -> [Tick] { Ticks.of(panels[0].view.plane.y, most: max(3, Int(plotHeight / (20 * style.scale)))) }

  func scene(measure: some TextMeasure) -> Scene {
    let at = places(measure: measure), margin = style.margin
    let keyWidth = at.areKeysBeside ? keys.width(measure: measure) : 0
    let width = style.width ?? max(at.left + at.gridWidth + at.header + keyWidth + margin, legend.needs(measure: measure) + 2 * margin, 330)
    let textWidth = width - 2 * margin
    let heading = FigureHeading(title: title, subtitle: subtitle, width: textWidth, style: style, measure: measure)
    let panelTitles = panels.map { panelTitle($0.title, width: at.plotWidth, measure: measure) }
    let titleHeights = (0..<at.rows).map { row in
      let members = row * at.columns..<min((row + 1) * at.columns, panels.count)
      return Double(members.map { panelTitles[$0].count }.max() ?? 0) * (measure.height(font(.panel)) + 1)
    }

    var y = margin + heading.height
    let plotTops = (0..<at.rows).map { row -> Double in
      y += titleHeights[row] + 3
      defer { y += at.plotHeight + at.gap }
      return y
    }
    let plotsEnd = y - at.gap
    let labelTop = plotsEnd + 4 + measure.height(font(.tick)) + 2
    let xLines = measure.wrapped(xLabel, font(.label), width: max(at.gridWidth, 60))
    var end = labelTop + Double(xLines.count) * measure.height(font(.label)) + 8
    // The lowest row may have a place to spare, which is the keys' if they find room in it.
    let spare = spareBox(at, plotTops: plotTops, measure: measure), blockTop = end
    if !at.areKeysBeside, !keys.isEmpty, spare == nil { end += keys.blockHeight(width: textWidth, measure: measure) + 6 }
    let legendTop = end
    let keysEnd = at.areKeysBeside && !keys.isEmpty ? plotTops[0] + keys.height(plotHeight: at.plotHeight, rows: at.rows, measure: measure) : 0
    let height = max(legendTop + legend.height(width: textWidth, measure: measure), keysEnd) + margin
    var scene = Scene(width: width, height: height)

    heading.draw(in: &scene, measure: measure)
    let xTicks = xTicks(at.plotWidth), yTicks = yTicks(at.plotHeight)
    for (i, panel) in panels.enumerated() {
      let (row, column) = (i / at.columns, i % at.columns)
      let box = Box(x: at.left + Double(column) * (at.plotWidth + at.gap), y: plotTops[row], width: at.plotWidth, height: at.plotHeight)
      panel.draw(in: &scene, box: box, style: style, measure: measure) { keys.scale?.colour($0) ?? .white }
      for (line, words) in panelTitles[i].reversed().enumerated() {
        scene.add(.text(measure.text(words, font(.panel), x: box.x, top: box.y - 3 - Double(line + 1) * (measure.height(font(.panel)) + 1))))
      }
      let isLowest = i + at.columns >= panels.count
      drawTicks(xTicks, yTicks, of: panel, in: &scene, box: box, withX: isLowest, withY: column == 0, measure: measure)
      if column == at.columns - 1 || i == panels.count - 1, row < at.headers.count {
        for (line, words) in at.headers[row].enumerated() {
          let x = at.left + at.gridWidth + 4 + Double(line) * measure.height(font(.panel))
          scene.add(.text(measure.upwards(words, font(.panel), left: x, middle: box.middle.y)))
        }
      }
    }
    let middle = plotTops[0] + (plotsEnd - plotTops[0]) / 2
    for (line, words) in at.yLines.enumerated() {
      scene.add(.text(measure.upwards(words, font(.label), left: margin + Double(line) * measure.height(font(.label)), middle: middle)))
    }
    // Under the lowest panels.
    let lowest = spare == nil ? at.columns : panels.count % at.columns, lowestWidth = Double(lowest) * (at.plotWidth + at.gap) - at.gap
    for (line, words) in xLines.enumerated() {
      scene.add(.text(measure.text(words, font(.label), x: at.left + lowestWidth / 2, top: labelTop + Double(line) * measure.height(font(.label)), .centre)))
    }
    if at.areKeysBeside {
      keys.draw(
        in: &scene, left: at.left + at.gridWidth + at.header + 12, top: plotTops[0], plotHeight: at.plotHeight, rows: at.rows, measure: measure)
    } else if !keys.isEmpty {
      let block = spare ?? Box(x: at.left, y: blockTop, width: textWidth - at.left, height: 0)
      keys.drawBlock(in: &scene, left: block.x, top: block.y, width: block.width, measure: measure)
    }
    legend.draw(in: &scene, left: margin, top: legendTop, width: textWidth, measure: measure)
    return scene
  }

  /// Over a narrow panel what it shows, without the threshold behind it.
  private func panelTitle(_ title: String, width: Double, measure: some TextMeasure) -> [String] {
    let lines = measure.wrapped(title, font(.panel), width: width)
    guard lines.count > 3, let short = title.split(separator: ": ").first else { return lines }
    return measure.wrapped(String(short), font(.panel), width: width)
  }

  /// Right of the last panel, under the ticks of those above.
  private func spareBox(_ at: Places, plotTops: [Double], measure: some TextMeasure) -> Box? {
    guard !at.areKeysBeside, !keys.isEmpty, at.rows > 1, panels.count % at.columns != 0, let top = plotTops.last else { return nil }
    let ticks = 4 + measure.height(font(.tick)) + 6
    let x = at.left + Double(panels.count % at.columns) * (at.plotWidth + at.gap) + 10 * style.scale
    let box = Box(x: x, y: top + ticks, width: at.left + at.gridWidth - x, height: at.plotHeight - ticks)
    return keys.blockHeight(width: box.width, measure: measure) <= box.height + ticks + 8 * style.scale ? box : nil
  }

  private func drawTicks(
    _ xTicks: [Tick], _ yTicks: [Tick], of panel: Panel, in scene: inout Scene, box: Box, withX: Bool, withY: Bool, measure: some TextMeasure
  ) {
    let plane = panel.view.plane, font = font(.tick)
    let corner = PlanePoint(x: plane.x.positions.first ?? 0, y: plane.y.positions.first ?? 0)
    var lastTop = Double.infinity, beside: [Box] = []
    for tick in yTicks {
      let y = panel.place(PlanePoint(x: corner.x, y: tick.position), in: box).y
      scene.add(.line([Point(box.x - 2.5, y), Point(box.x, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, font, x: box.x - 5, top: y - measure.height(font) / 2, .right)
      guard withY, text.box.bottom < lastTop else { continue }
      lastTop = text.box.y
      beside.append(text.box)
      scene.add(.text(text))
    }
    var lastRight = -Double.infinity
    for tick in xTicks {
      let x = panel.place(PlanePoint(x: tick.position, y: corner.y), in: box).x
      scene.add(.line([Point(x, box.bottom), Point(x, box.bottom + 2.5)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, font, x: x, top: box.bottom + 4, .centre)
      // Words that would touch their neighbour's are left out; the mark stays.
      guard withX, text.box.x > lastRight + 3, text.box.right < box.right + panelGap / 2, text.box.x > box.x - (withY ? 14 : panelGap / 2),
        !beside.contains(where: { $0.overlaps(text.box) })
      else { continue }
      lastRight = text.box.right
      scene.add(.text(text))
    }
  }
}
