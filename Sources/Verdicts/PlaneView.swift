import Experiments
import FrontierNumerics
import Results
import Specs
import Stability

/// What a sweep measured over a plane of its grid, and what theories say there.
public struct PlaneView: Sendable {
  public enum CellState: Sendable {
    /// At least one trial has the value.
    case measured
    /// Not run: the cells around it, which were, agree.
    case inferred
    case notRun
    /// Run, and none of its networks reached the target of training.
    case notTrained
    /// Run, and the value does not exist there.
    case undefined
  }

  public let plane: Plane
  private let table: ResultTable
  private let success: SuccessThresholds
  /// Cells of the grid, row by row.
  private let cells: [Int]

  /// The trials of each of them, made once for all events and criteria.
  private let rows: [[Row]]
  /// Of cells that a refined sweep did not run.
  private let inferred: InferredSides?

  /// - Parameter inferred: what is to be shown of cells that were not run; nothing if nil.
  public init(_ table: ResultTable, on plane: Plane, success: SuccessThresholds, inferred: InferredSides? = nil) {
    (self.table, self.plane, self.success, self.inferred) = (table, plane, success, inferred)
    cells = plane.field { $0 }
    rows = cells.map { table.rows(ofCell: $0) }
  }

  /// Share of trials in which it happened; nil where none is known.
  public func rates(_ event: Event) -> [Double?] { sorted(event).rates(equalWeights) }

  /// The same, and 1 or 0 where cells were not run and it is inferred on which side they lie; nil where there is neither.
  public func shownRates(_ event: Event) -> [Double?] {
    let rates = rates(event)
    return zip(rates, cells).map { $0 ?? inferredRate(event, cell: $1) }
  }

  /// Of every cell a statistic of its own, or the mean of a column over repetitions; nil where there is none.
  public func values(_ name: String) -> [Double?] {
    if let statistic = table.spec.experiment.statistic(name) { return rows.map { statistic($0) } }
    return cells.map { cell in
      let known = (0..<table.spec.repetitions).compactMap { table.number(name, cell: cell, repetition: $0) }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
  }

  /// Why a cell has a value that is shown, or has none.
  public func states(_ values: [Double?]) -> [CellState] {
    zip(cells, values).map { cell, value in
      let states = (0..<table.spec.repetitions).map { table[cell, $0] }.filter { $0 != .notStored }
      if value != nil { return states.isEmpty ? .inferred : .measured }
      if states.isEmpty { return .notRun }
      return states.allSatisfy { $0 == .notTrained } ? .notTrained : .undefined
    }
  }

  /// Where the rate is one half.
  public func boundary(_ event: Event) -> Contour { contour(shownRates(event).map { $0.map { $0 - 0.5 } }) }

  /// For each cell the rate less one half at both ends of its 95 % percentile-bootstrap interval: the boundary is between their zeros.
  /// Nil for a single repetition.
  public func band(_ event: Event) -> (low: [Double?], high: [Double?])? {
    let weights = Bootstrap.weights(repetitions: table.spec.repetitions, key: RandomKey(seed: table.spec.seed).child(Comparison.purpose))
    guard !weights.isEmpty else { return nil }
    let evidence = sorted(event), rates = weights.map { evidence.rates($0) }
    let intervals = cells.indices.map { cell in
      Bootstrap.middle(rates.compactMap { $0[cell] }) ?? inferredRate(event, cell: cells[cell]).map { $0...$0 }
    }
    return (intervals.map { $0.map { $0.lowerBound - 0.5 } }, intervals.map { $0.map { $0.upperBound - 0.5 } })
  }

  /// Where the ends of the rate's interval are one half: the boundary lies between the two, but for one resample in twenty. Nil for a single repetition.
  public func bandEdges(_ event: Event) -> (low: Contour, high: Contour)? { band(event).map { (contour($0.low), contour($0.high)) } }

  /// Where the margin of a criterion is zero: of one that needs no network at full resolution, of any other between the cells, of the median over
  /// repetitions.
  public func frontier(_ criterion: Criterion<Row>) -> Contour {
    if !criterion.needsNetwork, let fine = fineContour(criterion) { return fine }
    let margins = rows.map { criterion.marginsOfRepetitions($0) }
    return contour(SortedEvidence(Evidence(happened: [], margins: margins)).medianMargins(equalWeights))
  }

  // MARK: -

  private func inferredRate(_ event: Event, cell: Int) -> Double? { inferred?[event]?[cell].map { $0 ? 1 : 0 } }

  private var equalWeights: [Double] { [Double](repeating: 1, count: table.spec.repetitions) }

  private func sorted(_ event: Event) -> SortedEvidence {
    let happened = rows.map { $0.map { event.happened($0, success) } }
    return SortedEvidence(Evidence(happened: happened, margins: []))
  }

  private func contour(_ field: [Double?]) -> Contour { Contour(of: field, xs: plane.x.positions, ys: plane.y.positions) }

  /// Steps along each axis, in two stages; the crossings between the finest are found exactly.
  private static let coarse = 20, refinement = 3

  private func fineContour(_ criterion: Criterion<Row>) -> Contour? {
    guard let cell = cells.first, let left = plane.x.edges.first, let right = plane.x.edges.last, let bottom = plane.y.edges.first,
      let top = plane.y.edges.last, plane.x.scale != .names, plane.y.scale != .names
    else { return nil }
    let steps = Self.coarse * Self.refinement
    func nodes(_ low: Double, _ high: Double) -> [Double] { (0...steps).map { low + (high - low) * Double($0) / Double(steps) } }
    let xs = nodes(left, right), ys = nodes(bottom, top)
    func margins(_ points: [PlanePoint]) -> [Double?]? {
      table.margins(
        of: criterion, around: cell, varying: (plane.x.name, plane.y.name), points.map { (plane.x.number(at: $0.x), plane.y.number(at: $0.y)) })
    }
    func margins(at nodes: [(x: Int, y: Int)]) -> [Double?]? { margins(nodes.map { PlanePoint(x: xs[$0.x], y: ys[$0.y]) }) }

    let spacing = Self.refinement,
      coarse = stride(from: 0, through: steps, by: spacing).flatMap { y in
        stride(from: 0, through: steps, by: spacing).map { (x: $0, y: y) }
      }
    guard let known = margins(at: coarse) else { return nil }
    var field = [Double?](repeating: nil, count: (steps + 1) * (steps + 1))
    for (node, margin) in zip(coarse, known) { field[node.y * (steps + 1) + node.x] = margin }
    // Squares that the frontier passes, or where it may begin or end, and their neighbours are looked at closely; all others have the sign of their corner.
    let side = Self.coarse
    func corner(_ x: Int, _ y: Int) -> Double? { field[y * spacing * (steps + 1) + x * spacing] }
    var isClose = [Bool](repeating: false, count: side * side)
    for y in 0..<side {
      for x in 0..<side {
        let corners = [corner(x, y), corner(x + 1, y), corner(x, y + 1), corner(x + 1, y + 1)], signs = Set(corners.map { $0.map { $0 >= 0 } })
        guard signs.count > 1 else { continue }
        for near in max(0, y - 1)...min(side - 1, y + 1) { for beside in max(0, x - 1)...min(side - 1, x + 1) { isClose[near * side + beside] = true } }
      }
    }
    var wanted: [(x: Int, y: Int)] = []
    for y in 0...steps {
      for x in 0...steps where x % spacing != 0 || y % spacing != 0 {
        // A node on a side belongs to the squares at both.
        let columns = Set([max(x - 1, 0) / spacing, min(x, steps - 1) / spacing]), rows = Set([max(y - 1, 0) / spacing, min(y, steps - 1) / spacing])
        if rows.contains(where: { row in columns.contains { isClose[row * side + $0] } }) {
          wanted.append((x, y))
        } else {
          field[y * (steps + 1) + x] = corner(x / spacing, y / spacing)
        }
      }
    }
    for (node, margin) in zip(wanted, margins(at: wanted) ?? []) { field[node.y * (steps + 1) + node.x] = margin }
    return Contour(of: field, xs: xs, ys: ys) { margins($0) ?? [] }
  }
}
