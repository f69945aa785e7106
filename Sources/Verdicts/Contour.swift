/// A point in the coordinates of a plane's axes.
public struct PlanePoint: Sendable, Hashable {
  public let x: Double
  public let y: Double

  public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
}

/// The zero contour of a field that is known at the nodes of a grid, by marching squares: linear between nodes, in the coordinates that are given, so on a
/// logarithmic axis linear in the logarithm. A square with an unknown corner has no contour.
public struct Contour: Sendable {
  /// Each ends at the border, at an unknown node, or where it began.
  public let lines: [[PlanePoint]]

  /// - Parameters:
  ///   - field: row by row; nil where it is not known.
  ///   - xs, ys: ascending coordinates of the columns and rows.
  ///   - exactly: the field at any points, if it is known there: crossings are then found by bisection to 2^-20 of an edge, not by interpolation.
  public init(of field: [Double?], xs: [Double], ys: [Double], exactly: (([PlanePoint]) -> [Double?])? = nil) {
    var segments: [(Edge, Edge)] = []
    for row in 0..<max(ys.count - 1, 0) {
      for column in 0..<max(xs.count - 1, 0) {
        guard let a = field[row * xs.count + column], let b = field[row * xs.count + column + 1], let c = field[(row + 1) * xs.count + column + 1],
          let d = field[(row + 1) * xs.count + column]
        else { continue }
        segments += Self.segments(corners: (a, b, c, d), column: column, row: row)
      }
    }
    let chains = Self.chains(segments)
    guard let exactly else {
      lines = chains.map { $0.map { Self.point(on: $0, of: field, xs: xs, ys: ys) } }
      return
    }
    let edges = Array(Set(chains.joined()))
    let exact = Dictionary(uniqueKeysWithValues: zip(edges, Self.halved(edges, of: field, xs: xs, ys: ys, exactly: exactly)))
    lines = chains.map { $0.compactMap { exact[$0] } }
  }

  /// Where the field changes sign on each edge, by bisection of all edges side by side.
  private static func halved(
    _ edges: [Edge], of field: [Double?], xs: [Double], ys: [Double], exactly: ([PlanePoint]) -> [Double?]
  ) -> [PlanePoint] {
    func point(_ edge: Edge, _ share: Double) -> PlanePoint {
      let x = xs[edge.column], y = ys[edge.row]
      return edge.isAlongX
        ? PlanePoint(x: x + (xs[edge.column + 1] - x) * share, y: y) : PlanePoint(x: x, y: y + (ys[edge.row + 1] - y) * share)
    }
    var low = [Double](repeating: 0, count: edges.count), high = [Double](repeating: 1, count: edges.count)
    let startsPositive = edges.map { (field[$0.row * xs.count + $0.column] ?? 0) >= 0 }
    for _ in 0..<20 {
      let middles = zip(low, high).map { ($0 + $1) / 2 }
      for (i, value) in exactly(zip(edges, middles).map { point($0, $1) }).enumerated() {
        if let value, (value >= 0) == startsPositive[i] { low[i] = middles[i] } else { high[i] = middles[i] }
      }
    }
    return edges.indices.map { point(edges[$0], (low[$0] + high[$0]) / 2) }
  }

  /// An edge of the grid: from node (column, row) one step along x or along y.
  private struct Edge: Hashable {
    let column: Int
    let row: Int
    let isAlongX: Bool
  }

  /// Corners counterclockwise from the lower left. A node of zero counts as positive.
  private static func segments(corners: (Double, Double, Double, Double), column: Int, row: Int) -> [(Edge, Edge)] {
    let bottom = Edge(column: column, row: row, isAlongX: true), top = Edge(column: column, row: row + 1, isAlongX: true)
    let left = Edge(column: column, row: row, isAlongX: false), right = Edge(column: column + 1, row: row, isAlongX: false)
    let (a, b, c, d) = corners
    switch (a >= 0, b >= 0, c >= 0, d >= 0) {
    case (true, true, true, true), (false, false, false, false): return []
    case (true, false, false, false), (false, true, true, true): return [(left, bottom)]
    case (false, true, false, false), (true, false, true, true): return [(bottom, right)]
    case (false, false, true, false), (true, true, false, true): return [(right, top)]
    case (false, false, false, true), (true, true, true, false): return [(top, left)]
    case (true, true, false, false), (false, false, true, true): return [(left, right)]
    case (true, false, false, true), (false, true, true, false): return [(bottom, top)]
    // A saddle: the middle tells which corners belong together.
    case (true, false, true, false): return a + b + c + d >= 0 ? [(left, top), (bottom, right)] : [(left, bottom), (right, top)]
    case (false, true, false, true): return a + b + c + d >= 0 ? [(left, bottom), (right, top)] : [(left, top), (bottom, right)]
    }
  }

  private static func point(on edge: Edge, of field: [Double?], xs: [Double], ys: [Double]) -> PlanePoint {
    let here = field[edge.row * xs.count + edge.column] ?? 0
    if edge.isAlongX {
      let there = field[edge.row * xs.count + edge.column + 1] ?? 0
      return PlanePoint(x: between(xs[edge.column], xs[edge.column + 1], here, there), y: ys[edge.row])
    }
    let there = field[(edge.row + 1) * xs.count + edge.column] ?? 0
    return PlanePoint(x: xs[edge.column], y: between(ys[edge.row], ys[edge.row + 1], here, there))
  }

  private static func between(_ a: Double, _ b: Double, _ atA: Double, _ atB: Double) -> Double {
    // Halved first: the difference of two huge values must not overflow.
    let share = (atA / 2) / (atA / 2 - atB / 2)
    return a + (b - a) * (share.isFinite ? min(max(share, 0), 1) : 0.5)
  }

  /// Joins segments that share an edge into lines, as long as can be.
  private static func chains(_ segments: [(Edge, Edge)]) -> [[Edge]] {
    var atEdge: [Edge: [Int]] = [:]
    for (i, (a, b)) in segments.enumerated() {
      atEdge[a, default: []].append(i)
      atEdge[b, default: []].append(i)
    }
    var used = [Bool](repeating: false, count: segments.count)
    func extend(_ chain: inout [Edge]) {
      while let end = chain.last, let next = atEdge[end]?.first(where: { !used[$0] }) {
        used[next] = true
        chain.append(segments[next].0 == end ? segments[next].1 : segments[next].0)
      }
    }
    return segments.indices.compactMap { i in
      guard !used[i] else { return nil }
      used[i] = true
      var chain = [segments[i].0, segments[i].1]
      extend(&chain)
      chain.reverse()
      extend(&chain)
      return chain
    }
  }
}
