import Experiments
import Specs
import Verdicts

/// What heatmaps are wanted of a sweep.
public struct HeatmapView: Sendable {
  public var x: String
  public var y: String
  /// Events or columns.
  public var values: [String]
  /// Names of criteria.
  public var frontiers: [String]
  /// Axes that are spread over panels; those of the rest that are not fixed if empty.
  public var facets: [String] = []
  /// Axes held at one value.
  public var fixed: [String: ParameterValue] = [:]
  /// What tells its figures from others over the same axes, as the end of their names.
  public var suffix = ""
  /// Whether that end names the values as well.
  public var isNamedByValues = false

  public init(x: String, y: String, values: [String], frontiers: [String]) { (self.x, self.y, self.values, self.frontiers) = (x, y, values, frontiers) }

  public init(_ view: SweepView) { self.init(x: view.x, y: view.y, values: view.values, frontiers: view.frontiers) }

  /// The views of a specification; from the second over the same axes on they are numbered.
  public static func all(of spec: SweepSpec) -> [HeatmapView] {
    var seen: [[String]: Int] = [:]
    return spec.views.map { given in
      var view = HeatmapView(given)
      seen[[view.x, view.y], default: 0] += 1
      if let number = seen[[view.x, view.y]], number > 1 { view.suffix = "-\(number)" }
      return view
    }
  }

  /// Shares of trials have one scale, and each measurement has its own: one view for all events, and one for each measurement.
  func ofOneKind(in experiment: any Experiment) -> [HeatmapView] {
    let events = values.filter { experiment.event($0) != nil }
    let kinds = (events.isEmpty ? [] : [events]) + values.filter { !events.contains($0) }.map { [$0] }
    return kinds.map { kind in
      var view = self
      view.values = kind
      if isNamedByValues || (kinds.count > 1 && kind != events) { view.suffix += "-" + kind.joined(separator: "+") }
      return view
    }
  }
}

/// The panels of one figure: which value over which plane, in rows and columns.
struct PanelPlan {
  struct Item {
    let value: String
    let held: [Int]
    let title: String
  }

  let suffix: String
  let items: [Item]
  let columns: Int
  let rowHeaders: [String]
  /// Axes that are held at one value for the whole figure.
  let heldAxes: [Int]

  /// At most this many panels beside each other when one axis is spread over all of them.
  private static let mostColumns = 4

  /// One figure if at most one axis is spread over panels, one a value if two are. More axes are held at their middle value.
  static func plans(_ view: HeatmapView, of spec: SweepSpec, success: SuccessThresholds) -> [PanelPlan] {
    let axes = spec.grid.axes
    let rest = axes.indices.filter { axes[$0].name != view.x && axes[$0].name != view.y }
    let free = rest.filter { view.fixed[axes[$0].name] == nil && axes[$0].values.count > 1 }
    let wanted = view.facets.isEmpty ? Array(free.prefix(2)) : view.facets.compactMap { name in free.first { axes[$0].name == name } }
    let spread = Array(wanted.prefix(2)), heldAxes = rest.filter { !spread.contains($0) }
    var held = axes.map { ($0.values.count - 1) / 2 }
    for axis in rest {
      if let value = view.fixed[axes[axis].name], let place = axes[axis].values.firstIndex(of: value) { held[axis] = place }
    }
    func holding(_ places: [(axis: Int, place: Int)]) -> [Int] {
      var held = held
      for (axis, place) in places { held[axis] = place }
      return held
    }
    func places(_ axis: Int) -> [(place: Int, words: String)] {
      PlaneAxis(axes[axis]).order.map { ($0, Words.assignment(axes[axis].name, axes[axis].values[$0], of: spec.experiment)) }
    }
    func words(_ value: String) -> String { Words.value(value, of: spec.experiment, success: success) }

    switch spread.count {
    case 0:
      let items = view.values.map { Item(value: $0, held: held, title: words($0)) }
      return [PanelPlan(suffix: "", items: items, columns: min(items.count, mostColumns), rowHeaders: [], heldAxes: heldAxes)]
    case 1 where view.values.count > 1:
      let rows = places(spread[0])
      let items = rows.enumerated().flatMap { i, row in
        view.values.map { Item(value: $0, held: holding([(spread[0], row.place)]), title: i == 0 ? words($0) : "") }
      }
      return [PanelPlan(suffix: "", items: items, columns: view.values.count, rowHeaders: rows.map(\.words), heldAxes: heldAxes)]
    case 1:
      let items = places(spread[0]).map { Item(value: view.values[0], held: holding([(spread[0], $0.place)]), title: $0.words) }
      return [PanelPlan(suffix: "", items: items, columns: min(items.count, mostColumns), rowHeaders: [], heldAxes: heldAxes)]
    default:
      let rows = places(spread[0]), columns = places(spread[1])
      return view.values.map { value in
        let items = rows.enumerated().flatMap { i, row in
          columns.map { column in
            Item(value: value, held: holding([(spread[0], row.place), (spread[1], column.place)]), title: i == 0 ? column.words : "")
          }
        }
        return PanelPlan(
          suffix: view.values.count > 1 ? "-" + value : "", items: items, columns: columns.count, rowHeaders: rows.map(\.words), heldAxes: heldAxes)
      }
    }
  }
}
