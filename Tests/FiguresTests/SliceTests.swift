import Experiments
import Figures
import Foundation
import Results
import TestSupport
import Testing
import Verdicts

/// Curves along an axis and scatters of trials stand at the numbers of the table.
@Suite struct SliceTests {
  private static let axes = "snr: [3, 0.1, 10], forgetRatio: [0.1, 0.2, 0.3, 0.4]"

  private func table() throws -> ResultTable {
    try FiguresTests.table(axes: Self.axes, repetitions: 4) { place, column in
      switch column {
      case "driftAlignmentRatio": .number(0.27)
      case "noiseShare": .number(place["snr"] + place["forgetRatio"] + 0.01 * Double(place.repetition))
      default: accuracies(place, column, of: 4, forgotten: place["forgetRatio"] > 0.25 ? 0.75 : 0.25, kept: 1)
      }
    }
  }

  private func picture(_ request: SliceRequest, style: FigureStyle = FigureStyle()) throws -> Picture {
    let table = try table()
    let figure = try #require(SliceFigure(table, success: table.spec.success, style: style).figure(request, measure: CairoText()))
    expectApart(figure.scene, figure.name)
    return Picture(figure.scene)
  }

  /// The centres of the dots of a colour within a plot, from the left.
  private func dots(_ picture: Picture, _ frame: Box, _ colour: Colour) -> [Point] {
    picture.areas.filter { $0.colour == colour }.flatMap(\.polygons).filter { $0.count == 8 }.map { polygon in
      Point(polygon.reduce(0) { $0 + $1.x } / 8, polygon.reduce(0) { $0 + $1.y } / 8)
    }.filter { frame.distance(to: $0) == 0 }.sorted { $0.x < $1.x }
  }

  /// Where a tick of the y axis of a plot stands.
  private func y(_ label: String, _ picture: Picture, _ frame: Box) throws -> Double {
    try #require(picture.texts(label).filter { $0.box.right < frame.x }.max { $0.box.right < $1.box.right }, "\(label)").box.middle.y
  }

  @Test func curvesAreSharesWithBands() throws {
    var request = SliceRequest(axis: "forgetRatio", values: ["forgetSuccess"], frontiers: ["drift"])
    request.fixed = ["snr": .number(0.1)]
    let picture = try picture(request), frame = picture.frames[0], dots = dots(picture, frame, .ink)
    let (zero, one) = (try y("0", picture, frame), try y("1", picture, frame))
    #expect(dots.count == 4)
    for (dot, share) in zip(dots, [0.25, 0.25, 0.75, 0.75]) { #expect(abs(dot.y - zero - share * (one - zero)) < 0.01) }
    // Resamples of four repetitions reach from none to all but by chance, never beyond.
    let band = try #require(picture.areas.first { $0.colour == Colour.ink.faded(0.18) && ($0.polygons.first?.count ?? 0) == 8 }).polygons[0]
    #expect(
      band.allSatisfy { one - 0.01 <= $0.y && $0.y <= zero + 0.01 }
        && dots.allSatisfy { dot in band.contains { $0.y < dot.y } && band.contains { $0.y > dot.y } })
    // The drift turns at 0.27, between the second and the third.
    let stroke = try picture.legendStroke("initial drift"), line = try #require(picture.lines.first { $0.clip == frame && $0.stroke == stroke }).points
    #expect(abs(line[0].x - dots[1].x - 0.7 * (dots[2].x - dots[1].x)) < 0.01 && line[0].x == line[1].x)
    #expect(picture.scene.texts.contains { $0.string.hasPrefix("made-up: SNR = 0.1,") })
  }

  /// A curve for each value of another axis, in its order, and a plot for each value that is shown.
  @Test func curvesByAnotherAxis() throws {
    var request = SliceRequest(axis: "forgetRatio", values: ["noiseShare", "forgetSuccess"], frontiers: [])
    request.by = "snr"
    let picture = try picture(request), frame = picture.frames[0]
    #expect(picture.frames.count == 2)
    // Means 0.1 + ratio + 0.015, and so on, on a scale that its ticks tell.
    let (two, ten) = (try y("2", picture, frame), try y("10", picture, frame))
    for (words, snr) in [("SNR = 0.1", 0.1), ("SNR = 3", 3), ("SNR = 10", 10)] {
      let colour = try picture.legendStroke(words).colour, dots = dots(picture, frame, colour)
      #expect(dots.count == 4, "\(words)")
      for (dot, ratio) in zip(dots, [0.1, 0.2, 0.3, 0.4]) {
        let expected = two + (snr + ratio + 0.015 - 2) / 8 * (ten - two)
        #expect(abs(dot.y - expected) < 0.02, "\(words), \(ratio)")
      }
    }
    #expect(try self.picture(request, style: .column).scene.width == 3.25 * 72)
  }

  @Test func scatterDotsAreTrials() throws {
    let table = try table()
    let request = ScatterRequest(x: "forgetRatio", y: "noiseShare", colour: "forgetSuccess")
    let figure = ScatterFigure(table, success: table.spec.success).figure(request, measure: CairoText()), picture = Picture(figure.scene)
    expectApart(figure.scene, figure.name)
    let frame = picture.frames[0]
    var diamonds: [(colour: Colour, x: Double, y: Double)] = [], samples: [Colour] = []
    for area in picture.areas {
      for polygon in area.polygons where polygon.count == 4 {
        diamonds.append((area.colour, polygon.map(\.x).reduce(0, +) / 4, polygon.map(\.y).reduce(0, +) / 4))
      }
      if area.polygons.first?.count == 8 { samples.append(area.colour) }
    }
    #expect(diamonds.count == 48 && samples.count == 2)
    // The legend's first sample is of what happened.
    let happened = try #require(samples.first)
    // Half of the trials: 3 of 4 in the upper half of the ratios, 1 of 4 in the lower.
    #expect(diamonds.count { $0.colour == happened } == 24)
    let middle = (frame.x + frame.right) / 2
    #expect(diamonds.count { $0.colour == happened && $0.x > middle } == 18)
    let (two, ten) = (try y("2", picture, frame), try y("10", picture, frame))
    var expected: [Double] = []
    for snr in [0.1, 3, 10] {
      for ratio in [0.1, 0.2, 0.3, 0.4] {
        for repetition in 0..<4 { expected.append(two + (snr + ratio + 0.01 * Double(repetition) - 2) / 8 * (ten - two)) }
      }
    }
    #expect(zip(diamonds.map(\.y).sorted(), expected.sorted()).allSatisfy { abs($0 - $1) < 0.02 })
  }
}
