import Figures
import Foundation
import Testing
import Verdicts

/// Figures of rates by margins: every cell is a dot where its margin and its rate say.
@Suite struct MarginTests {
  private static let ratios = [0.2, 0.4, 0.5, 0.6, 0.7], shares: [Double] = [0.25, 0, 0.5, 0.75, 1]

  /// Five cells with margins -0.3, -0.1, 0, 0.1 and 0.2 of the drift, and other rates each; the tangent says the opposite.
  private func comparison() throws -> Comparison {
    let table = try table(axes: "forgetRatio: [0.2, 0.4, 0.5, 0.6, 0.7]", repetitions: 4) { place, column in
      let cell = Self.ratios.firstIndex(of: place["forgetRatio"]) ?? 0
      switch column {
      case "driftAlignmentRatio": return .number(0.5)
      case "tangentForgetAccuracy": return .number(0.5 + (place["forgetRatio"] - 0.5) / 2)
      case "escapedAtStep": return .absent("did not escape")
      default: return accuracies(place, column, of: 4, forgotten: Self.shares[cell], kept: 0.5)
      }
    }
    return Comparison(table, success: table.spec.success, criteria: ["drift", "tangent"])
  }

  /// Dots of a plot by their middles.
  private func dots(_ picture: Picture, _ frame: Box) -> [Point] {
    picture.areas.filter { $0.colour == Colour(hex: 0x1F5C8B, alpha: 0.35) }.flatMap(\.polygons).map { polygon in
      Point(polygon.reduce(0) { $0 + $1.x } / Double(polygon.count), polygon.reduce(0) { $0 + $1.y } / Double(polygon.count))
    }.filter { frame.x < $0.x && $0.x < frame.right }
  }

  @Test func dotsLieAtTheirMarginsAndRates() throws {
    let comparison = try comparison()
    let figures = MarginFigure(comparison).figures(measure: CairoText())
    #expect(figures.map(\.name) == ["margins-forgetSuccess"])
    let picture = Picture(try #require(figures.first).scene)
    try #require(picture.frames.count == 2)
    for (name, sign) in [("drift", 1.0), ("tangent", -0.5)] {
      let title = try #require(picture.texts(name).first)
      let frame = try #require(picture.frames.first { abs($0.x - title.box.x) < 0.01 && title.box.bottom < $0.y })
      // Words under a plot, and beside it, tell its coordinates.
      func x(_ label: String) throws -> Double {
        try #require(picture.texts(label).first { $0.box.y > frame.bottom && frame.x - 8 < $0.box.middle.x && $0.box.middle.x < frame.right + 8 }).box.middle.x
      }
      func y(_ label: String) throws -> Double { try #require(picture.texts(label).first { $0.box.right < picture.frames[0].x }).box.middle.y }
      let (zero, tick, opposite) = (try x("0"), try x("0.1"), try x("−0.1")), dots = dots(picture, frame)
      #expect(abs(zero - frame.middle.x) < 0.01 && abs(opposite + tick - 2 * zero) < 0.01 && dots.count == 5)
      for (ratio, share) in zip(Self.ratios, Self.shares) {
        let margin = sign * (ratio - 0.5), height = try y("0") + share * (y("1") - y("0"))
        let dot = try #require(dots.first { abs($0.y - height) < 0.01 }, "rate \(share)")
        // asinh in units of the median magnitude that is not zero, so the tick at 0.1 gives the scale.
        let unit = 0.2 * abs(sign), expected = zero + (tick - zero) * asinh(margin / unit) / asinh(0.1 / unit)
        #expect(abs(dot.x - expected) < 0.01, "\(name), margin \(margin): \(dot.x), expected \(expected)")
      }
      // Of so few cells the line of means goes through each dot, by margin.
      let line = try #require(picture.lines.first { $0.clip == frame && same($0.stroke.colour, 0xD55E00) })
      let sorted = dots.sorted { $0.x < $1.x }
      #expect(zip(line.points, sorted).allSatisfy { abs($0.x - $1.x) < 0.01 && abs($0.y - $1.y) < 0.01 } && line.points.count == 5)
      let judgement = try #require(comparison.judgements.first { $0.criterion.name == name && $0.isOwn }), area = try #require(judgement.areaUnderROC.value)
      let words = "area under ROC \(Ticks.label((area * 1000).rounded() / 1000))"
      #expect(picture.texts(words).contains { abs($0.box.x - frame.x) < 0.01 && $0.box.bottom < frame.y }, "\(words)")
    }
  }

  /// The chance that of a trial which is forgotten and one which is not the former has the larger margin, counted pair by pair.
  @Test func theAreaIsOfPairsOfTrials() throws {
    let counts = Self.shares.map { Int($0 * 4) }
    var ordered = 0.0
    for i in 0..<5 { for j in 0..<5 { ordered += Double(counts[i] * (4 - counts[j])) * (i > j ? 1 : i == j ? 0.5 : 0) } }
    let forgotten = counts.reduce(0, +), judgements = try comparison().judgements.filter(\.isOwn)
    let area = ordered / Double(forgotten * (20 - forgotten))
    for (name, expected) in [("drift", area), ("tangent", 1 - area)] {
      let found = try #require(judgements.first { $0.criterion.name == name }?.areaUnderROC.value)
      #expect(abs(found - expected) < 1e-12, "\(name)")
    }
  }
}
