import Figures
import Foundation
import TestSupport
import Testing
import Verdicts

/// Figures of what criteria are worth: every dot stands at its number, every curve at its shares of cells.
@Suite struct CriteriaFigureTests {
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

  private static let measures: [(title: String, of: @Sendable (Judgement) -> Estimate)] = [
    ("cells on the right", { $0.onRightSide }), ("balanced over", { $0.balancedAccuracy }), ("area under", { $0.areaUnderROC }),
  ]

  private func picture(_ comparison: Comparison, _ style: FigureStyle = FigureStyle()) throws -> Picture {
    let figures = CriteriaFigure(comparison, style: style).figures(measure: CairoText())
    #expect(figures.map(\.name) == ["criteria-forgetSuccess"])
    return Picture(try #require(figures.first).scene)
  }

  @Test func dotsAndBarsAreTheEstimates() throws {
    let comparison = try comparison(), judgements = comparison.judgements.filter(\.isOwn)
    for style in [FigureStyle(), .column] {
      let picture = try picture(comparison, style)
      // In a column the first measures, and below them the curves.
      let plots = picture.frames.count - 1
      try #require((style.width == nil ? 3...3 : 1...3).contains(plots) && judgements.count == 2)
      for (i, measure) in Self.measures.prefix(plots).enumerated() {
        let frame = picture.frames[i]
        // Ticks under a plot tell its coordinates.
        func x(_ label: String) throws -> Double {
          try #require(
            picture.texts(label).first { frame.bottom < $0.box.y && $0.box.y < frame.bottom + 8 && frame.x - 8 < $0.box.x && $0.box.right < frame.right + 9 }
          )
          .box.middle.x
        }
        let (zero, one) = (try x("0"), try x("1"))
        #expect(
          picture.scene.texts.contains { $0.string.hasPrefix(String(measure.title.prefix(4))) && abs($0.box.x - frame.x) < 0.01 && $0.box.bottom < frame.y })
        for judgement in judgements {
          let y = try #require(picture.texts(judgement.criterion.name).first).box.middle.y, estimate = measure.of(judgement)
          let dots = picture.areas.flatMap(\.polygons).filter { $0.count == 8 }.map { polygon in
            Point(polygon.reduce(0) { $0 + $1.x } / 8, polygon.reduce(0) { $0 + $1.y } / 8)
          }.filter { frame.distance(to: $0) < 3 && abs($0.y - y) < 0.01 }
          let value = try #require(estimate.value), interval = try #require(estimate.interval)
          #expect(dots.count == 1 && abs(dots[0].x - zero - value * (one - zero)) < 0.01, "\(judgement.criterion.name), \(measure.title)")
          let bar = try #require(
            picture.lines.first { $0.points.count == 2 && $0.stroke.width == 1.6 && frame.distance(to: $0.points[0]) < 3 && abs($0.points[0].y - y) < 0.01 })
          #expect(abs(bar.points[0].x - zero - interval.lowerBound * (one - zero)) < 0.01)
          #expect(abs(bar.points[1].x - zero - interval.upperBound * (one - zero)) < 0.01)
        }
      }
    }
  }

  /// Two cells below the frontier, three from it on: each is a share of its side.
  @Test func curvesAreSharesOfCellsBySureness() throws {
    let picture = try picture(try comparison()), frame = try #require(picture.frames.last)
    let inset = 0.03
    func place(_ sureness: Double, _ rate: Double) -> Point {
      Point(frame.x + frame.width * (inset + (1 - 2 * inset) * (sureness + 1) / 2), frame.bottom - frame.height * (inset + (1 - 2 * inset) * rate))
    }
    let sides = [-0.75, -0.25, 1.0 / 6, 0.5, 5.0 / 6]
    // The drift's cells ascend with their margins; the tangent's are -0.1, -0.05, 0, 0.05, 0.15, in the opposite order.
    for (name, rates) in [("drift", Self.shares), ("tangent", Array(Self.shares.reversed()))] {
      let text = try #require(picture.texts(name).first)
      let stroke = try #require(
        picture.lines.first { $0.points.count == 2 && $0.points.allSatisfy { abs($0.y - text.box.middle.y) < 0.01 } && $0.points[1].x < text.box.x }
      ).stroke
      let curve = try #require(picture.lines.first { $0.clip == frame && $0.stroke == stroke }).points
      #expect(curve.count == 5, "\(name)")
      for (point, expected) in zip(curve, zip(sides, rates).map(place)) {
        #expect(point.distance(to: expected) < 0.01, "\(name): \(point), expected \(expected)")
      }
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
