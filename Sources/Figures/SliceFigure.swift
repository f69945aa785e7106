import Experiments
import Results
import Specs
import Stability
import Verdicts

/// What is wanted along one axis of a sweep.
public struct SliceRequest: Sendable {
  public var axis: String
  /// Events, columns or statistics, a plot each.
  public var values: [String]
  /// Names of criteria; where their margins change sign a line stands.
  public var frontiers: [String]
  /// An axis of which each value has a curve; nil for one curve.
  public var by: String?
  /// How many values of that axis have curves at most, evenly over it.
  public var mostCurves = 5
  public var fixed: [String: ParameterValue] = [:]
  public var suffix = ""

  public init(axis: String, values: [String], frontiers: [String]) { (self.axis, self.values, self.frontiers) = (axis, values, frontiers) }
}

/// Curves along one axis, with bootstrap bands.
public struct SliceFigure {
  private let table: ResultTable
  private let success: SuccessThresholds
  private let style: FigureStyle

  public init(_ table: ResultTable, success: SuccessThresholds, style: FigureStyle = FigureStyle()) {
    (self.table, self.success, self.style) = (table, success, style)
  }

  private struct Curve {
    let view: SliceView
    let words: String
    let colour: Colour
    let dash: [Double]
  }

  /// Nil if the sweep has no such axis.
  public func figure(_ request: SliceRequest, measure: some TextMeasure) -> Figure? {
    let spec = table.spec, experiment = spec.experiment
    let curves = curves(request)
    guard let first = curves.first?.view else { return nil }
    let criteria = request.by == nil ? criteria(request) : []
    let axis = first.axis, positions = axis.positions
    let x = PlotScale(low: axis.edges.first ?? 0, high: axis.edges.last ?? 1)
    let plots = request.values.map { name -> PlotPage.Plot in
      let event = experiment.event(name)
      let levels = curves.map { curve in event.map { curve.view.shares($0) } ?? curve.view.means(name) }
      let ends = levels.joined().compactMap { $0 }.flatMap { [$0.value, $0.interval?.lowerBound ?? $0.value, $0.interval?.upperBound ?? $0.value] }
      let drawn = criteria.filter { isDrawn($0.criterion, over: event) }
      return PlotPage.Plot(
        title: Words.value(name, of: experiment, success: success), xLabel: Words.axis(request.axis, of: experiment),
        yLabel: event == nil ? Words.scale(name, of: experiment) : "share of trials", x: x, y: event == nil ? PlotScale(of: ends) : .shares,
        xTicks: Ticks.of(axis, most: 8)
      ) { scene, frame in
        for (criterion, crossings) in drawn {
          let stroke = LineStyles.frontier(criterion, of: experiment)
          for place in crossings { scene.add(.line([frame.across(place, below: true), frame.across(place, below: false)], stroke, clip: frame.box)) }
        }
        for (curve, levels) in zip(curves, levels) { Self.draw(curve, levels, at: positions, in: &scene, frame: frame) }
      }
    }
    let page = PlotPage(
      title: title(request), subtitle: subtitle(request), plots: plots, legend: legend(curves, criteria, request), style: style)
    return Figure(
      name: "slice-\(request.axis)-\(request.values.joined(separator: "+"))\(request.suffix)", title: title(request),
      view: "slice=\(request.axis) values=\(request.values.joined(separator: ",")) by=\(request.by ?? "none")", scene: page.scene(measure: measure))
  }

  private func curves(_ request: SliceRequest) -> [Curve] {
    let axes = table.spec.grid.axes
    var held = axes.map { ($0.values.count - 1) / 2 }
    for (i, axis) in axes.enumerated() {
      if let value = request.fixed[axis.name], let place = axis.values.firstIndex(of: value) { held[i] = place }
    }
    guard let by = request.by, let index = axes.firstIndex(where: { $0.name == by }) else {
      return SliceView(table, along: request.axis, held: held, success: success).map { [Curve(view: $0, words: "measured", colour: .ink, dash: [])] } ?? []
    }
    let order = PanelPlan.spreadEvenly(PlaneAxis(axes[index]).order, atMost: request.mostCurves)
    let words = Words.assignments(axes[index], of: table.spec.experiment)
    return order.enumerated().compactMap { i, place in
      var held = held
      held[index] = place
      // From a middling to a deep colour, in the order of the axis; dashes tell them apart in grey.
      let share = order.count > 1 ? Double(i) / Double(order.count - 1) : 1, dashes: [[Double]] = [[], [6, 2], [2, 2], [8, 2, 2, 2], [1, 2]]
      return SliceView(table, along: request.axis, held: held, success: success).map {
        Curve(view: $0, words: words[place], colour: ColourMap.sequential(0.3 + 0.7 * share), dash: dashes[i % dashes.count])
      }
    }
  }

  private func criteria(_ request: SliceRequest) -> [(criterion: Criterion<Row>, crossings: [Double])] {
    let all = table.spec.experiment.criteria(judging: success), view = curves(request).first?.view
    return request.frontiers.compactMap { name in all.first { $0.name == name } }.map { ($0, view?.crossings($0) ?? []) }
  }

  private func isDrawn(_ criterion: Criterion<Row>, over event: Event?) -> Bool {
    guard let event else { return true }
    return ([event] + event.parts.compactMap(table.spec.experiment.event)).contains { $0.drawn.contains(criterion.predicts) }
  }

  /// A curve breaks where there is no value.
  private static func draw(_ curve: Curve, _ levels: [SliceView.Level?], at positions: [Double], in scene: inout Scene, frame: PlotFrame) {
    var run: [(position: Double, level: SliceView.Level)] = []
    func finish() {
      defer { run = [] }
      let points = run.map { frame.at(position: $0.position, $0.level.value) }
      let low = run.compactMap { at in at.level.interval.map { frame.at(position: at.position, $0.lowerBound) } }
      let high = run.compactMap { at in at.level.interval.map { frame.at(position: at.position, $0.upperBound) } }
      if low.count > 1, low.count == run.count { scene.add(.area([low + high.reversed()], curve.colour.faded(0.18), clip: frame.box)) }
      if points.count > 1 { scene.add(.line(points, Stroke(curve.colour, width: 1.5, dash: curve.dash), clip: frame.box)) }
      if !points.isEmpty { scene.add(.area(points.map { $0.disc(radius: 1.8) }, curve.colour, clip: frame.box)) }
    }
    for (position, level) in zip(positions, levels) {
      if let level { run.append((position, level)) } else { finish() }
    }
    finish()
  }

  private func legend(_ curves: [Curve], _ criteria: [(criterion: Criterion<Row>, crossings: [Double])], _ request: SliceRequest) -> Legend {
    let hasBands = table.spec.repetitions > 1
    var entries: [(sample: Legend.Sample, words: String)] = curves.enumerated().map { i, curve in
      let stroke = Stroke(curve.colour, width: 1.5, dash: curve.dash)
      let words = curve.words + (i == 0 && hasBands ? " (bands: 95 % bootstrap)" : "")
      return (hasBands ? .band(curve.colour.faded(0.18), stroke) : .line(stroke), words)
    }
    for (criterion, crossings) in criteria {
      let words = Words.frontier(criterion) + (crossings.isEmpty ? ": none in range" : "")
      entries.append((.line(LineStyles.frontier(criterion, of: table.spec.experiment)), words))
    }
    return Legend(entries: entries, style: style)
  }

  private func title(_ request: SliceRequest) -> String {
    if case .words(let words) = style.title { return words }
    let experiment = table.spec.experiment
    let shown = Words.list(request.values.map { experiment.event($0)?.words.subject ?? Words.scale($0, of: experiment) })
    return "\(shown.prefix(1).uppercased())\(shown.dropFirst()), along \(Words.axis(request.axis, of: experiment))"
  }

  private func subtitle(_ request: SliceRequest) -> String {
    let axes = table.spec.grid.axes.filter { $0.name != request.axis && $0.name != request.by }
    let held = axes.map { axis in (axis.name, request.fixed[axis.name] ?? axis.values[(axis.values.count - 1) / 2]) }
    return Words.settings(of: table, held: held)
  }
}
