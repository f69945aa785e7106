import Experiments
import Foundation
import Testing
import Verdicts

/// Where values and the edges of their cells lie.
@Suite struct PlaneAxisTests {
  private func axis(_ text: String) throws -> PlaneAxis { PlaneAxis(try grid(text).axes[0]) }

  private func close(_ a: [Double], _ b: [Double]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) } }

  @Test func linearEdgesAreMidpoints() throws {
    let axis = try axis("forgetRatio: [0.1, 0.2, 0.4]")
    #expect(axis.scale == .linear && axis.positions == [0.1, 0.2, 0.4])
    #expect(close(axis.edges, [0.05, 0.15, 0.3, 0.5]))
  }

  @Test func logarithmicEdgesAreGeometricMeans() throws {
    let axis = try axis("snr: {from: 0.01, to: 100, count: 5, scale: 'log'}")
    #expect(axis.scale == .logarithmic)
    let edges: [Double] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map { pow(10, $0) }
    #expect(close(axis.edges.map { exp($0) }, edges))
    #expect(abs(axis.number(at: axis.positions[3]) - 10) < 1e-12)
    let uneven = try self.axis("snr: [1, 2, 50]")
    #expect(uneven.scale == .logarithmic)
    #expect(close(uneven.edges.map { exp($0) }, [sqrt(0.5), sqrt(2), 10, 250]))
  }

  @Test func listsAreSortedAndTheirScaleIsTold() throws {
    let axis = try axis("stepSize: [100, 1, 10]")
    #expect(axis.values == [1, 10, 100].map { .number($0) } && axis.order == [1, 2, 0] && axis.scale == .logarithmic)
    #expect(try self.axis("stepSize: [10, 20, 30, 40, 50, 60]").scale == .linear)
    #expect(try self.axis("stepSize: [0, 1, 10, 100]").scale == .linear)
    #expect(try self.axis("stepSize: [1, 100]").scale == .linear)
    #expect(try self.axis("batchSize: [1, 2, 4, 8, 16, 32]").scale == .logarithmic)
    #expect(try self.axis("stepSize: {from: 1, to: 1000, count: 4}").scale == .linear)
  }

  @Test func namesAndSingleValues() throws {
    let names = try axis("sampling: ['uniform', 'bernoulli']")
    #expect(names.scale == .names && names.positions == [0, 1] && names.edges == [-0.5, 0.5, 1.5])
    let two = try axis("snr: [2]"), zero = try axis("forgetRatio: [0]")
    #expect(close(two.edges, [1.8, 2.2]) && close(zero.edges, [-0.5, 0.5]))
  }

  /// A plane's cells are those of the grid, by ascending values.
  @Test func planeFindsItsCells() throws {
    let grid = try grid("stepSize: [100, 1, 10], batchSize: [4, 2], snr: [1, 2]")
    let plane = try #require(Plane(grid, x: "snr", y: "stepSize", held: [0, 1, 0]))
    #expect(plane.columns == 2 && plane.rows == 3)
    for row in 0..<3 {
      for column in 0..<2 {
        guard let cell = try grid.cell(at: plane.cell(column: column, row: row)).parameters(as: CNNParameters.self) else { continue }
        #expect(cell.stepSize == [1, 10, 100][row] && cell.snr == [1, 2][column] && cell.batchSize == 2)
      }
    }
    #expect(Plane(grid, x: "snr", y: "snr", held: [0, 0, 0]) == nil && Plane(grid, x: "snr", y: "loss", held: [0, 0, 0]) == nil)
  }
}
