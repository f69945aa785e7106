import Figures
import Foundation
import TestSupport
import Testing
import Verdicts

/// Boundaries, bands and frontiers lie where the numbers put them, in strokes that the legend names.
@Suite struct HeatmapLineTests {
  private static let fine = "snr: {from: 0.01, to: 100, count: 5, scale: 'log'}, forgetRatio: {from: 0.1, to: 0.5, count: 5}"

  /// Of a field that steps along one axis, in both orientations: half of the trials lies between the columns, nearer to the one whose share is nearer to it.
  @Test(arguments: ["snr", "forgetRatio"]) func boundariesLieWhereTheSharesSay(axis: String) throws {
    // Forgotten 0, 0, 3/4, 1, 1 along the axis; kept 1, 1, 1, 1/4, 0.
    let table = try table(axes: Self.fine, repetitions: 4) { place, column in
      let step = axis == "snr" ? Int((log10(place["snr"]) + 2).rounded()) : Int((place["forgetRatio"] * 10 - 1).rounded())
      return accuracies(place, column, of: 4, forgotten: [0, 0, 0.75, 1, 1][step], kept: [1, 1, 1, 0.25, 0][step])
    }
    // From 0 to 3/4 a half is two thirds of the way; from 1 to 1/4 as well.
    let forgotten = (1.5 + 2.0 / 3) / 5, kept = (2.5 + 2.0 / 3) / 5
    for x in ["snr", "forgetRatio"] {
      let picture = try Picture(table, x: x, y: x == "snr" ? "forgetRatio" : "snr", values: ["forgetSuccess", "retainSuccess", "jointSuccess"])
      func shares(_ points: [Point], _ frame: Int) -> [Double] {
        let box = picture.frames[frame]
        return points.map { x == axis ? ($0.x - box.x) / box.width : (box.bottom - $0.y) / box.height }
      }
      for (frame, words, place) in [
        (0, "observed: half of the trials forget", forgotten), (1, "observed: half of the trials keep", kept),
        (2, "observed: half of the trials forget", forgotten), (2, "observed: half of the trials keep", kept),
      ] {
        let lines = try picture.lines(over: frame, called: words)
        #expect(lines.count == 1 && shares(lines.joined().map { $0 }, frame).allSatisfy { abs($0 - place) < 1e-9 }, "\(words) in panel \(frame), x = \(x)")
        // The band holds its line, and reaches no further than the neighbouring cells' middles.
        let stroke = try picture.legendStroke(words), band = picture.areas.filter { $0.colour == stroke.colour.faded(0.22) }
        let within = band.map { area in area.polygons.joined().map { $0 }.filter { picture.frames[frame].x <= $0.x && $0.x <= picture.frames[frame].right } }
          .filter { !$0.isEmpty }.map { shares($0, frame) }
        let reach = within.filter { ($0.min() ?? 1) < place && place < ($0.max() ?? 0) }
        #expect(reach.count == 1 && reach.joined().allSatisfy { abs($0 - place) < 0.301 }, "\(words) in panel \(frame), x = \(x)")
      }
    }
  }

  /// Panels that differ in a name have the boundary of the first one, where it lies there; panels that differ in a number do not.
  @Test func panelsOfNamesAreReadAgainstTheFirst() throws {
    let axes = Self.fine + ", method: ['ascent', 'npo', 'relabel']"
    let table = try FiguresTests.table(axes: axes, repetitions: 1) { place, column in
      column == "forgetAccuracy" ? .number(place["forgetRatio"] > 0.15 + 0.1 * place["method"] ? 0 : 1) : nil
    }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["forgetSuccess"])
    func heights(_ frame: Int, _ words: String) throws -> [Double] {
      let box = picture.frames[frame]
      return try picture.lines(over: frame, called: words).joined().map { (box.bottom - $0.y) / box.height }
    }
    for frame in 0..<3 {
      let own = try heights(frame, "observed: half of the trials forget"), first = try heights(frame, "observed where method = ascent")
      #expect(!own.isEmpty && own.allSatisfy { abs($0 - (0.2 + 0.2 * Double(frame))) < 1e-9 }, "panel \(frame)")
      #expect(first.isEmpty == (frame == 0) && first.allSatisfy { abs($0 - 0.2) < 1e-9 }, "panel \(frame)")
    }
    let steps = try FiguresTests.table(axes: Self.fine + ", stepSize: [1, 2]", repetitions: 1) { _, _ in nil }
    let numbers = try Picture(steps, x: "snr", y: "forgetRatio", values: ["forgetSuccess"])
    #expect(!numbers.scene.texts.contains { $0.string.hasPrefix("observed where") })
  }

  @Test func escapeHasABoundaryOfItsOwn() throws {
    let table = try table(axes: Self.fine, repetitions: 1) { place, column in
      column == "escapedAtStep" ? (place["snr"] > 5 ? .count(40) : .absent("did not escape")) : nil
    }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["escape"]), box = picture.frames[0]
    let lines = try picture.lines(over: 0, called: "observed: half of the trials escape")
    #expect(lines.count == 1 && lines.joined().allSatisfy { abs(($0.x - box.x) / box.width - 0.6) < 1e-9 })
    #expect(same(picture.colour(at: picture.middle(0, column: 3, of: 5, row: 0, of: 5)), HeatmapTests.deep))
    #expect(same(picture.colour(at: picture.middle(0, column: 2, of: 5, row: 4, of: 5)), HeatmapTests.pale))
  }

  /// A criterion has one stroke in every figure, and no other criterion has it; nor have two entries of a legend the same words.
  @Test func criteriaKeepTheirStrokes() throws {
    let table = try table(axes: Self.fine, repetitions: 1) { _, _ in nil }, names = cnn.criteria.map(\.name)
    var strokes: [String: Stroke] = [:]
    for event in ["forgetSuccess", "retainSuccess", "escape", "memoryErased", "forgetAccuracy"] {
      for wanted in [names, names.reversed(), Array(names.prefix(3)), Array(names.suffix(3))] {
        let picture = try Picture(table, x: "snr", y: "forgetRatio", values: [event], frontiers: wanted)
        for criterion in cnn.criteria where wanted.contains(criterion.name) {
          let stroke = try picture.legendStroke("\(criterion.title): \(criterion.predicts.short)")
          #expect(strokes[criterion.name] == nil || strokes[criterion.name] == stroke, "\(criterion.name)")
          strokes[criterion.name] = stroke
        }
      }
    }
    #expect(strokes.count == names.count && Set(strokes.values).count == names.count)
    #expect(Set(cnn.criteria.map { "\($0.title): \($0.predicts.short)" }).count == names.count)
  }

  /// Each frontier is where its own margin is zero, and the legend names it by its own stroke.
  @Test(arguments: ["snr", "forgetRatio"]) func frontiersLieWhereTheMarginsSay(x: String) throws {
    let table = try table(axes: Self.fine, repetitions: 3, parameters: "samples: 100, forgetFraction: 0.2") { place, column in
      switch column {
      // The median over repetitions counts.
      case "driftAlignmentRatio": .number([0.23, 0.27, 0.9][place.repetition])
      // One half where log10 SNR is 1/4.
      case "tangentForgetAccuracy": .number(0.5 + 0.1 * (log10(place["snr"]) - 0.25))
      // One where the forget ratio is 0.36, and rising with it.
      case "coherenceConvergenceRatio": .number(1 + (place["forgetRatio"] - 0.36))
      default: nil
      }
    }
    let names = ["drift", "tangent", "coherenceConvergence", "closedForm"]
    let picture = try Picture(table, x: x, y: x == "snr" ? "forgetRatio" : "snr", values: ["forgetSuccess", "escape"], frontiers: names)
    /// A point of the plot in the axes' own numbers.
    func numbers(_ point: Point, in box: Box) -> (snr: Double, forgetRatio: Double) {
      let across = (point.x - box.x) / box.width, up = (box.bottom - point.y) / box.height
      let (snr, forgetRatio) = x == "snr" ? (across, up) : (up, across)
      return (pow(10, -2.5 + 5 * snr), 0.05 + 0.5 * forgetRatio)
    }
    var strokes: Set<Stroke> = []
    for (title, isOn) in [
      ("initial drift: forgotten (prediction)", { abs($0.forgetRatio - 0.27) < 1e-9 }),
      ("tangent: forgotten (prediction)", { abs(log10($0.snr) - 0.25) < 1e-9 }),
      ("coherence convergence bound: escape (attained to stay)", { abs($0.forgetRatio - 0.36) < 1e-9 }),
      (
        "closed form, infinite time: forgotten (prediction, no network)",
        { point in
          let shared = 20 * point.snr * point.snr
          return abs(point.forgetRatio - shared / (shared + 1) / 2) < 1e-5
        }
      ),
    ] as [(String, ((snr: Double, forgetRatio: Double)) -> Bool)] {
      // Over the panel of the event that it predicts, and over no other.
      let own = title.contains("escape") ? 1 : 0, lines = try picture.lines(over: own, called: title)
      #expect(!lines.isEmpty && lines.joined().allSatisfy { isOn(numbers($0, in: picture.frames[own])) }, "\(title)")
      #expect(try picture.lines(over: 1 - own, called: title).isEmpty, "\(title)")
      strokes.insert(try picture.legendStroke(title))
    }
    #expect(strokes.count == names.count)
  }
}
