import Experiments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The course of one trial: panels below each other over a common axis of steps.
public struct TraceFigure {
  private let trace: Trace
  private let title: String
  private let subtitle: String

  /// - Parameter words: what trial it is of besides the cell, as in "seed 1, repetition 0".
  public init(_ trace: Trace, of cell: Cell, _ words: String) {
    let experiment = cell.experiment
    self.trace = trace
    title = "The course of a trial of the \(experiment.name) experiment"
    let told = zip(experiment.parameters, cell.values).filter { $0.isAlwaysNamed || $0.standard != $1 }
    subtitle = (told.map { Words.assignment($0.name, $1, of: experiment) } + [words]).joined(separator: ", ")
  }

  private static let margin = 10.0
  private static let plotWidth = 400.0
  private static let plotHeight = 110.0
  private static let gap = 10.0
  private static let colours = [Colour(hex: 0xD55E00), Colour(hex: 0x005F9E), Colour(hex: 0x444444), Colour(hex: 0x0B6B4F)]
  private static let limit = Stroke(Colour(hex: 0xB0307F), width: 0.9, dash: [2, 2])
  private static let marks = [Stroke(.ink, width: 0.9, dash: [5, 2.5]), Stroke(.ink, width: 0.9, dash: [1, 2])]

  /// What the lines of all panels are of, each once.
  private var subjects: [String] {
    trace.panels.flatMap(\.lines).map(\.subject).reduce(into: []) { all, subject in if !all.contains(subject) { all.append(subject) } }
  }

  /// The first is broader, so that it shows under others where they coincide.
  private func stroke(_ subject: String) -> Stroke {
    let place = subjects.firstIndex(of: subject) ?? 0
    return Stroke(Self.colours[place % Self.colours.count], width: place == 0 ? 1.9 : 1.1)
  }

  public func figure(measure: some TextMeasure) -> Figure {
    Figure(name: "trace", title: title, view: subtitle, scene: scene(measure: measure))
  }

  private func scene(measure: some TextMeasure) -> Scene {
    let scales = trace.panels.map { TraceScale($0, of: trace) }
    let tickWidth = scales.flatMap(\.ticks).map { measure.width($0.label, .tick) }.max() ?? 0
    let left = Self.margin + measure.height(.label) + 4 + tickWidth + 5, width = left + Self.plotWidth + Self.margin + 8, textWidth = width - 2 * Self.margin
    let heading = FigureHeading(title: title, subtitle: subtitle, width: textWidth, style: FigureStyle(), measure: measure)
    let legend = legend(scales)
    let top = Self.margin + heading.height
    let rowHeight = measure.height(.panel) + 3 + Self.plotHeight + Self.gap
    let plotsEnd = top + Double(scales.count) * rowHeight - Self.gap, labelTop = plotsEnd + 6 + measure.height(.tick)
    let legendTop = labelTop + measure.height(.label) + 8
    var scene = Scene(width: width, height: legendTop + legend.height(width: textWidth, measure: measure) + Self.margin)

    heading.draw(in: &scene, measure: measure)
    for (i, (panel, scale)) in zip(trace.panels, scales).enumerated() {
      let box = Box(x: left, y: top + Double(i) * rowHeight + measure.height(.panel) + 3, width: Self.plotWidth, height: Self.plotHeight)
      draw(panel, scale, in: &scene, box: box, isLowest: i == scales.count - 1, measure: measure)
    }
    scene.add(.text(measure.text("step", .label, x: left + Self.plotWidth / 2, top: labelTop, .centre)))
    legend.draw(in: &scene, left: Self.margin, top: legendTop, width: textWidth, measure: measure)
    return scene
  }

  /// What is drawn, and nothing else.
  private func legend(_ scales: [TraceScale]) -> Legend {
    var entries: [(sample: Legend.Sample, words: String)] = subjects.map { (.line(stroke($0)), $0) }
    for (panel, scale) in zip(trace.panels, scales) {
      if let limit = panel.limit, scale.share(limit.value) != nil { entries.append((.line(Self.limit), limit.words)) }
    }
    for (i, mark) in trace.marks.enumerated() { entries.append((.line(Self.marks[i % Self.marks.count]), "\(mark.words) at step \(mark.step)")) }
    return Legend(entries: entries)
  }

  private func draw(_ panel: Trace.Panel, _ scale: TraceScale, in scene: inout Scene, box: Box, isLowest: Bool, measure: some TextMeasure) {
    let last = Double(max(trace.count - 1, 1))
    func x(_ step: Double) -> Double { box.x + box.width * step / last }
    func y(_ share: Double) -> Double { box.bottom - box.height * share }
    for (i, mark) in trace.marks.enumerated() {
      let x = x(Double(mark.step))
      scene.add(.line([Point(x, box.y), Point(x, box.bottom)], Self.marks[i % Self.marks.count], clip: nil))
    }
    if let limit = panel.limit, let share = scale.share(limit.value) {
      scene.add(.line([Point(box.x, y(share)), Point(box.right, y(share))], Self.limit, clip: box))
    }
    for line in panel.lines {
      for part in scale.parts(of: trace[line.column], most: Int(box.width)) {
        scene.add(.line(part.map { Point(x($0.step), y($0.share)) }, stroke(line.subject), clip: box))
      }
    }
    scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.7), clip: nil))
    scene.add(.text(measure.text(panel.title, .panel, x: box.x, top: box.y - 3 - measure.height(.panel))))
    scene.add(.text(measure.upwards(panel.unit, .label, left: Self.margin, middle: box.middle.y)))
    var lastTop = Double.infinity
    for tick in scale.ticks {
      let y = y(tick.position)
      scene.add(.line([Point(box.x - 2.5, y), Point(box.x, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, .tick, x: box.x - 5, top: y - measure.height(.tick) / 2, .right)
      guard text.box.bottom < lastTop else { continue }
      lastTop = text.box.y
      scene.add(.text(text))
    }
    for tick in Ticks.linear(0, last, most: 8) where tick.position == tick.position.rounded() {
      scene.add(.line([Point(x(tick.position), box.bottom), Point(x(tick.position), box.bottom + 2.5)], Stroke(.ink, width: 0.5), clip: nil))
      if isLowest { scene.add(.text(measure.text(tick.label, .tick, x: x(tick.position), top: box.bottom + 4, .centre))) }
    }
  }
}

/// From the numbers of a panel to heights, 0 at the bottom and 1 at the top.
struct TraceScale {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool

  /// Values that span more than this are shown by their logarithms.
  private static let widest = 100.0
  /// Room between the outermost values and the frame.
  private static let room = 0.04

  init(_ panel: Trace.Panel, of trace: Trace) {
    let values = panel.lines.flatMap { trace[$0.column] }.filter(\.isFinite)
    let smallest = values.lazy.filter { $0 > 0 }.min() ?? 0, largest = values.max() ?? 1, least = values.min() ?? 0
    isLogarithmic = panel.scale == .free && least >= 0 && smallest > 0 && largest > Self.widest * smallest
    let ends: (Double, Double) =
      switch panel.scale {
      case .share: (0, 1)
      case .free where isLogarithmic: (log(smallest), log(largest))
      case .free: (min(least, 0), largest)
      case .logarithms: (least, largest)
      }
    let span = ends.1 > ends.0 ? ends.1 - ends.0 : 1
    (low, high) = (ends.0 - Self.room * span, ends.0 + (1 + Self.room) * span)
  }

  /// Nil for what is not on the scale.
  func share(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let share = ((isLogarithmic ? log(value) : value) - low) / (high - low)
    return 0...1 ~= share ? share : nil
  }

  /// By their heights.
  var ticks: [Tick] {
    let ticks = isLogarithmic ? Ticks.logarithmic(low, high, most: 5) : Ticks.linear(low, high, most: 5)
    return ticks.map { Tick(position: ($0.position - low) / (high - low), label: $0.label) }
  }

  /// A line through the values of all steps, broken where there is none on the scale. Of more steps than can be told apart the first, lowest, highest and
  /// last of each of `most` groups stand for all.
  func parts(of values: [Double], most: Int) -> [[(step: Double, share: Double)]] {
    var parts: [[(step: Double, share: Double)]] = [], isBroken = true
    let size = max(1, values.count / max(most, 1))
    for start in stride(from: 0, to: values.count, by: size) {
      for step in Self.telling(values, start..<min(start + size, values.count)) {
        guard let share = share(values[step]) else {
          isBroken = true
          continue
        }
        if isBroken { parts.append([]) }
        isBroken = false
        parts[parts.count - 1].append((Double(step), share))
      }
    }
    return parts
  }

  private static func telling(_ values: [Double], _ range: Range<Int>) -> [Int] {
    guard range.count > 4, let low = range.min(by: { values[$0] < values[$1] }), let high = range.max(by: { values[$0] < values[$1] }) else {
      return Array(range)
    }
    return Set([range.lowerBound, low, high, range.upperBound - 1]).sorted()
  }
}
