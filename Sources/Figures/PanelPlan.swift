import Experiments
import Specs
import Verdicts

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
  /// Axes of which not all values have panels.
  let chosen: [(axis: String, shown: Int, values: Int)]

  /// At most this many panels beside each other when one axis is spread over all of them.
  private static let mostColumns = 4

  /// One figure if at most one axis is spread over panels, one a value if two are. More axes are held at their middle value.
  static func plans(_ view: HeatmapView, of spec: SweepSpec, success: SuccessThresholds) -> [PanelPlan] {
    let axes = spec.grid.axes
    let rest = axes.indices.filter { axes[$0].name != view.x && axes[$0].name != view.y }
    let spread = view.spreadAxes(of: spec).compactMap { axis in rest.first { axes[$0].name == axis.name } }, heldAxes = rest.filter { !spread.contains($0) }
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
      let words = Words.assignments(axes[axis], of: spec.experiment)
      return spreadEvenly(PlaneAxis(axes[axis]).order, atMost: view.mostPanels(of: axes[axis])).map { ($0, words[$0]) }
    }
    let chosen = spread.filter { axes[$0].values.count > view.mostPanels(of: axes[$0]) }.map {
      (axes[$0].name, view.mostPanels(of: axes[$0]), axes[$0].values.count)
    }
    func words(_ value: String) -> String { Words.value(value, of: spec.experiment, success: success) }

    switch spread.count {
    case 0:
      let items = view.values.map { Item(value: $0, held: held, title: words($0)) }
      return [PanelPlan(suffix: "", items: items, columns: min(items.count, mostColumns), rowHeaders: [], heldAxes: heldAxes, chosen: chosen)]
    case 1 where view.values.count > 1:
      let rows = places(spread[0])
      let items = rows.enumerated().flatMap { i, row in
        view.values.map { Item(value: $0, held: holding([(spread[0], row.place)]), title: i == 0 ? words($0) : "") }
      }
      return [PanelPlan(suffix: "", items: items, columns: view.values.count, rowHeaders: rows.map(\.words), heldAxes: heldAxes, chosen: chosen)]
    case 1:
      let items = places(spread[0]).map { Item(value: view.values[0], held: holding([(spread[0], $0.place)]), title: $0.words) }
      return [PanelPlan(suffix: "", items: items, columns: min(items.count, mostColumns), rowHeaders: [], heldAxes: heldAxes, chosen: chosen)]
    default:
      // Many values lie below each other.
      let isTall = places(spread[1]).count > max(places(spread[0]).count, mostColumns)
      let (rowAxis, columnAxis) = isTall ? (spread[1], spread[0]) : (spread[0], spread[1]), rows = places(rowAxis), columns = places(columnAxis)
      return view.values.map { value in
        let items = rows.enumerated().flatMap { i, row in
          columns.map { column in
            Item(value: value, held: holding([(rowAxis, row.place), (columnAxis, column.place)]), title: i == 0 ? column.words : "")
          }
        }
        return PanelPlan(
          suffix: view.values.count > 1 ? "-" + value : "", items: items, columns: columns.count, rowHeaders: rows.map(\.words), heldAxes: heldAxes,
          chosen: chosen)
      }
    }
  }

  /// The first, the last and what lies evenly between them.
  static func spreadEvenly<Element>(_ elements: [Element], atMost most: Int) -> [Element] {
    guard elements.count > most, most > 1 else { return Array(elements.prefix(max(most, 1))) }
    return (0..<most).map { elements[($0 * (elements.count - 1) + (most - 1) / 2) / (most - 1)] }
  }
}
