import Experiments
import Results
import Specs
import Verdicts

/// What is wanted of a scatter: two quantities of every trial against each other.
public struct ScatterRequest: Sendable {
  /// Columns or axes of numbers.
  public var x: String
  public var y: String
  /// An event, a column or an axis of numbers; nil for one colour.
  public var colour: String?
  public var fixed: [String: ParameterValue] = [:]
  public var suffix = ""

  public init(x: String, y: String, colour: String?) { (self.x, self.y, self.colour) = (x, y, colour) }
}

/// A dot a trial.
public struct ScatterFigure {
  private let table: ResultTable
  private let success: SuccessThresholds
  private let style: FigureStyle

  /// Of more trials there would be nothing to see and megabytes to write: of those a dot is the mean of a cell.
  static let mostDots = 20_000

  public init(_ table: ResultTable, success: SuccessThresholds, style: FigureStyle = FigureStyle()) {
    (self.table, self.success, self.style) = (table, success, style)
  }

  private struct Dot {
    let x: Double
    let y: Double
    /// Share of trials of an event, or a number; nil if unknown.
    let shade: Double?
  }

  public func figure(_ request: ScatterRequest, measure: some TextMeasure) -> Figure {
    let experiment = table.spec.experiment, event = request.colour.flatMap(experiment.event)
    let (dots, areMeans) = dots(request)
    let shades = dots.compactMap(\.shade), isShare = event != nil
    // An event of single trials has two colours; all else has a scale.
    let isTwofold = event != nil && !areMeans
    let scale = request.colour == nil || isTwofold ? nil : ValueScale(shades, isShare: isShare, words: words(request.colour ?? ""))
    func colour(_ dot: Dot) -> Colour {
      guard request.colour != nil else { return Self.plain }
      guard let shade = dot.shade else { return Self.unknown }
      return scale?.colour(shade) ?? (shade > 0.5 ? Self.happened : Self.plain)
    }
    let (x, y) = (PlotScale(of: dots.map(\.x)), PlotScale(of: dots.map(\.y)))
    let curves = experiment.curves.filter { $0.x == request.x && $0.y == request.y }
    let plot = PlotPage.Plot(title: "", xLabel: words(request.x), yLabel: words(request.y), x: x, y: y) { scene, frame in
      // One shape a colour, which keeps files small; in the order of the scale.
      let grouped = Dictionary(grouping: dots, by: colour), order = grouped.keys.sorted { ($0.red, $0.green, $0.blue) < ($1.red, $1.green, $1.blue) }
      for colour in order {
        let polygons = (grouped[colour] ?? []).map { dot in
          let point = frame.place(dot.x, dot.y), r = 1.3 * style.scale
          return [Point(point.x - r, point.y), Point(point.x, point.y - r), Point(point.x + r, point.y), Point(point.x, point.y + r)]
        }
        scene.add(.area(polygons, colour, clip: frame.box))
      }
      for (i, curve) in curves.enumerated() { scene.add(.line(points(curve, frame), Self.stroke(i), clip: frame.box)) }
    }
    var entries: [(sample: Legend.Sample, words: String)] = []
    if let event, isTwofold {
      let here = dots.contains { ($0.shade ?? 0) > 0.5 }, elsewhere = dots.contains { ($0.shade ?? 1) <= 0.5 }
      if here { entries.append((.dot(Self.happened), event.tableTitle(success))) }
      if elsewhere { entries.append((.dot(Self.plain), "not so")) }
    }
    if request.colour != nil, dots.contains(where: { $0.shade == nil }) { entries.append((.dot(Self.unknown), "\(request.colour ?? "") not known")) }
    entries += curves.enumerated().map { (.line(Self.stroke($0)), $1.title) }
    let title = title(request),
      page = PlotPage(
        title: title, subtitle: subtitle(request, dots: dots.count, areMeans: areMeans), plots: [plot], scale: scale,
        legend: Legend(entries: entries, style: style), style: style)
    return Figure(
      name: "scatter-\(request.x)-\(request.y)\(request.colour.map { "-" + $0 } ?? "")\(request.suffix)", title: title,
      view: "scatter=\(request.x),\(request.y) colour=\(request.colour ?? "none")", scene: page.scene(measure: measure))
  }

  private static func stroke(_ place: Int) -> Stroke { Stroke(.ink, width: 1.3, dash: place == 0 ? [] : [4, 2]) }

  /// Across the plot.
  private func points(_ curve: ColumnCurve, _ frame: PlotFrame) -> [Point] {
    let steps = 200
    guard let cell = try? table.spec.grid.cell(at: 0) else { return [] }
    return (0...steps).compactMap { k in
      let x = frame.x.number(atShare: Double(k) / Double(steps))
      return curve(x, in: cell).flatMap { y in frame.y.isLogarithmic && y <= 0 ? nil : frame.place(x, y) }
    }
  }

  private static let plain = Colour(hex: 0x1F5C8B), happened = Colour(hex: 0xD55E00), unknown = Colour(hex: 0xB8B8B8)

  private func dots(_ request: ScatterRequest) -> (dots: [Dot], areMeans: Bool) {
    let spec = table.spec, axes = spec.grid.axes, event = request.colour.flatMap(spec.experiment.event)
    var dots: [[Dot]] = []
    for cell in 0..<spec.grid.count {
      let coordinates = spec.grid.coordinates(of: cell)
      guard zip(axes, coordinates).allSatisfy({ axis, place in request.fixed[axis.name].map { $0 == axis.values[place] } ?? true }) else { continue }
      func number(_ name: String, _ repetition: Int) -> Double? {
        if let axis = axes.firstIndex(where: { $0.name == name }) { return axes[axis].values[coordinates[axis]].number }
        return table.number(name, cell: cell, repetition: repetition)
      }
      let rows = event == nil ? [] : table.rows(ofCell: cell)
      dots.append(
        (0..<spec.repetitions).compactMap { repetition in
          guard let x = number(request.x, repetition), let y = number(request.y, repetition) else { return nil }
          let shade = event.map { $0.happened(rows[repetition], success).map { $0 ? 1.0 : 0 } } ?? request.colour.flatMap { number($0, repetition) }
          return Dot(x: x, y: y, shade: shade)
        })
    }
    guard dots.reduce(0, { $0 + $1.count }) > Self.mostDots else { return (dots.flatMap { $0 }, false) }
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    let means = dots.compactMap { cell in
      mean(cell.map(\.x)).flatMap { x in mean(cell.map(\.y)).map { Dot(x: x, y: $0, shade: mean(cell.compactMap(\.shade))) } }
    }
    return (means, true)
  }

  /// Of an axis its label, of a column its name.
  private func words(_ name: String) -> String {
    table.spec.experiment.event(name) != nil ? "share of trials: \(name)" : Words.axis(name, of: table.spec.experiment)
  }

  private func title(_ request: ScatterRequest) -> String {
    if case .words(let words) = style.title { return words }
    return "\(words(request.y)) against \(words(request.x))"
  }

  private func subtitle(_ request: ScatterRequest, dots: Int, areMeans: Bool) -> String {
    let held = table.spec.grid.axes.compactMap { axis in request.fixed[axis.name].map { (axis.name, $0) } }
    return Words.settings(of: table, held: held) + (areMeans ? ", a dot a cell's mean (\(dots))" : ", a dot a trial (\(dots))")
  }
}
