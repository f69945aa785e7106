import Experiments
import Figures
import TestSupport
import Testing
import Verdicts

/// Words in plots stand where they belong: a line's at that line, a region's in that region, and none where there is no room.
@Suite struct WordsInPlotsTests {
  private static let fine = "snr: {from: 0.01, to: 100, count: 21, scale: 'log'}, forgetRatio: {from: 0.1, to: 0.5, count: 21}"

  /// Forgotten from forget ratio 0.3 on, the rest kept below SNR 1.
  private func picture(_ values: [String], frontiers: [String] = [], style: FigureStyle = FigureStyle()) throws -> Picture {
    let table = try table(axes: Self.fine, repetitions: 1) { place, column in
      switch column {
      case "tangentForgetAccuracy": .number(0.7 - place["forgetRatio"])
      case "driftAlignmentRatio": .number(0.45)
      default: accuracies(place, column, of: 1, forgotten: place["forgetRatio"] > 0.29 ? 1 : 0, kept: place["snr"] < 1.1 ? 1 : 0)
      }
    }
    return try Picture(table, x: "snr", y: "forgetRatio", values: values, frontiers: frontiers, style: style)
  }

  /// The text of a word within a plot.
  private func word(_ string: String, in picture: Picture, _ frame: Int = 0) throws -> Text {
    try #require(picture.texts(string).first { picture.frames[frame].contains($0.box) }, "\(string)")
  }

  @Test func linesHaveTheirNames() throws {
    let picture = try picture(["forgetSuccess"], frontiers: ["tangent", "drift"]), frame = picture.frames[0]
    // Levels of the forget ratio: 0.2 of the tangent, 0.45 of the drift, the boundary between 0.28 and 0.3.
    func height(_ ratio: Double) -> Double { frame.bottom - frame.height * (ratio - 0.09) / 0.42 }
    for (name, ratio) in [("tangent", 0.2), ("drift", 0.45), ("observed", 0.29)] {
      let text = try word(name, in: picture), distance = abs(text.box.middle.y - height(ratio))
      #expect(distance < text.box.height / 2 + 6 && distance > text.box.height / 2, "\(name) is \(distance) from its line")
      for other in [0.2, 0.45, 0.29] where other != ratio { #expect(abs(text.box.middle.y - height(other)) > distance + 4, "\(name)") }
    }
    // In the colours of their lines.
    #expect(try word("tangent", in: picture).colour == picture.legendStroke("tangent: forgotten").colour)
  }

  @Test func regionsHaveTheirNames() throws {
    let pictures = try ["forgetSuccess", "retainSuccess", "jointSuccess"].map { try picture([$0]) }
    func shares(_ string: String, _ which: Int) throws -> (across: Double, up: Double) {
      let box = pictures[which].frames[0], middle = try word(string, in: pictures[which]).box.middle
      return ((middle.x - box.x) / box.width, (box.bottom - middle.y) / box.height)
    }
    #expect(try shares("forgotten", 0).up > 0.5 && shares("not forgotten", 0).up < 0.45)
    #expect(try shares("kept", 1).across < 0.5 && shares("not kept", 1).across > 0.5)
    let both = try shares("forgotten and kept", 2), forgotten = try shares("forgotten, not kept", 2), kept = try shares("kept, not forgotten", 2)
    let neither = try shares("neither", 2)
    #expect(both.across < 0.5 && both.up > 0.5 && forgotten.across > 0.5 && forgotten.up > 0.5)
    #expect(kept.across < 0.5 && kept.up < 0.5 && neither.across > 0.5 && neither.up < 0.5)
    // Pale on deep colours, and dark on pale ones.
    #expect(try word("forgotten", in: pictures[0]).colour == .white && word("not forgotten", in: pictures[0]).colour != .white)
  }

  @Test func smallPlotsHaveNoWords() throws {
    var style = FigureStyle()
    style.width = 120
    let picture = try picture(["forgetSuccess"], frontiers: ["tangent"], style: style), frame = picture.frames[0]
    #expect(frame.width < 80 && picture.scene.texts.allSatisfy { !frame.contains($0.box) })
  }

  /// Where lines crowd a plot no word stands on any of them.
  @Test func wordsLieOnNoLine() throws {
    let names = cnn.criteria.map(\.name), table = try FiguresTests.table(axes: "snr: [0.1, 0.5, 1], forgetRatio: [0.1, 0.2, 0.3, 0.4, 0.5]")
    for value in ["forgetSuccess", "retainSuccess", "escape", "jointSuccess"] {
      let picture = try Picture(table, x: "snr", y: "forgetRatio", values: [value], frontiers: names), frame = picture.frames[0]
      let paths = picture.lines(over: 0).map(\.points)
      for text in picture.scene.texts where frame.contains(text.box) {
        for path in paths {
          for (a, b) in zip(path, path.dropFirst()) {
            let points = (0...40).map { Point(a.x + (b.x - a.x) * Double($0) / 40, a.y + (b.y - a.y) * Double($0) / 40) }
            #expect(!points.contains { frame.distance(to: $0) == 0 && text.box.distance(to: $0) == 0 }, "\(text.string) over \(value)")
          }
        }
      }
    }
  }
}
