import Experiments
import JSONText
import Platform
import Results
import Specs
import Stability
import Verdicts

/// The lines that figures draw: frontiers of criteria, observed boundaries and the edges of their bands, over every plane of a view.
public struct LineExport {
  private let table: ResultTable
  private let success: SuccessThresholds

  public init(_ table: ResultTable, success: SuccessThresholds) { (self.table, self.success) = (table, success) }

  /// Lines of a kind over the planes of one pair of axes.
  public struct Request: Sendable {
    public enum Kind: Sendable {
      /// Names of criteria.
      case frontiers([String])
      /// Names of events.
      case boundaries([String])
    }

    let x: String
    let y: String
    let kind: Kind

    public init(x: String, y: String, _ kind: Kind) { (self.x, self.y, self.kind) = (x, y, kind) }
  }

  private struct Point {
    let request: Int
    let held: [Int]
    let name: String
    /// Of a boundary: itself, or an end of its band.
    let edge: String
    let line: Int
    let point: Int
    let x: Double
    let y: Double
  }

  /// A row a point: the axes x and y by name, the values of the others, the criterion or event, the number of its line and of the point on it, and the place in the
  /// axes' own numbers.
  public func write(_ requests: [Request], _ format: ResultExport.Format, to sink: some ByteSink) throws {
    let spec = table.spec, axes = spec.grid.axes
    var points: [Point] = []
    let named = requests.flatMap { request -> [String] in if case .boundaries(let names) = request.kind { names } else { [] } }
    let inferred = InferredSides(table, of: spec.experiment.events.filter { named.contains($0.name) }, success: success)
    for (i, request) in requests.enumerated() {
      for held in planes(request) { points += self.points(of: i, request, held: held, inferred) }
    }
    let isOfEvents = requests.contains { if case .boundaries = $0.kind { true } else { false } }
    var out = ExportTable(isOfEvents ? "boundaries" : "frontiers", head: GridExport.head(spec, success))
    out.add("xAxis", .texts(points.map { requests[$0.request].x }))
    out.add("yAxis", .texts(points.map { requests[$0.request].y }))
    // A value for each axis that is held in some of the planes; empty where the plane itself runs along it.
    for (i, axis) in axes.enumerated() where requests.contains(where: { $0.x != axis.name && $0.y != axis.name }) {
      let isDrawn = requests.map { $0.x == axis.name || $0.y == axis.name }
      if axis.values.allSatisfy({ $0.number != nil }) {
        out.add(axis.name, .numbers(points.map { isDrawn[$0.request] ? nil : axis.values[$0.held[i]].number }))
      } else {
        out.add(axis.name, .texts(points.map { isDrawn[$0.request] ? "" : axis.values[$0.held[i]].text }))
      }
    }
    out.add(isOfEvents ? "event" : "criterion", .texts(points.map(\.name)))
    if isOfEvents { out.add("edge", .texts(points.map(\.edge))) }
    out.add("line", .counts(points.map(\.line)))
    out.add("point", .counts(points.map(\.point)))
    out.add("x", .numbers(points.map(\.x)))
    out.add("y", .numbers(points.map(\.y)))
    switch format {
    case .csv: try out.writeCSV(to: sink)
    case .json: try out.writeJSON(to: sink)
    case .npz: try out.writeNPZ(to: sink)
    }
  }

  /// Every choice of values of the axes that are not drawn.
  private func planes(_ request: Request) -> [[Int]] {
    table.spec.grid.axes.reduce([[]]) { planes, axis in
      let places = axis.name == request.x || axis.name == request.y ? [0] : Array(axis.values.indices)
      return planes.flatMap { plane in places.map { plane + [$0] } }
    }
  }

  private func points(of index: Int, _ request: Request, held: [Int], _ inferred: InferredSides) -> [Point] {
    guard let plane = Plane(table.spec.grid, x: request.x, y: request.y, held: held) else { return [] }
    let view = PlaneView(table, on: plane, success: success, inferred: inferred), experiment = table.spec.experiment
    var found: [Point] = []
    func add(_ contour: Contour, _ name: String, edge: String = "") {
      for (line, points) in contour.lines.enumerated() {
        for (i, point) in points.enumerated() {
          found.append(
            Point(
              request: index, held: held, name: name, edge: edge, line: line, point: i, x: plane.x.number(at: point.x), y: plane.y.number(at: point.y)))
        }
      }
    }
    switch request.kind {
    case .frontiers(let names):
      for criterion in experiment.criteria(judging: success) where names.contains(criterion.name) { add(view.frontier(criterion), criterion.name) }
    case .boundaries(let names):
      for event in experiment.events where names.contains(event.name) {
        add(view.boundary(event), event.name, edge: "boundary")
        guard let band = view.bandEdges(event) else { continue }
        add(band.low, event.name, edge: "low")
        add(band.high, event.name, edge: "high")
      }
    }
    return found
  }
}
