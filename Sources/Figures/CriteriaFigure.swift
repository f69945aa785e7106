import Experiments
import Verdicts

/// What criteria are worth for an event: their figures with intervals as dots, one row a criterion, and how reliable a margin is.
public struct CriteriaFigure {
  private let comparison: Comparison
  private let style: FigureStyle

  public init(_ comparison: Comparison, style: FigureStyle = FigureStyle()) { (self.comparison, self.style) = (comparison, style) }

  /// A figure for each event, of the criteria that are made for it, the best first.
  public func figures(measure: some TextMeasure) -> [Figure] {
    var events: [Event] = []
    for judgement in comparison.judgements where judgement.isOwn && !events.contains(judgement.event) { events.append(judgement.event) }
    return events.map { event in
      let judgements = comparison.judgements.filter { $0.event == event && $0.isOwn }
      let title = if case .words(let words) = style.title { words } else { "How right criteria are: \(event.tableTitle(comparison.success))" }
      return Figure(
        name: "criteria-\(event.name)", title: title, view: "criteria of \(event.name)", scene: scene(judgements, event, title: title, measure: measure))
    }
  }

  private static let measures: [(title: String, of: @Sendable (Judgement) -> Estimate)] = [
    ("cells on the right side", { $0.onRightSide }), ("balanced over both sides", { $0.balancedAccuracy }), ("area under ROC, trials", { $0.areaUnderROC }),
  ]

  /// Where everything stands.
  private struct Places {
    var width = 0.0
    var names = 0.0
    var sample = 24.0
    var rowHeight = 22.5
    /// One for each of the first measures: as many as find room.
    var dots: [Box] = []
    var curve = Box(x: 0, y: 0, width: 0, height: 0)
    var height = 0.0
  }

  private func font(_ font: Font) -> Font { style.font(font) }
  private func places(_ judgements: [Judgement], top: Double, measure: some TextMeasure) -> Places {
    let margin = style.margin, gap = 10 * style.scale, tick = measure.height(font(.tick)) + 6, smallest = 42.0
    let name = judgements.map { measure.width($0.criterion.name, font(.label)) }.max() ?? 0
    let notes = judgements.map { measure.width(note($0), font(.tick)) }.max() ?? 0
    let titles = (style.width == nil ? 2 : 3) * (measure.height(font(.label)) + 1) + 3, curveSide = 165 * style.scale
    let left = PlotFrame.leftRoom(.shares, height: curveSide, style: style, measure: measure)
    var at = Places(), count = Double(Self.measures.count)
    (at.sample, at.rowHeight) = (24 * style.scale, 22.5 * style.scale)
    at.names = at.sample + 5 + max(name, notes) + 8
    /// Below the dots, or beside them.
    func finish(_ plot: Double, curve: (Double) -> Box) {
      let height = Double(judgements.count) * at.rowHeight
      at.dots = (0..<Int(count)).map { Box(x: margin + at.names + Double($0) * (plot + gap), y: top + titles, width: plot, height: height) }
      at.curve = curve(height)
      at.height = at.curve.bottom + tick + 2 * measure.height(font(.label)) + 6 + margin
    }
    guard let width = style.width, width < 2 * margin + at.names + count * (70 * style.scale + gap) + 2 * gap + left + 0.8 * curveSide else {
      let plot = style.width.map { ($0 - 2 * margin - at.names - count * gap - 2 * gap - left) / (count + 1.4) } ?? 100 * style.scale
      let side = style.width == nil ? curveSide : 1.4 * plot
      finish(plot) { Box(x: margin + at.names + count * (plot + gap) + gap + left, y: top + titles, width: side, height: max(side * 0.9, $0)) }
      at.width = style.width ?? at.curve.right + margin + 6
      return at
    }
    // In a column: short samples, notes on as many lines as they need, and no more plots than find room.
    at.sample = 14 * style.scale
    at.names = at.sample + 4 + max(name, 60 * style.scale) + 6
    let lines = judgements.map { noteLines($0, width: at.names - at.sample - 4, measure).count }.max() ?? 0
    at.rowHeight = max(at.rowHeight, measure.height(font(.label)) + Double(lines) * measure.height(font(.tick)) + 2)
    func room() -> Double { (width - 2 * margin - at.names - (count - 1) * gap - 8) / count }
    while count > 1, room() < smallest { count -= 1 }
    finish(room()) {
      Box(x: margin + left, y: top + titles + $0 + tick + titles, width: width - 2 * margin - left - 8, height: min((width - left) * 0.62, curveSide))
    }
    at.width = width
    return at
  }

  private func noteLines(_ judgement: Judgement, width: Double, _ measure: some TextMeasure) -> [String] {
    measure.wrapped(note(judgement), font(.tick), width: width)
  }

  /// Under the name of a criterion that claims one side alone: how it fared there.
  private func note(_ judgement: Judgement) -> String { judgement.sure == nil ? "" : judgement.claimWords }

  private func scene(_ judgements: [Judgement], _ event: Event, title: String, measure: some TextMeasure) -> Scene {
    let subtitle = "\(comparison.spec.name): \(judgements[0].cells) cells, \(judgements[0].trials) trials; bars: 95 % of bootstrap resamples of the repetitions"
    let width = places(judgements, top: 0, measure: measure).width - 2 * style.margin
    let heading = FigureHeading(title: title, subtitle: subtitle, width: width, style: style, measure: measure)
    let at = places(judgements, top: style.margin + heading.height, measure: measure)
    var scene = Scene(width: at.width, height: at.height)
    heading.draw(in: &scene, measure: measure)
    drawNames(judgements, at, in: &scene, measure: measure)
    for (measured, box) in zip(Self.measures, at.dots) { drawDots(judgements, measured.title, measured.of, in: &scene, box: box, measure: measure) }
    drawCurves(judgements, event, in: &scene, box: at.curve, measure: measure)
    return scene
  }

  private func drawNames(_ judgements: [Judgement], _ at: Places, in scene: inout Scene, measure: some TextMeasure) {
    let x = style.margin, left = x + at.sample + (at.sample < 24 * style.scale ? 4 : 5)
    for (row, judgement) in judgements.enumerated() {
      let middle = at.dots[0].y + (Double(row) + 0.5) * at.rowHeight, notes = noteLines(judgement, width: at.names - at.sample - 9, measure)
      scene.add(.line([Point(x, middle), Point(x + at.sample, middle)], LineStyles.frontier(judgement.criterion, of: comparison.spec.experiment), clip: nil))
      let height = measure.height(font(.label)), noteHeight = measure.height(font(.tick))
      var top = middle - (height + Double(notes.count) * noteHeight) / 2
      scene.add(.text(measure.text(judgement.criterion.name, font(.label), x: left, top: top)))
      top += height
      for note in notes {
        scene.add(.text(measure.text(note, font(.tick), x: left, top: top, colour: .quiet)))
        top += noteHeight
      }
    }
  }

  private func drawDots(
    _ judgements: [Judgement], _ title: String, _ estimate: (Judgement) -> Estimate, in scene: inout Scene, box: Box, measure: some TextMeasure
  ) {
    let frame = PlotFrame(box: box, x: .shares, y: PlotScale(low: 0, high: 1), style: style)
    for share in [0.25, 0.5, 0.75] {
      let x = frame.place(share, 0).x
      scene.add(.line([Point(x, box.y), Point(x, box.bottom)], Stroke(Colour(hex: share == 0.5 ? 0xB8B8B8 : 0xE4E4E4), width: 0.6), clip: box))
    }
    for (row, judgement) in judgements.enumerated() {
      let found = estimate(judgement), y = box.y + box.height * (Double(row) + 0.5) / Double(judgements.count)
      guard let value = found.value else {
        let text = measure.text("none", font(.tick), x: frame.place(0.5, 0).x, top: y - measure.height(font(.tick)) / 2, .centre, colour: .quiet)
        scene.add(.text(text))
        continue
      }
      let colour = LineStyles.frontier(judgement.criterion, of: comparison.spec.experiment).colour
      if let interval = found.interval {
        scene.add(
          .line([Point(frame.place(interval.lowerBound, 0).x, y), Point(frame.place(interval.upperBound, 0).x, y)], Stroke(colour, width: 1.6), clip: nil))
      }
      scene.add(.area([Point(frame.place(value, 0).x, y).disc(radius: 2.6 * style.scale)], colour, clip: nil))
    }
    let isNarrow = box.width < 70 * style.scale
    let ticks = (isNarrow ? [0, 1] : [0, 0.25, 0.5, 0.75, 1]).map { Tick(position: $0, label: Ticks.label($0)) }
    frame.drawFrame(in: &scene)
    frame.drawX(ticks, in: &scene, measure: measure)
    for (line, words) in measure.wrapped(title, font(.label), width: box.width).reversed().enumerated() {
      scene.add(.text(measure.text(words, font(.label), x: box.x, top: box.y - 3 - Double(line + 1) * (measure.height(font(.label)) + 1))))
    }
  }

  // MARK: - How reliable a margin is

  /// Equal shares of the cells on either side of a frontier.
  private static let bins = 8

  /// The mean rate of equal shares of the cells, by how sure the criterion is of them: from -1, the surest no, over 0, its frontier, to 1, the surest yes. A
  /// criterion that is right rises from 0 to 1 at its frontier.
  static func reliability(_ points: [(margin: Double, rate: Double)]) -> [(sureness: Double, rate: Double)] {
    let sorted = points.sorted { $0.margin < $1.margin }, no = sorted.filter { $0.margin < 0 }, yes = sorted.filter { $0.margin >= 0 }
    func means(_ side: [(margin: Double, rate: Double)], from start: Double) -> [(sureness: Double, rate: Double)] {
      let count = min(bins, side.count)
      return (0..<count).map { bin in
        let part = side[bin * side.count / count..<(bin + 1) * side.count / count]
        let middle = Double(part.startIndex + part.endIndex) / 2 / Double(side.count)
        return (start + middle, part.reduce(0) { $0 + $1.rate } / Double(part.count))
      }
    }
    return means(no, from: -1) + means(yes, from: 0)
  }

  private func drawCurves(_ judgements: [Judgement], _ event: Event, in scene: inout Scene, box: Box, measure: some TextMeasure) {
    let frame = PlotFrame(box: box, x: PlotScale(low: -1, high: 1), y: .shares, style: style)
    let ideal = Stroke(Colour(hex: 0xC8C8C8), width: 4)
    scene.add(.line([frame.place(-1, 0), frame.place(0, 0), frame.place(0, 1), frame.place(1, 1)], ideal, clip: box))
    for judgement in judgements.reversed() {
      let points = Self.reliability(judgement.points).map { frame.place($0.sureness, $0.rate) }
      let stroke = LineStyles.frontier(judgement.criterion, of: comparison.spec.experiment)
      if points.count == 1 { scene.add(.area([points[0].disc(radius: 2)], stroke.colour, clip: box)) } else { scene.add(.line(points, stroke, clip: box)) }
    }
    frame.drawFrame(in: &scene)
    frame.drawY(in: &scene, measure: measure)
    let words = [(-1.0, "surest no"), (0, "frontier"), (1, "surest yes")]
    frame.drawX(words.map { Tick(position: $0.0, label: $0.1) }, in: &scene, keepingWithin: true, measure: measure)
    let title = measure.wrapped("share of trials that \(event.words.trials)", font(.label), width: box.width)
    for (line, words) in title.reversed().enumerated() {
      scene.add(.text(measure.text(words, font(.label), x: box.x, top: box.y - 3 - Double(line + 1) * (measure.height(font(.label)) + 1))))
    }
    let below = box.bottom + 4 + measure.height(font(.tick)) + 2
    scene.add(.text(measure.text("cells, by the criterion's margin", font(.label), x: box.middle.x, top: below, .centre)))
    scene.add(
      .text(measure.text("grey: always right", font(.tick), x: box.middle.x, top: below + measure.height(font(.label)), .centre, colour: .quiet)))
  }
}
