import Experiments
import Results
import Specs
import Verdicts

/// What panels that differ in a name, as of a method, are to be read against: the boundary where that axis has its first value, drawn in the others too.
struct Reference {
  private let view: HeatmapView
  private let table: ResultTable
  private let success: SuccessThresholds
  /// The axis of names, by its place in the grid.
  private let axis: Int

  /// Nil where panels differ in numbers alone.
  init?(_ view: HeatmapView, _ plan: PanelPlan, of table: ResultTable, success: SuccessThresholds) {
    let spread = view.spreadAxes(of: table.spec), axes = table.spec.grid.axes
    guard let axis = axes.firstIndex(where: { axis in spread.contains { $0.name == axis.name } && PlaneAxis(axis).scale == .names }) else { return nil }
    guard Set(plan.items.map { $0.held[axis] }).count > 1 else { return nil }
    (self.view, self.table, self.success, self.axis) = (view, table, success, axis)
  }

  /// For legends.
  var words: String { "observed where \(table.spec.grid.axes[axis].name) = \(table.spec.grid.axes[axis].values[0].text)" }

  /// Nil for the panel that has it as its own.
  func line(_ event: Event, beside item: PanelPlan.Item, inferred: InferredSides) -> Panel.Line? {
    guard item.held[axis] != 0 else { return nil }
    var held = item.held
    held[axis] = 0
    guard let plane = Plane(table.spec.grid, x: view.x, y: view.y, held: held) else { return nil }
    return Panel.Line(lines: PlaneView(table, on: plane, success: success, inferred: inferred).boundary(event).lines, stroke: LineStyles.reference)
  }
}
