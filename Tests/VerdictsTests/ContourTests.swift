import Verdicts
import Foundation
import Testing

/// Zero contours of fields whose zeros are known.
@Suite struct ContourTests {
  private func nodes(_ low: Double, _ high: Double, _ steps: Int) -> [Double] { (0...steps).map { low + (high - low) * Double($0) / Double(steps) } }

  private func contour(_ xs: [Double], _ ys: [Double], _ field: (Double, Double) -> Double?) -> Contour {
    Contour(of: ys.flatMap { y in xs.map { field($0, y) } }, xs: xs, ys: ys)
  }

  /// A plane is followed exactly, from border to border in one line.
  @Test func plane() throws {
    let xs = nodes(-1, 2, 7), ys = nodes(0, 1, 5), found = contour(xs, ys) { 2 * $0 - 3 * $1 + 0.31 }
    try #require(found.lines.count == 1)
    for point in found.lines[0] { #expect(abs(2 * point.x - 3 * point.y + 0.31) < 1e-12) }
    let ends = [found.lines[0][0], found.lines[0][found.lines[0].count - 1]]
    for end in ends { #expect(xs.first == end.x || xs.last == end.x || ys.first == end.y || ys.last == end.y) }
  }

  /// Second order in the mesh: half the mesh, a quarter of the error. The line closes.
  @Test func circle() throws {
    var errors: [Double] = []
    for steps in [20, 40, 80] {
      let mesh = nodes(-1.3, 1.3, steps), found = contour(mesh, mesh) { $0 * $0 + $1 * $1 - 1 }
      try #require(found.lines.count == 1)
      #expect(found.lines[0].first == found.lines[0].last && found.lines[0].count > 2 * steps)
      errors.append(found.lines[0].map { abs(hypot($0.x, $0.y) - 1) }.max() ?? 1)
    }
    #expect(errors[0] < 0.01 && errors[1] < 0.3 * errors[0] && errors[2] < 0.3 * errors[1])
  }

  /// On logarithmic coordinates x y = const is a straight line, and followed exactly.
  @Test func hyperbolaOnLogarithmicAxes() throws {
    let xs = nodes(log(0.01), log(10), 9), ys = nodes(log(0.1), log(5), 6)
    let found = contour(xs, ys) { $0 + $1 - log(0.2) }
    try #require(found.lines.count == 1)
    for point in found.lines[0] { #expect(abs(exp(point.x) * exp(point.y) / 0.2 - 1) < 1e-12) }
  }

  /// Where the field is known anywhere, crossings are found to 2^-20 of an edge however uneven it is.
  @Test func exactCrossings() throws {
    func field(_ x: Double, _ y: Double) -> Double { sinh(30 * (y - x * x)) }
    let mesh = nodes(0, 1, 12)
    let found = Contour(of: mesh.flatMap { y in mesh.map { field($0, y) } }, xs: mesh, ys: mesh) { $0.map { field($0.x, $0.y) } }
    try #require(found.lines.count == 1)
    for point in found.lines[0] { #expect(abs(point.y - point.x * point.x) < 2 * exp2(-20) / 12) }
  }

  @Test func saddles() {
    let ends = [-1.0, 1]
    // x y, with its middle lifted or lowered: which corners belong together changes.
    for lift in [0.2, -0.2] {
      let found = contour(ends, ends) { $0 * $1 + lift }
      #expect(found.lines.count == 2 && found.lines.allSatisfy { $0.count == 2 })
      for line in found.lines {
        let middle = ((line[0].x + line[1].x) / 2, (line[0].y + line[1].y) / 2)
        // Lines cut off the corners of the other sign: those where x y < 0 if the middle is positive.
        #expect((middle.0 * middle.1 < 0) == (lift > 0))
      }
    }
  }

  @Test func nothingWhereThereIsNoSignOrNoField() {
    let mesh = nodes(0, 1, 4)
    #expect(contour(mesh, mesh) { _, _ in 1 }.lines.isEmpty && contour(mesh, mesh) { _, _ in -1 }.lines.isEmpty)
    #expect(contour(mesh, mesh) { _, _ in 0 }.lines.isEmpty && contour(mesh, mesh) { _, _ in nil }.lines.isEmpty)
    #expect(contour([0], mesh) { $1 - 0.5 }.lines.isEmpty && contour([], []) { $1 }.lines.isEmpty)
    // A line is cut where a node is unknown.
    let cut = contour(mesh, mesh) { $0 == 0.5 ? nil : $1 - 0.4 }
    #expect(cut.lines.count == 2 && cut.lines.allSatisfy { $0.allSatisfy { abs($0.y - 0.4) < 1e-12 } })
  }

  @Test func hugeValuesDoNotOverflow() {
    let found = contour([0, 1], [0, 1]) { x, _ in x > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude }
    #expect(found.lines.count == 1 && found.lines[0].allSatisfy { abs($0.x - 0.5) < 1e-12 })
  }
}
