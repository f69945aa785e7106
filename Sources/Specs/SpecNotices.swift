import Experiments
import Stability

extension SweepSpec {
  /// What has no effect, shows nothing or may cost much: no mistakes, but hardly what was meant. Sentences for the user.
  public var notices: [String] { idleParameters + views.flatMap(blindSpots) + costs }

  /// Those that a parameter takes in some cell.
  private func values(of parameter: String) -> [ParameterValue] {
    grid.axes.first { $0.name == parameter }?.values ?? zip(experiment.parameters, grid.base.values).filter { $0.0.name == parameter }.map { $0.1 }
  }

  /// Whether a parameter has an effect in some cell.
  public func acts(_ parameter: ParameterInfo) -> Bool { parameter.acts.map { !neverHolds($0) } ?? true }

  private func neverHolds(_ condition: Condition) -> Bool { !values(of: condition.parameter).contains { condition.holds(for: $0) } }

  private var idleParameters: [String] {
    experiment.parameters.compactMap { parameter in
      guard let condition = parameter.acts, neverHolds(condition) else { return nil }
      let values = values(of: parameter.name), others = self.values(of: condition.parameter).map(\.text).joined(separator: " or ")
      let why = "has no effect: it acts where \(condition), and here it is \(others)"
      if values.count > 1 { return "the axis \(parameter.name) \(why); cells that differ in it alone are the same" }
      return values == [parameter.standard] ? nil : "\(parameter.name) = \(values.map(\.text).joined()) \(why)"
    }
  }

  // MARK: - Views

  /// What a view cannot show, because no cell measures what it is made of.
  private func blindSpots(of view: SweepView) -> [String] {
    let unmet = experiment.columns.flatMap(\.needs).filter(neverHolds).reduce(into: [Condition]()) { if !$0.contains($1) { $0.append($1) } }
    guard !unmet.isEmpty, let cell = try? grid.cell(at: 0) else { return [] }
    var blind: [(names: [String], conditions: [Condition])] = []
    for name in view.values + view.frontiers {
      let conditions = unmet.filter { !isKnown(name, in: row(cell, without: $0), without: $0) }
      guard !conditions.isEmpty else { continue }
      if let i = blind.firstIndex(where: { $0.conditions == conditions }) { blind[i].names.append(name) } else { blind.append(([name], conditions)) }
    }
    return blind.map { names, conditions in
      "in the view over \(view.x) and \(view.y) nothing is known of \(names.joined(separator: ", ")): that is measured where "
        + conditions.map(\.description).joined(separator: " and ")
    }
  }

  /// A trial that measured everything but what a condition is needed for.
  private func row(_ cell: Cell, without condition: Condition) -> Row {
    let columns = Dictionary(uniqueKeysWithValues: experiment.columns.map { ($0.name, $0.needs.contains(condition)) })
    return Row(cell) { columns[$0] == false ? .value(0.5) : .none }
  }

  private func isKnown(_ name: String, in row: Row, without condition: Condition) -> Bool {
    if let event = experiment.event(name) { return event.happened(row, success) != nil }
    if let statistic = experiment.statistic(name) { return statistic([row]) != nil }
    if let column = experiment.columns.first(where: { $0.name == name }) { return !column.needs.contains(condition) }
    guard let criterion = experiment.criteria(judging: success).first(where: { $0.name == name }) else { return true }
    do throws(Undefined) {
      _ = try criterion.assess(row)
      return true
    } catch {
      guard case .noValue(let column) = error else { return true }
      return experiment.columns.first { $0.name == column }?.needs.contains(condition) != true
    }
  }

  // MARK: - Costs

  /// Of the cell with the largest value of each axis.
  private var costs: [String] {
    let largest = grid.axes.map { axis in axis.values.indices.max { (axis.values[$0].number ?? 0) < (axis.values[$1].number ?? 0) } ?? 0 }
    return (try? grid.cell(at: grid.index(of: largest)).warnings) ?? []
  }
}
