import FrontierNumerics
import Experiments
import Specs

/// An axis of a sweep as it is drawn: where its values lie, and how far the cell of each reaches.
public struct PlaneAxis: Sendable {
  public enum Scale: Sendable { case linear, logarithmic, names }

  public let name: String
  public let scale: Scale
  /// Ascending; names stay in their order.
  public let values: [ParameterValue]
  /// Where each value stands among the axis' own values.
  public let order: [Int]
  /// Of the values, ascending: themselves, their logarithms, or 0, 1, 2 for names.
  public let positions: [Double]
  /// The ends of the cells in the same coordinates, one more than values: half-way between neighbours (on a logarithmic axis the geometric mean), and as
  /// far beyond the ends.
  public let edges: [Double]

  public init(_ axis: Axis) {
    name = axis.name
    let numbers = axis.values.map(\.number)
    guard numbers.allSatisfy({ $0 != nil }) else {
      scale = .names
      (values, order) = (axis.values, Array(axis.values.indices))
      positions = axis.values.indices.map(Double.init)
      edges = Self.edges(of: positions)
      return
    }
    let known = numbers.compactMap { $0 }
    order = known.indices.sorted { known[$0] < known[$1] }
    let sorted = order.map { known[$0] }
    values = order.map { axis.values[$0] }
    let isLogarithmic = axis.scale.map { $0 == .log } ?? Self.looksGeometric(sorted)
    scale = isLogarithmic ? .logarithmic : .linear
    positions = isLogarithmic ? sorted.map { Elementary.log($0) } : sorted
    edges = Self.edges(of: positions)
  }

  /// The number at a coordinate.
  public func number(at coordinate: Double) -> Double { scale == .logarithmic ? Elementary.exp(coordinate) : coordinate }

  /// A list says nothing of its scale: it is taken as geometric if its steps are more alike as ratios than as differences, over a factor of five or more.
  private static func looksGeometric(_ sorted: [Double]) -> Bool {
    guard sorted.count > 2, let low = sorted.first, let high = sorted.last, low > 0, high >= 5 * low else { return false }
    func unevenness(_ positions: [Double]) -> Double {
      let steps = zip(positions, positions.dropFirst()).map { $1 - $0 }
      return (steps.max() ?? 0) / (steps.min() ?? 1)
    }
    return unevenness(sorted.map { Elementary.log($0) }) < unevenness(sorted)
  }

  private static func edges(of positions: [Double]) -> [Double] {
    guard let first = positions.first, let last = positions.last else { return [] }
    guard positions.count > 1 else {
      // A single value has no neighbours: a tenth of it to either side.
      let reach = first == 0 ? 0.5 : first.magnitude / 10
      return [first - reach, first + reach]
    }
    let middles = zip(positions, positions.dropFirst()).map { ($0 + $1) / 2 }
    return [2 * first - middles[0]] + middles + [2 * last - middles[middles.count - 1]]
  }
}
