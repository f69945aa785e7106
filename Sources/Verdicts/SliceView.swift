import Experiments
import FrontierNumerics
import Results
import Specs
import Stability

/// What a sweep measured along one axis, the others held at one value each, and where theories say that it turns.
public struct SliceView: Sendable {
  /// A mean over repetitions and its 95 % percentile-bootstrap interval; nil for a single repetition.
  public struct Level: Sendable, Equatable {
    public let value: Double
    public let interval: ClosedRange<Double>?
  }

  public let axis: PlaneAxis
  private let table: ResultTable
  private let success: SuccessThresholds
  /// Of the cells, in the order of the axis.
  private let rows: [[Row]]
  private let cells: [Int]

  /// - Parameter held: for every axis of the grid the index of its value; that of the slice's own is not used. Nil if the axis is not there.
  public init?(_ table: ResultTable, along name: String, held: [Int], success: SuccessThresholds) {
    let grid = table.spec.grid
    guard let index = grid.axes.firstIndex(where: { $0.name == name }), held.count == grid.axes.count else { return nil }
    (self.table, self.success, axis) = (table, success, PlaneAxis(grid.axes[index]))
    cells = axis.order.map { place in
      var coordinates = held
      coordinates[index] = place
      return grid.index(of: coordinates)
    }
    rows = cells.map { table.rows(ofCell: $0) }
  }

  /// Of every cell the share of trials in which it happened.
  public func shares(_ event: Event) -> [Level?] { levels(rows.map { $0.map { event.happened($0, success).map { $0 ? 1 : 0 } } }) }

  /// Of every cell the mean of a column, or a statistic of its own, which has no interval.
  public func means(_ name: String) -> [Level?] {
    if let statistic = table.spec.experiment.statistic(name) { return rows.map { statistic($0).map { Level(value: $0, interval: nil) } } }
    return levels(cells.map { cell in (0..<table.spec.repetitions).map { table.number(name, cell: cell, repetition: $0) } })
  }

  /// Where the margin of a criterion changes sign, in the coordinates of the axis: of one that needs no network at full resolution, of any other between the
  /// cells, of the median over repetitions.
  public func crossings(_ criterion: Criterion<Row>) -> [Double] {
    guard axis.scale != .names else { return [] }
    if let cell = cells.first, let low = axis.edges.first, let high = axis.edges.last {
      let positions = (0...Self.resolution).map { low + (high - low) * Double($0) / Double(Self.resolution) }
      let points = positions.map { (axis.number(at: $0), axis.number(at: $0)) }
      if let margins = table.margins(of: criterion, around: cell, varying: (axis.name, axis.name), points) { return zeros(margins, at: positions) }
    }
    let margins = rows.map { criterion.marginsOfRepetitions($0) }, equal = [Double](repeating: 1, count: table.spec.repetitions)
    return zeros(SortedEvidence(Evidence(happened: [], margins: margins)).medianMargins(equal), at: axis.positions)
  }

  private static let resolution = 400

  private func zeros(_ field: [Double?], at positions: [Double]) -> [Double] {
    BoundaryDistance.crossings(field).map { place in
      let below = Int(place), share = place - Double(below)
      return share == 0 ? positions[below] : positions[below] + share * (positions[below + 1] - positions[below])
    }
  }

  /// The same resamples of repetitions for every cell, since they share networks and batches.
  private func levels(_ cells: [[Double?]]) -> [Level?] {
    let weights = Bootstrap.weights(repetitions: table.spec.repetitions, key: RandomKey(seed: table.spec.seed).child(Comparison.purpose))
    return cells.map { values in
      func mean(_ weights: [Double]?) -> Double? {
        var sum = 0.0, total = 0.0
        for (i, value) in values.enumerated() {
          guard let value else { continue }
          sum += (weights?[i] ?? 1) * value
          total += weights?[i] ?? 1
        }
        return total > 0 ? sum / total : nil
      }
      return mean(nil).map { Level(value: $0, interval: Bootstrap.middle(weights.compactMap(mean))) }
    }
  }
}
