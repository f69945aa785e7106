import Experiments
import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The measured rate of every cell against the margin that a criterion gives it: how sharp the criterion is (how steep the rise), and how well centred (whether
/// it rises at zero).
public struct MarginFigure {
  private let comparison: Comparison

  public init(_ comparison: Comparison) { self.comparison = comparison }

  private static let margin = 10.0
  private static let gap = 16.0
  private static let plot = 128.0
  private static let columns = 4
  private static let titleHeight = 26.0
  private static let bins = 12

  /// A figure for each event, of the criteria that are made for it, the best first.
  public func figures(measure: some TextMeasure) -> [Figure] {
    var events: [Event] = []
    for judgement in comparison.judgements where judgement.isOwn && !events.contains(judgement.event) { events.append(judgement.event) }
    return events.map { event in
      let judgements = comparison.judgements.filter { $0.event == event && $0.isOwn }
      let title = "How often cells \(event.words.trials), by the margin that each criterion gives them"
      return Figure(
        name: "margins-\(event.name)", title: title, view: "margins of \(event.name)", scene: scene(judgements, title: title, measure: measure))
    }
  }

  private func scene(_ judgements: [Judgement], title: String, measure: some TextMeasure) -> Scene {
    let columns = min(judgements.count, Self.columns), rows = (judgements.count + columns - 1) / columns
    let left = Self.margin + measure.height(.label) + 4 + measure.width("0.5", .tick) + 5
    let titleWidth = measure.width(title, .title)
    let width = max(left + Double(columns) * Self.plot + Double(columns - 1) * Self.gap + Self.margin, titleWidth + 2 * Self.margin)
    let top = Self.margin + measure.height(.title) + measure.height(.subtitle) + 8, tickHeight = measure.height(.tick) + 6
    let rowHeight = Self.titleHeight + Self.plot + tickHeight + 8
    let height = top + Double(rows) * rowHeight + measure.height(.label) + Self.margin
    var scene = Scene(width: width, height: height)
    scene.add(.text(measure.text(title, .title, x: Self.margin, top: Self.margin)))
    let subtitle = "\(comparison.spec.name): a dot a cell; line: means of \(Self.bins) equal shares of the cells; margins scaled by asinh"
    scene.add(.text(measure.text(subtitle, .subtitle, x: Self.margin, top: Self.margin + measure.height(.title) + 2, colour: .quiet)))
    for (i, judgement) in judgements.enumerated() {
      let box = Box(
        x: left + Double(i % columns) * (Self.plot + Self.gap), y: top + Double(i / columns) * rowHeight + Self.titleHeight, width: Self.plot, height: Self.plot
      )
      draw(judgement, in: &scene, box: box, isLeftmost: i % columns == 0, measure: measure)
    }
    let middle = left + (Double(columns) * Self.plot + Double(columns - 1) * Self.gap) / 2
    scene.add(.text(measure.text("margin (0: the criterion's frontier)", .label, x: middle, top: top + Double(rows) * rowHeight - 4, .centre)))
    scene.add(.text(measure.upwards("share of trials", .label, left: Self.margin, middle: top + Double(rows) * rowHeight / 2)))
    return scene
  }

  private func draw(_ judgement: Judgement, in scene: inout Scene, box: Box, isLeftmost: Bool, measure: some TextMeasure) {
    let magnitudes = judgement.points.map(\.margin.magnitude).filter { $0 > 0 }.sorted()
    let unit = magnitudes.isEmpty ? 1 : magnitudes[magnitudes.count / 2]
    let largest = asinh((magnitudes.last ?? 1) / unit) * 1.04
    func place(_ margin: Double, _ rate: Double) -> Point {
      Point(box.middle.x + box.width / 2 * asinh(margin / unit) / largest, box.bottom - 5 - (box.height - 10) * rate)
    }
    let axis = Stroke(Colour(hex: 0xB8B8B8), width: 0.6)
    scene.add(.line([Point(box.middle.x, box.y), Point(box.middle.x, box.bottom)], axis, clip: nil))
    scene.add(.line([Point(box.x, place(0, 0.5).y), Point(box.right, place(0, 0.5).y)], axis, clip: nil))
    for point in judgement.points {
      let centre = place(point.margin, point.rate), r = 1.1
      scene.add(
        .area(
          [(0..<8).map { Point(centre.x + r * cos(Double($0) * .pi / 4), centre.y + r * sin(Double($0) * .pi / 4)) }], Colour(hex: 0x1F5C8B, alpha: 0.35),
          clip: box))
    }
    scene.add(.line(means(judgement.points).map { place($0.margin, $0.rate) }, Stroke(Colour(hex: 0xD55E00), width: 1.4), clip: box))
    scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.7), clip: nil))

    scene.add(.text(measure.text(judgement.criterion.name, .panel, x: box.x, top: box.y - 2 * measure.height(.subtitle) - 4)))
    let area = judgement.areaUnderROC.value.map { "area under ROC \(Ticks.label(($0 * 1000).rounded() / 1000))" } ?? "all trials ended alike"
    scene.add(.text(measure.text(area, .subtitle, x: box.x, top: box.y - measure.height(.subtitle) - 2, colour: .quiet)))
    var lastRight = -Double.infinity
    for tick in ticks(unit: unit, largest: sinh(largest) * unit) {
      let x = place(tick, 0).x
      scene.add(.line([Point(x, box.bottom), Point(x, box.bottom + 2.5)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(Ticks.label(tick), .tick, x: x, top: box.bottom + 4, .centre)
      guard text.box.x > lastRight + 4, text.box.x > box.x - Self.gap / 2, text.box.right < box.right + Self.gap / 2 else { continue }
      lastRight = text.box.right
      scene.add(.text(text))
    }
    for rate in [0, 0.5, 1] where isLeftmost {
      scene.add(.text(measure.text(Ticks.label(rate), .tick, x: box.x - 5, top: place(0, rate).y - measure.height(.tick) / 2, .right)))
    }
  }

  /// Zero, and a power of ten within the range at either side.
  private func ticks(unit: Double, largest: Double) -> [Double] {
    let power = pow(10, floor(log10(largest)))
    return [-power, 0, power]
  }

  /// Median margin and mean rate of equal shares of the cells, by margin; cells of one margin stay together.
  private func means(_ points: [(margin: Double, rate: Double)]) -> [(margin: Double, rate: Double)] {
    let sorted = points.sorted { $0.margin < $1.margin }
    var rest = sorted[...], means: [(margin: Double, rate: Double)] = []
    while !rest.isEmpty {
      var end = rest.startIndex + max(sorted.count / Self.bins, 1)
      while end < rest.endIndex, rest[end].margin == rest[end - 1].margin { end += 1 }
      let part = rest[..<min(end, rest.endIndex)]
      means.append((part[part.startIndex + part.count / 2].margin, part.reduce(0) { $0 + $1.rate } / Double(part.count)))
      rest = rest[part.endIndex...]
    }
    return means
  }
}
