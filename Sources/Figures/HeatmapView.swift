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
  /// How many values of an axis are spread over panels at most: as many as this, evenly over the axis, where it has more. Where nil four, and of names twelve,
  /// since nothing lies between them.
  public var mostPanels: Int?
  public static let standardMostPanels = (ofNumbers: 4, ofNames: 12)
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

  /// Axes whose values have panels of their own: those that are wanted, else the first two that are left.
  public func spreadAxes(of spec: SweepSpec) -> [Axis] {
    let free = spec.grid.axes.filter { $0.name != x && $0.name != y && fixed[$0.name] == nil && $0.values.count > 1 }
    return Array((facets.isEmpty ? free : facets.compactMap { name in free.first { $0.name == name } }).prefix(2))
  }

  /// How many of an axis' values have panels at most.
  public func mostPanels(of axis: Axis) -> Int {
    mostPanels ?? (PlaneAxis(axis).scale == .names ? Self.standardMostPanels.ofNames : Self.standardMostPanels.ofNumbers)
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
