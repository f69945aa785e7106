import Experiments
import Results
import Specs
import Stability
import Verdicts

/// A figure and what it is called.
public struct Figure: Sendable {
  /// Without an ending.
  public let name: String
  public let title: String
  /// What was asked for, in a line.
  public let view: String
  public let scene: Scene
}

/// Heatmaps of a sweep with boundaries and frontiers over them.
public struct HeatmapFigure {
  private let table: ResultTable
  private let success: SuccessThresholds
  private let style: FigureStyle

  public init(_ table: ResultTable, success: SuccessThresholds, style: FigureStyle = FigureStyle()) {
    (self.table, self.success, self.style) = (table, success, style)
  }

  /// The figures of a view.
  public func figures(_ view: HeatmapView, measure: some TextMeasure) -> [Figure] {
    view.ofOneKind(in: table.spec.experiment).flatMap { figures(ofOneKind: $0, measure: measure) }
  }

  /// Their names alone.
  public func names(_ view: HeatmapView) -> [String] {
    view.ofOneKind(in: table.spec.experiment).flatMap { view in PanelPlan.plans(view, of: table.spec, success: success).map { Self.name(view, $0) } }
  }

  /// File names have at most 255 bytes, endings included; the end of a longer one is replaced by a hash.
  private static let longestName = 200

  private static func name(_ view: HeatmapView, _ plan: PanelPlan) -> String {
    let name = "\(view.x)-\(view.y)\(view.suffix)\(plan.suffix)"
    guard name.utf8.count > longestName else { return name }
    return String(name.prefix(longestName - 20)) + "..." + SweepSpec.hash(of: name)
  }

  private func figures(ofOneKind view: HeatmapView, measure: some TextMeasure) -> [Figure] {
    let spec = table.spec
    return PanelPlan.plans(view, of: spec, success: success).compactMap { plan -> Figure? in
      let criteria = spec.experiment.criteria(judging: success)
      let frontiers = view.frontiers.compactMap { name in criteria.first { $0.name == name } }
      // Panels of several values over one plane have its frontiers in common.
      var planes: [[Int]: (view: PlaneView, frontiers: [Contour])] = [:]
      let inferred = InferredSides(table, of: plan.items.flatMap { boundaries(of: $0.value) }, success: success)
      let reference = Reference(view, plan, of: table, success: success)
      let views = plan.items.compactMap { item -> (PanelPlan.Item, (view: PlaneView, frontiers: [Contour]))? in
        if let known = planes[item.held] { return (item, known) }
        guard let plane = Plane(spec.grid, x: view.x, y: view.y, held: item.held) else { return nil }
        let view = PlaneView(table, on: plane, success: success, inferred: inferred), made = (view, frontiers.map(view.frontier))
        planes[item.held] = made
        return (item, made)
      }
      guard !views.isEmpty else { return nil }
      let panels = views.map { item, plane in panel(item, plane.view, criteria: frontiers, frontiers: plane.frontiers, reference: reference, inferred: inferred)
      }
      let numbers = panels.flatMap { panel -> [Double] in if case .numbers(let values) = panel.content { values.compactMap { $0 } } else { [] } }
      let experiment = spec.experiment
      let scalar = view.values.first { pair(of: $0) == nil && plan.items.map(\.value).contains($0) }
      let shownPair = plan.items.lazy.compactMap { pair(of: $0.value) }.first
      let title = if case .words(let words) = style.title { words } else { title(view, plan) }
      let scale = scalar.map { ValueScale(numbers, isShare: experiment.event($0) != nil, words: Words.scale($0, of: experiment)) }
      let layout = HeatmapLayout(
        title: title, subtitle: subtitle(view, plan), panels: panels, wantedColumns: plan.columns, rowHeaders: plan.rowHeaders,
        xLabel: Words.axis(view.x, of: experiment), yLabel: Words.axis(view.y, of: experiment),
        keys: Keys(scale: scale, pairNames: shownPair.map { ($0.0.words.pair, $0.1.words.pair) }, style: style),
        legend: legend(panels, plan, frontiers: frontiers, reference: reference), style: style)
      let description = "x=\(view.x) y=\(view.y) values=\(view.values.joined(separator: ",")) frontiers=\(view.frontiers.joined(separator: ","))"
      return Figure(name: Self.name(view, plan), title: title, view: description, scene: layout.scene(measure: measure))
    }
  }

  private func panel(
    _ item: PanelPlan.Item, _ view: PlaneView, criteria: [Criterion<Row>], frontiers: [Contour], reference: Reference?,
    inferred: InferredSides
  ) -> Panel {
    let boundaries = boundaries(of: item.value)
    var lines = boundaries.compactMap { reference?.line($0, beside: item, inferred: inferred) }
    lines += zip(criteria, frontiers).filter { isDrawn($0.0, over: item.value) }
      .map { Panel.Line(lines: $1.lines, stroke: LineStyles.frontier($0, of: table.spec.experiment), words: $0.name) }
    lines += boundaries.map { event in
      let words = boundaries.count > 1 ? "observed: \(event.words.pair)" : "observed"
      return Panel.Line(lines: view.boundary(event).lines, stroke: LineStyles.boundary(event), words: words)
    }
    let bands = boundaries.compactMap { event in view.band(event).map { ($0.low, $0.high, LineStyles.boundary(event).colour.faded(0.22)) } }
    if let (first, second) = pair(of: item.value) {
      let pairs = zip(view.shownRates(first), view.shownRates(second)).map { first, second in first.flatMap { first in second.map { (first, $0) } } }
      return Panel(
        view: view, content: .pairs(pairs), states: view.states(pairs.map { $0?.0 }), lines: lines, bands: bands, title: item.title,
        names: Words.regions(first, second))
    }
    let values = table.spec.experiment.event(item.value).map { view.shownRates($0) } ?? view.values(item.value)
    let names = table.spec.experiment.event(item.value).map(Words.regions) ?? []
    return Panel(view: view, content: .numbers(values), states: view.states(values), lines: lines, bands: bands, title: item.title, names: names)
  }

  /// The two events of which a value is both.
  private func pair(of value: String) -> (Event, Event)? {
    let experiment = table.spec.experiment, parts = experiment.event(value)?.parts.compactMap(experiment.event) ?? []
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  /// Whose boundary is drawn over a value.
  private func boundaries(of value: String) -> [Event] {
    if let (first, second) = pair(of: value) { return [first, second] }
    return table.spec.experiment.event(value).map { [$0] } ?? []
  }

  /// A criterion is drawn over the events that it speaks of, and over every measurement.
  private func isDrawn(_ criterion: Criterion<Row>, over value: String) -> Bool {
    let experiment = table.spec.experiment
    guard let event = experiment.event(value) else { return true }
    return ([event] + event.parts.compactMap(experiment.event)).contains { $0.drawn.contains(criterion.predicts) }
  }

  private func legend(_ panels: [Panel], _ plan: PanelPlan, frontiers: [Criterion<Row>], reference: Reference?) -> Legend {
    var entries: [(sample: Legend.Sample, words: String)] = []
    var events: [Event] = []
    for item in plan.items { for event in boundaries(of: item.value) where !events.contains(event) { events.append(event) } }
    func isThere(_ event: Event) -> Bool {
      zip(plan.items, panels).contains { item, panel in
        boundaries(of: item.value).contains(event) && panel.lines.contains { $0.stroke == LineStyles.boundary(event) && !$0.lines.isEmpty }
      }
    }
    // Events whose boundaries look alike have one entry: each panel says which is its own.
    for stroke in events.map(LineStyles.boundary).reduce(into: [Stroke](), { if !$0.contains($1) { $0.append($1) } }) {
      let alike = events.filter { LineStyles.boundary($0) == stroke }, drawn = alike.filter(isThere)
      let missing = alike.filter { !drawn.contains($0) }
      if !drawn.isEmpty {
        let words = Words.boundary(drawn)
        entries.append(
          table.spec.repetitions > 1 ? (.band(stroke.colour.faded(0.22), stroke), words + ", with 95 % bootstrap band") : (.line(stroke), words))
      }
      if !missing.isEmpty { entries.append((.line(stroke), Words.boundary(missing) + ": none in range")) }
    }
    if let reference, panels.contains(where: { $0.lines.contains { $0.stroke == LineStyles.reference && !$0.lines.isEmpty } }) {
      entries.append((.line(LineStyles.reference), reference.words))
    }
    for criterion in frontiers {
      let stroke = LineStyles.frontier(criterion, of: table.spec.experiment)
      let isWanted = plan.items.contains { isDrawn(criterion, over: $0.value) }
      let isThere = panels.contains { $0.lines.contains { $0.stroke == stroke && !$0.lines.isEmpty } }
      entries.append((.line(stroke), Words.frontier(criterion) + (!isWanted ? ": made for an event that is not shown" : isThere ? "" : ": none in range")))
    }
    for mark in CellMark.allCases where panels.contains(where: { $0.states.contains { CellMark($0) == mark } }) { entries.append((.cell(mark), mark.words)) }
    return Legend(entries: entries, style: style)
  }

  private func title(_ view: HeatmapView, _ plan: PanelPlan) -> String {
    var names: [String] = []
    for item in plan.items where !names.contains(item.value) { names.append(item.value) }
    let experiment = table.spec.experiment, shown = names.map { experiment.event($0)?.words.subject ?? Words.scale($0, of: experiment) }
    let sentence = Words.list(shown)
    return "\(sentence.prefix(1).uppercased())\(sentence.dropFirst()), by \(Words.axis(view.x, of: experiment)) and \(Words.axis(view.y, of: experiment))"
  }

  /// What all panels have in common, and how much of the sweep there is.
  private func subtitle(_ view: HeatmapView, _ plan: PanelPlan) -> String {
    let axes = table.spec.grid.axes
    let held = plan.heldAxes.map { axis in (axes[axis].name, axes[axis].values[plan.items[0].held[axis]]) }
    return Words.settings(of: table, held: held, besides: plan.chosen.map { "\($0.shown) of \($0.values) values of \($0.axis)" })
  }
}
