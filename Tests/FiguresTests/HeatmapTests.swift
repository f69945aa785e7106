import Experiments
import Figures
import Foundation
import Platform
import Results
import TestSupport
import Testing
import Verdicts

/// A heatmap shows the numbers that are there: colours of the right values in the right cells, keys that say so.
@Suite struct HeatmapTests {
  // Of the maps, as bytes of sRGB: computed once from their definition in OKLab by other code than ours.
  /// The map of one number at 0, 1/3, 1/2, 2/3 and 1: from pale to deep blue.
  static let pale: UInt32 = 0xF9F6DF, third: UInt32 = 0x85C09A, half: UInt32 = 0x3FA295, twoThirds: UInt32 = 0x0F7D8F, deep: UInt32 = 0x283454
  /// The map of two shares at its corners: neither, forgotten alone, kept alone, both.
  private static let neither: UInt32 = 0xF1EFEA, orange: UInt32 = 0xE8A33D, blue: UInt32 = 0x7FB2DC, violet: UInt32 = 0x47285C
  /// The same at (1/3, 2/3) and (2/3, 1/3).
  private static let ratherKept: UInt32 = 0x999EB4, ratherForgotten: UInt32 = 0xB99A87

  /// Values in no order, as a specification may list them: drawn they ascend.
  private static let axes = "forgetRatio: [0.3, 0.1], snr: [1, 0.1, 10]"

  /// A value for each cell, rows of forget ratio ascending from 0.1, SNR ascending from 0.1.
  private func value<Value>(_ rows: [[Value]], _ place: Place) -> Value {
    rows[place["forgetRatio"] < 0.2 ? 0 : 1][place["snr"] < 0.5 ? 0 : place["snr"] < 5 ? 1 : 2]
  }

  private func shares(forgotten: [[Double]], kept: [[Double]]) throws -> ResultTable {
    try table(axes: Self.axes, repetitions: 3) { place, column in
      accuracies(place, column, of: 3, forgotten: value(forgotten, place), kept: value(kept, place))
    }
  }

  /// Holds every cell of a plot against rows of colours from below, for x = SNR and y = forget ratio.
  private func expect(_ picture: Picture, _ frame: Int, _ rows: [[UInt32]], transposed: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
    for (row, colours) in rows.enumerated() {
      for (column, hex) in colours.enumerated() {
        let point =
          transposed
          ? picture.middle(frame, column: row, of: rows.count, row: column, of: colours.count)
          : picture.middle(frame, column: column, of: colours.count, row: row, of: rows.count)
        let found = picture.colour(at: point)
        #expect(same(found, hex), "column \(column), row \(row): \(String(describing: found))", sourceLocation: sourceLocation)
      }
    }
  }

  // MARK: - Cells

  @Test func coloursAreThoseOfTheShares() throws {
    let forgotten: [[Double]] = [[0, 1.0 / 3, 1], [2.0 / 3, 1, 1]], kept: [[Double]] = [[1, 1, 0], [1.0 / 3, 0, 1]]
    let table = try shares(forgotten: forgotten, kept: kept)
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["forgetSuccess", "retainSuccess", "jointSuccess"])
    try #require(picture.frames.count == 3)
    expect(picture, 0, [[Self.pale, Self.third, Self.deep], [Self.twoThirds, Self.deep, Self.deep]])
    expect(picture, 1, [[Self.deep, Self.deep, Self.pale], [Self.third, Self.pale, Self.deep]])
    expect(picture, 2, [[Self.blue, 0x6F82AF, Self.orange], [Self.ratherForgotten, Self.orange, Self.violet]])
    // Left to right as the titles say.
    for (frame, title) in zip(picture.frames, ["Forgotten: forget accuracy ≤ 0.5", "Kept: retain accuracy ≥ 0.95", "Both: forgotten, and the rest kept"]) {
      #expect(picture.texts(title).allSatisfy { abs($0.box.x - frame.x) < 0.01 && $0.box.bottom < frame.y } && !picture.texts(title).isEmpty, "\(title)")
    }
    let turned = try Picture(table, x: "forgetRatio", y: "snr", values: ["forgetSuccess", "jointSuccess"])
    expect(turned, 0, [[Self.pale, Self.third, Self.deep], [Self.twoThirds, Self.deep, Self.deep]], transposed: true)
    expect(turned, 1, [[Self.blue, 0x6F82AF, Self.orange], [Self.ratherForgotten, Self.orange, Self.violet]], transposed: true)
  }

  /// Shares run from 0 to 1 whatever there is; two of them have a colour each.
  @Test func theScaleOfSharesIsPinned() throws {
    let table = try shares(forgotten: [[1, 2, 1], [2, 2, 1]].map { $0.map { $0 / 3 } }, kept: [[2, 1, 2], [1, 1, 2]].map { $0.map { $0 / 3 } })
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["forgetSuccess", "jointSuccess"])
    expect(picture, 0, [[Self.third, Self.twoThirds, Self.third], [Self.twoThirds, Self.twoThirds, Self.third]])
    expect(picture, 1, [[Self.ratherKept, Self.ratherForgotten, Self.ratherKept], [Self.ratherForgotten, Self.ratherForgotten, Self.ratherKept]])
    let none = try Picture(
      try shares(forgotten: [[0, 0, 0], [0, 0, 0]], kept: [[0, 0, 0], [0, 0, 0]]), x: "snr", y: "forgetRatio", values: ["jointSuccess"])
    expect(none, 0, [[Self.neither, Self.neither, Self.neither], [Self.neither, Self.neither, Self.neither]])
  }

  /// Means over the repetitions that have the figure, from the smallest to the largest: in their logarithms over more than two decades.
  @Test func coloursAreThoseOfTheMeans() throws {
    func picture(_ rows: [[Double]]) throws -> Picture {
      let table = try table(axes: Self.axes, repetitions: 3) { place, column in
        guard column == "squaredWeightDistance" else { return nil }
        let mean = value(rows, place)
        return place.repetition == 2 ? .undefined("none here") : .number(mean * (place.repetition == 0 ? 0.5 : 1.5))
      }
      return try Picture(table, x: "snr", y: "forgetRatio", values: ["squaredWeightDistance"])
    }
    let linear = try picture([[1, 50.5, 100], [34, 1, 67]])
    expect(linear, 0, [[Self.pale, Self.half, Self.deep], [Self.third, Self.pale, Self.twoThirds]])
    let decades = try picture([[10, 1000, 1e5], [pow(10, 1 + 4.0 / 3), 1e5, pow(10, 1 + 8.0 / 3)]])
    expect(decades, 0, [[Self.pale, Self.half, Self.deep], [Self.third, Self.deep, Self.twoThirds]])
    expectBar(linear, words: "mean of squaredWeightDistance", ticks: ["20": 19.0 / 99, "100": 1])
    expectBar(decades, words: "mean of squaredWeightDistance", ticks: ["10": 0, "10²": 0.25, "10³": 0.5, "10⁵": 1])
  }

  /// A value that is the same everywhere has the middle of its scale; what has none is marked, and the legend shows the mark.
  @Test func cellsWithoutAValue() throws {
    let table = try table(
      axes: Self.axes, repetitions: 2,
      outcome: { place in
        switch (value([[0, 1, 2], [3, 3, 3]], place), place.repetition) {
        case (0, _): nil
        case (1, _): .notTrained(reason: "it was not")
        default: .completed
        }
      }
    ) { place, column in column == "noiseShare" ? (value([[0, 1, 2], [3, 3, 3]], place) == 3 ? .number(0.7) : .undefined("why")) : nil }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["noiseShare"])
    expect(picture, 0, [[0xFFFFFF, 0x8C8C8C, 0x8C8C8C], [Self.half, Self.half, Self.half]])
    // Dotted: the dot in the middle, on a paler ground; hatched and crossed by lines over them alone.
    let dotted = picture.middle(0, column: 2, of: 3, row: 0, of: 2)
    #expect(same(picture.colour(at: Point(dotted.x + 10, dotted.y)), 0xDEDEDE))
    func strokes(_ column: Int) -> Int {
      let middle = picture.middle(0, column: column, of: 3, row: 0, of: 2)
      let across = (picture.middle(0, column: 1, of: 3, row: 0, of: 2).x - picture.middle(0, column: 0, of: 3, row: 0, of: 2).x) / 2 + 1e-6
      let up = (picture.middle(0, column: 0, of: 3, row: 0, of: 2).y - picture.middle(0, column: 0, of: 3, row: 1, of: 2).y).magnitude / 2 + 1e-6
      return picture.lines.count { line in
        line.stroke.width < 0.65 && line.points.count == 2
          && line.points.allSatisfy { ($0.x - middle.x).magnitude <= across && ($0.y - middle.y).magnitude <= up }
      }
    }
    #expect(strokes(0) > 10 && strokes(1) == 2 && strokes(2) == 0)
    for (words, hex) in [("not run yet", 0xFFFFFF), ("not trained to the target", 0x8C8C8C), ("undefined", 0xDEDEDE)] as [(String, UInt32)] {
      let text = try #require(picture.texts(words).first)
      #expect(same(picture.colour(at: Point(text.box.x - 5 - 13, text.box.middle.y)), hex), "\(words)")
    }
  }

  // MARK: - Keys and axes

  /// - Parameter ticks: words, and how high they stand on the bar.
  private func expectBar(_ picture: Picture, words: String, ticks: [String: Double], sourceLocation: SourceLocation = #_sourceLocation) {
    let slices = picture.rectangles.filter { $0.box.x > picture.frames[0].right && abs($0.box.width - 9) < 1e-9 }.sorted { $0.box.y > $1.box.y }
    #expect(slices.count == 100, sourceLocation: sourceLocation)
    guard let low = slices.first, let high = slices.last else { return }
    #expect(same(low.colour, Self.pale, within: 3) && same(high.colour, Self.deep, within: 3), sourceLocation: sourceLocation)
    #expect(same(slices[33].colour, Self.third, within: 3) && same(slices[66].colour, Self.twoThirds, within: 3), sourceLocation: sourceLocation)
    let bar = (left: low.box.x, bottom: low.box.bottom, height: low.box.bottom - high.box.y)
    for (label, share) in ticks {
      let y = bar.bottom - share * bar.height
      let found = picture.texts(label).filter { (0...16).contains($0.box.x - bar.left) && abs($0.box.middle.y - y) < 0.01 }
      #expect(found.count == 1, "\(label) at \(share)", sourceLocation: sourceLocation)
      let isMarked = picture.lines.contains { $0.points.count == 2 && $0.points.allSatisfy { abs($0.y - y) < 0.01 } && $0.points[0].x >= bar.left + 9 }
      #expect(isMarked, sourceLocation: sourceLocation)
    }
    #expect(picture.texts(words).contains { $0.readsUpwards && $0.box.x > bar.left }, sourceLocation: sourceLocation)
  }

  @Test func keysReadUpwardsAndToTheRight() throws {
    let table = try shares(forgotten: [[0, 0, 1], [0, 1, 1]], kept: [[1, 1, 0], [1, 0, 1]])
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["forgetSuccess", "jointSuccess"])
    expectBar(picture, words: "share of trials", ticks: ["0": 0, "0.2": 0.2, "0.4": 0.4, "0.6": 0.6, "0.8": 0.8, "1": 1])

    let right = try #require(picture.frames.map(\.right).max())
    let squares = picture.rectangles.filter { $0.box.x > right && abs($0.box.width - $0.box.height) < 1e-9 }
    #expect(squares.count == 144)
    let left = try #require(squares.map(\.box.x).min()), bottom = try #require(squares.map(\.box.bottom).max())
    let side = try #require(squares.map(\.box.width).first)
    func colour(_ column: Int, _ row: Int) -> Colour? { picture.colour(at: Point(left + (Double(column) + 0.5) * side, bottom - (Double(row) + 0.5) * side)) }
    for (column, row, hex) in [(0, 0, Self.neither), (11, 0, Self.orange), (0, 11, Self.blue), (11, 11, Self.violet)] {
      #expect(same(colour(column, row), hex, within: 16), "\(column), \(row)")
    }
    let forgotten = try #require(picture.texts("forgotten →").first), kept = try #require(picture.texts("kept →").first)
    #expect(!forgotten.readsUpwards && forgotten.box.y >= bottom && abs(forgotten.box.middle.x - left - 6 * side) < 0.01)
    #expect(kept.readsUpwards && kept.box.right <= left && abs(kept.box.middle.y - bottom + 6 * side) < 0.01)
  }

  /// The words of an axis stand at the cells of their values.
  @Test func axesAreMarkedWhereTheirValuesAre() throws {
    let table = try shares(forgotten: [[0, 0, 1], [0, 1, 1]], kept: [[1, 1, 0], [1, 0, 1]])
    for isTurned in [false, true] {
      let picture = try Picture(table, x: isTurned ? "forgetRatio" : "snr", y: isTurned ? "snr" : "forgetRatio", values: ["forgetSuccess"])
      let frame = picture.frames[0]
      // Half a cell beyond its ends SNR runs from 10^-1.5 to 10^1.5, and the forget ratio from 0 to 0.4.
      for (label, share, isSNR) in [("0.1", 1.0 / 6, true), ("1", 0.5, true), ("10", 5.0 / 6, true), ("0.1", 0.25, false), ("0.3", 0.75, false)] {
        let isBelow = isSNR != isTurned
        let found = picture.texts(label).filter { text in
          isBelow
            ? text.box.y > frame.bottom && text.box.y < frame.bottom + 8 && abs(text.box.middle.x - frame.x - share * frame.width) < 0.01
            : text.box.right < frame.x && abs(text.box.middle.y - frame.bottom + share * frame.height) < 0.01
        }
        #expect(found.count == 1, "\(label), turned \(isTurned)")
      }
      let below = try #require(picture.texts(isTurned ? "forget ratio α" : "signal-to-noise ratio").first),
        beside = try #require(
          picture.texts(isTurned ? "signal-to-noise ratio" : "forget ratio α").first)
      #expect(!below.readsUpwards && below.box.y > frame.bottom && beside.readsUpwards && beside.box.right < frame.x)
    }
  }

  /// Panels of other axes show the cells that their headers name.
  @Test func facetsShowWhatTheyAreCalled() throws {
    // Forgotten by batch size, kept by step size: a colour for each pair.
    let table = try table(axes: "batchSize: [8, 2], snr: [0.1, 1], stepSize: [10, 1, 100], forgetRatio: [0.1, 0.2]", repetitions: 1) { place, column in
      guard column == "noiseShare" else { return nil }
      return .number((place["batchSize"] > 4 ? 3 : 0) + (place["stepSize"] < 5 ? 0 : place["stepSize"] < 50 ? 1 : 2))
    }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["noiseShare"])
    try #require(picture.frames.count == 6)
    for (i, frame) in picture.frames.enumerated() {
      let shown = try #require(picture.colour(at: frame.middle.applying(dx: 5, dy: 5))), expected = ColourMap.sequential(Double(i) / 5)
      #expect(shown == expected, "panel \(i)")
      let column = ["η = 1", "η = 10", "η = 100"][i % 3], row = ["B = 2", "B = 8"][i / 3]
      #expect(picture.texts(column).contains { abs($0.box.x - frame.x) < 0.01 && $0.box.y < frame.y }, "\(column)")
      #expect(picture.texts(row).contains { $0.readsUpwards && $0.box.x >= picture.frames[2].right && abs($0.box.middle.y - frame.middle.y) < 0.01 }, "\(row)")
    }
  }

  /// An axis that is neither drawn nor spread is held at the value that is told, and the subtitle says so.
  @Test func heldAxesAreHeldWhereItSays() throws {
    func table(_ axes: String) throws -> ResultTable {
      try FiguresTests.table(axes: axes, repetitions: 1) { place, column in column == "noiseShare" ? .number(place["batchSize"] + place["snr"]) : nil }
    }
    let few = try table("snr: [0.1, 1], batchSize: [8, 2, 4], forgetRatio: [0.1, 0.2]")
    for (held, batch) in [(8, 8.0), (2, 2), (4, 4)] {
      var view = HeatmapView(x: "snr", y: "forgetRatio", values: ["noiseShare"], frontiers: [])
      view.fixed = ["batchSize": .count(held)]
      let picture = Picture(try #require(HeatmapFigure(few, success: few.spec.success).figures(view, measure: CairoText()).first).scene)
      let words = picture.scene.texts.map(\.string).joined(separator: " ")
      #expect(words.contains("B = \(held)") && picture.frames.count == 1)
      expect(picture, 0, [[Self.pale, Self.deep], [Self.pale, Self.deep]])
      // From 0.1 to 1 above the batch size: so the ticks of the bar tell it.
      #expect(picture.texts(Ticks.label(batch + 0.2)).count == 1, "\(held)")
    }
    // The middle one of the list, of an axis that is one too many to be spread.
    let more = try table("batchSize: [8, 2, 4], snr: [0.1, 1], stepSize: [1, 2], samples: [80, 90], forgetRatio: [0.1, 0.2]")
    var view = HeatmapView(x: "snr", y: "forgetRatio", values: ["noiseShare"], frontiers: [])
    view.facets = ["stepSize", "samples"]
    let picture = Picture(try #require(HeatmapFigure(more, success: more.spec.success).figures(view, measure: CairoText()).first).scene)
    #expect(picture.frames.count == 4 && picture.scene.texts.contains { $0.string.contains("B = 2,") })
  }

  /// What all panels have in common, by its symbols and in units of the specification.
  @Test func theSubtitleTellsTheSettings() throws {
    func words(_ table: ResultTable, _ x: String, _ y: String) throws -> String {
      let scene = try Picture(table, x: x, y: y, values: ["escape"]).scene
      return scene.texts.filter { $0.colour == .quiet }.map(\.string).joined(separator: " ")
    }
    let axes = "loss: ['logistic'], snr: [0.25, 4]"
    let network = try FiguresTests.table(axes: axes, repetitions: 1, parameters: "growthLimit: 50, forgetFraction: 0.3") { _, _ in nil }
    #expect(
      try words(network, "loss", "snr")
        == "made-up: n = 80, forget fraction = 0.3, d = 2000, B = 8, α = 0.2, η = 100, k = 400, growth limit = 50, seed 1, 1 repetition")
    let matrices = try FiguresTests.table(axes: "stepSize: [1, 2], growthLimit: [10, 20]", experiment: "hessian")
    #expect(try words(matrices, "stepSize", "growthLimit") == "made-up: n = 100, σ = 10, B = 10, α = 0, k = 1000, seed 1, 3 repetitions")
  }

  // MARK: - Files

  /// The pixels in the middle of cells, decoded by other code than ours, are of the cells' colours; so are the shapes of the SVG.
  @Test func filesShowTheSameColours() throws {
    let means = try table(axes: Self.axes, repetitions: 1) { place, column in
      column == "noiseShare" ? .number(value([[0, 1, 3], [2, 3, 1.5]], place) / 3) : nil
    }
    let ends = try table(axes: Self.axes, repetitions: 1) { place, column in
      accuracies(place, column, of: 1, forgotten: value([[0, 1, 0], [1, 1, 0]], place), kept: value([[0, 0, 1], [0, 1, 1]], place))
    }
    func picture(of table: ResultTable, _ value: String) throws -> Picture { try Picture(table, x: "snr", y: "forgetRatio", values: [value]) }
    for (picture, rows) in [
      (try picture(of: means, "noiseShare"), [[Self.pale, Self.third, Self.deep], [Self.twoThirds, Self.deep, Self.half]]),
      (try picture(of: ends, "jointSuccess"), [[Self.neither, Self.orange, Self.blue], [Self.orange, Self.violet, Self.blue]]),
    ] {
      expect(picture, 0, rows)
      let points = (0..<6).map { picture.middle(0, column: $0 % 3, of: 3, row: $0 / 3, of: 2) }, colours = rows.flatMap { $0 }
      let pixels = try pixels(of: picture.scene, at: points), shapes = try shapes(of: picture.scene)
      for i in 0..<6 {
        let expected = [16, 8, 0].map { Int(colours[i] >> $0 & 0xFF) }
        #expect(zip(pixels[i], expected).allSatisfy { abs($0 - $1) <= 2 }, "\(pixels[i]), expected \(expected)")
        let shape = try #require(shapes.last { $0.box.x < points[i].x && points[i].x < $0.box.right && $0.box.y < points[i].y && points[i].y < $0.box.bottom })
        #expect(same(shape.colour, colours[i], within: 2), "\(shape)")
      }
    }
  }

  /// Red, green and blue of a PNG with a pixel a point.
  private func pixels(of scene: Scene, at points: [Point]) throws -> [[Int]] {
    let folder = try TemporaryFolder(), path = folder.path + "/a.png"
    try Data(scene.png(dotsPerInch: 72, texts: [])).write(to: URL(fileURLWithPath: path))
    let script =
      pngDecoder + """
        _, w, h, rows = decode(sys.argv[1])
        print(json.dumps([list(rows[int(y)][3 * int(x):][:3]) for x, y in json.loads(sys.argv[2])]))
        """
    let result = try Python.run(script, [path, "[" + points.map { "[\($0.x), \($0.y)]" }.joined(separator: ", ") + "]"])
    #expect(result.status == 0, "\(result.talk)")
    return try JSONDecoder().decode([[Int]].self, from: Data(result.output.utf8))
  }
}

extension Point {
  fileprivate func applying(dx: Double, dy: Double) -> Point { Point(x + dx, y + dy) }
}
