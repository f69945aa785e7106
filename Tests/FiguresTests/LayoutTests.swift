import Experiments
import Figures
import TestSupport
import Testing

/// From the boxes of a figure's texts: none lies on another, none leaves the figure, whatever the grid and the names.
@Suite struct LayoutTests {
  struct Case: Sendable, CustomStringConvertible {
    let axes: String
    let x: String
    let y: String
    let values: [String]
    let frontiers: [String]
    var description: String { "\(axes) \(values.count) values" }
  }

  private static let outcomes = ["forgetSuccess", "retainSuccess", "jointSuccess"]
  private static let someFrontiers = ["aPrioriMeanField", "tangent", "drift"]
  private static let allFrontiers = cnn.criteria.map(\.name)

  static let cases: [Case] = {
    let planes = [
      ("snr: [0.5], forgetRatio: [0.2]", "snr", "forgetRatio"),
      ("snr: [0.5], forgetRatio: {from: 0.02, to: 0.6, count: 30}", "snr", "forgetRatio"),
      ("snr: {from: 0.05, to: 2, count: 25, scale: \"log\"}, forgetRatio: [0.2]", "snr", "forgetRatio"),
      ("snr: [0.1, 0.5, 1], forgetRatio: [0.1, 0.2]", "snr", "forgetRatio"),
      ("snr: {from: 0.05, to: 2, count: 60, scale: \"log\"}, forgetRatio: {from: 0.01, to: 0.6, count: 60}", "snr", "forgetRatio"),
      (
        "trainTargetLoss: {from: 1e-7, to: 1, count: 9, scale: \"log\"}, stepSize: {from: 1e-3, to: 1e6, count: 9, scale: \"log\"}", "trainTargetLoss",
        "stepSize"
      ),
      ("sampling: [\"uniform\", \"bernoulli\"], loss: [\"logistic\", \"squared\"]", "sampling", "loss"),
      ("forgetFraction: {from: 0.101, to: 0.102, count: 5}, growthLimit: {from: 1e5, to: 1e9, count: 5}", "forgetFraction", "growthLimit"),
      ("trainMaxSteps: [20000, 20001, 20002], unlearnSteps: [400, 401]", "trainMaxSteps", "unlearnSteps"),
    ]
    let facets = [
      "", ", batchSize: [8, 4]", ", batchSize: {from: 1, to: 12, count: 12}", ", filtersPerClass: [1, 2, 3], initScale: [0.01, 0.05, 0.2, 0.5]",
      ", labelNoise: [0, 0.0625, 0.123456789], testSamples: [10, 100], dimension: [100, 1000000]",
    ]
    var cases: [Case] = []
    for (axes, x, y) in planes {
      for facet in facets where !(facet.count > 60 && axes.contains("60")) {
        cases.append(Case(axes: axes + facet, x: x, y: y, values: outcomes, frontiers: someFrontiers))
        cases.append(Case(axes: axes + facet, x: y, y: x, values: ["squaredWeightDistance"], frontiers: facet.isEmpty ? allFrontiers : []))
      }
    }
    return cases
  }()

  @Test(arguments: cases.indices) func textsKeepApart(index: Int) throws {
    let one = Self.cases[index]
    let table = try table(axes: one.axes, repetitions: 2) { cell, _ in cell % 7 == 3 }
    let figures = HeatmapFigure(table, success: table.spec.success)
      .figures(HeatmapView(x: one.x, y: one.y, values: one.values, frontiers: one.frontiers), measure: CairoText())
    #expect(!figures.isEmpty)
    for figure in figures {
      let texts = figure.scene.texts, page = Box(x: 0, y: 0, width: figure.scene.width, height: figure.scene.height)
      #expect(texts.count >= 4)
      for (i, text) in texts.enumerated() {
        #expect(page.contains(text.box), "'\(text.string)' leaves the figure \(one)")
        for other in texts[(i + 1)...] where text.box.overlaps(other.box) {
          Issue.record("'\(text.string)' lies on '\(other.string)' in \(one)")
        }
      }
    }
  }

  /// What is drawn says what it is: a title, the sweep, both axes, every line.
  @Test func everythingIsNamed() throws {
    let table = try table(axes: "snr: {from: 0.1, to: 2, count: 6, scale: \"log\"}, forgetRatio: [0.1, 0.2, 0.3, 0.4]") { cell, _ in cell == 0 }
    let view = HeatmapView(x: "snr", y: "forgetRatio", values: Self.outcomes, frontiers: Self.someFrontiers)
    let figure = try #require(HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText()).first)
    let words = figure.scene.texts.map(\.string).joined(separator: "\n")
    for part in [
      "made-up: ", "3 repetitions", "69 of 72 trials so far", "signal-to-noise ratio", "forget ratio α", "Forgotten: forget accuracy ≤ 0.5",
      "observed: half of the trials forget, with 95 % bootstrap band", "mean field, a priori: forgotten (prediction, no network)",
      "initial drift: forgotten (prediction)",
      "not run yet",
      "share of trials", "forgotten →", "kept →",
    ] {
      #expect(words.contains(part), "\(part)")
    }
    #expect(!words.contains("undefined") && !words.contains("not trained"))
  }

  /// Every cell of a small plane stands where its edges say.
  @Test func cellsLieBetweenTheirEdges() throws {
    let table = try table(axes: "snr: [0.1, 1, 10], forgetRatio: [0.2, 0.4]", repetitions: 1)
    let view = HeatmapView(x: "snr", y: "forgetRatio", values: ["forgetSuccess"], frontiers: [])
    let figure = try #require(HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText()).first)
    let boxes = figure.scene.marks.compactMap { if case .rectangle(let box, _) = $0, box.width > 50 { box } else { nil } }
    #expect(boxes.count == 6)
    // On the logarithmic axis the decades are equally wide.
    #expect(Set(boxes.map { ($0.width * 1e6).rounded() }).count == 1 && Set(boxes.map { ($0.height * 1e6).rounded() }).count == 1)
    #expect(abs(boxes[0].right - boxes[1].x) < 1e-9 && abs(boxes[0].y - boxes[3].bottom) < 1e-9 && boxes[3].y < boxes[0].y)
  }
}
