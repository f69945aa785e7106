/// Plots in rows and columns under a title, over a legend: what slices and scatters have in common.
struct PlotPage {
  struct Plot {
    let title: String
    let xLabel: String
    let yLabel: String
    let x: PlotScale
    let y: PlotScale
    /// Instead of the scale's own.
    var xTicks: [Tick]?
    let draw: (inout Scene, PlotFrame) -> Void
  }

  let title: String
  let subtitle: String
  let plots: [Plot]
  /// Nil where colours mean no numbers.
  var scale: ValueScale?
  let legend: Legend
  let style: FigureStyle

  private func font(_ font: Font) -> Font { style.font(font) }

  func scene(measure: some TextMeasure) -> Scene {
    let margin = style.margin, gap = 12 * style.scale, keys = Keys(scale: scale, pairNames: nil, style: style)
    let keyWidth = keys.width(measure: measure)
    // In a given width labels wrap as on the smallest plots, so that the room they take is known before the plots' size is.
    func yLines(_ plot: Plot, _ height: Double) -> [String] {
      measure.wrapped(plot.yLabel, font(.label), width: style.width == nil ? height : min(height, 64 * style.scale))
    }
    func left(_ plot: Plot, _ height: Double) -> Double {
      Double(yLines(plot, height).count) * measure.height(font(.label)) + 4 + PlotFrame.leftRoom(plot.y, height: height, style: style, measure: measure)
    }
    // The widest arrangement whose plots are large enough; on a screen at most three beside each other.
    var columns = min(plots.count, 3), side = columns == 1 ? 270.0 : 190 * max(1, style.scale)
    if let width = style.width {
      func room(_ columns: Int) -> Double {
        let rooms = plots.prefix(columns).reduce(0) { $0 + left($1, 64 * style.scale) }
        return (width - 2 * margin - keyWidth - rooms - Double(columns - 1) * gap - 8) / Double(columns)
      }
      while columns > 1, room(columns) < 80 * style.scale { columns -= 1 }
      side = max(40, room(columns))
    }
    let height = side * 0.8, rows = (plots.count + columns - 1) / columns
    let lefts = (0..<columns).map { column in stride(from: column, to: plots.count, by: columns).map { left(plots[$0], height) }.max() ?? 0 }
    let gridWidth = lefts.reduce(0, +) + Double(columns) * side + Double(columns - 1) * gap
    let width = style.width ?? max(2 * margin + gridWidth + keyWidth + 8, legend.needs(measure: measure) + 2 * margin, 330)
    let textWidth = width - 2 * margin
    let heading = FigureHeading(title: title, subtitle: subtitle, width: textWidth, style: style, measure: measure)
    let plotTitles = plots.map { measure.wrapped($0.title, font(.panel), width: side) }
    let titleHeight = Double(plotTitles.map(\.count).max() ?? 0) * (measure.height(font(.panel)) + 1) + 3
    let below = 4 + measure.height(font(.tick)) + 2 + measure.height(font(.label)) + 8
    let top = margin + heading.height
    let legendTop = top + Double(rows) * (titleHeight + height + below)
    var scene = Scene(width: width, height: legendTop + legend.height(width: textWidth, measure: measure) + margin)
    heading.draw(in: &scene, measure: measure)
    for (i, plot) in plots.enumerated() {
      let row = i / columns, column = i % columns
      let x = margin + lefts[...column].reduce(0, +) + Double(column) * (side + gap)
      let box = Box(x: x, y: top + Double(row) * (titleHeight + height + below) + titleHeight, width: side, height: height)
      let frame = PlotFrame(box: box, x: plot.x, y: plot.y, style: style)
      frame.drawGrid(in: &scene, xTicks: plot.xTicks)
      plot.draw(&scene, frame)
      frame.drawAxes(in: &scene, xTicks: plot.xTicks, measure: measure)
      for (line, words) in plotTitles[i].reversed().enumerated() {
        scene.add(.text(measure.text(words, font(.panel), x: box.x, top: box.y - 3 - Double(line + 1) * (measure.height(font(.panel)) + 1))))
      }
      scene.add(.text(measure.text(plot.xLabel, font(.label), x: box.middle.x, top: box.bottom + 4 + measure.height(font(.tick)) + 2, .centre)))
      for (line, words) in yLines(plot, height).enumerated() {
        let left = x - lefts[column] + Double(line) * measure.height(font(.label))
        scene.add(.text(measure.upwards(words, font(.label), left: left, middle: box.middle.y)))
      }
    }
    if !keys.isEmpty {
      keys.draw(in: &scene, left: margin + gridWidth + 4, top: top + titleHeight, plotHeight: height, rows: 1, measure: measure)
    }
    legend.draw(in: &scene, left: margin, top: legendTop, width: textWidth, measure: measure)
    return scene
  }
}
