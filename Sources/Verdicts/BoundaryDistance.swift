import Specs

/// How far the predicted boundary is from the observed one along one axis of a grid, in steps of that axis.
package struct BoundaryDistance {
  package let median: Double?
  package let largest: Double?
  /// Crossings of the observed boundary that have a predicted one on the same line of cells.
  package let matched: Int
  /// Lines of cells that only one of the boundaries crosses.
  package let unmatched: Int

  /// - Parameters:
  ///   - observed, predicted: fields over the grid's cells whose zero is the boundary; nil where unknown.
  ///   - lines: the cells of every line along the axis.
  package init(observed: [Double?], predicted: [Double?], on lines: [[Int]]) {
    var distances: [Double] = [], unmatched = 0
    for line in lines {
      let seen = Self.crossings(line.map { observed[$0] }), foretold = Self.crossings(line.map { predicted[$0] })
      if seen.isEmpty != foretold.isEmpty { unmatched += 1 }
      guard !foretold.isEmpty else { continue }
      distances += seen.map { place in foretold.map { abs($0 - place) }.min() ?? 0 }
    }
    distances.sort()
    matched = distances.count
    self.unmatched = unmatched
    largest = distances.last
    median = distances.isEmpty ? nil : (distances[(distances.count - 1) / 2] + distances[distances.count / 2]) / 2
  }

  /// Where a sequence changes sign, in steps from its start, linear between neighbours.
  static func crossings(_ values: [Double?]) -> [Double] {
    zip(values, values.dropFirst()).enumerated().compactMap { i, pair in
      guard case (let a?, let b?) = pair, (a >= 0) != (b >= 0) else { return nil }
      let share = (a / 2) / (a / 2 - b / 2)
      return Double(i) + (share.isFinite ? share : 0.5)
    }
  }
}

extension Grid {
  /// The cells of every line along an axis, in ascending order of its values.
  package func lines(along axis: Int) -> [[Int]] {
    let order = PlaneAxis(axes[axis]).order
    return (0..<count).compactMap { start in
      var coordinates = coordinates(of: start)
      guard coordinates[axis] == 0 else { return nil }
      return order.map { place in
        coordinates[axis] = place
        return index(of: coordinates)
      }
    }
  }
}
