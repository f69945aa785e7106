import Experiments
import Figures
import Results
import Foundation
import Specs
import TestSupport
import Testing
import Verdicts

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
    for style in [FigureStyle(), .column] {
      let figures = HeatmapFigure(table, success: table.spec.success, style: style)
        .figures(HeatmapView(x: one.x, y: one.y, values: one.values, frontiers: one.frontiers), measure: CairoText())
      #expect(!figures.isEmpty)
      for figure in figures { expectApart(figure.scene, "\(one), \(style.width == nil ? "free" : "in a column")") }
      if let width = style.width { #expect(figures.allSatisfy { $0.scene.width == width }) }
    }
  }

  /// Every view of every shipped sweep, in the column of a paper: readable text in plots that are not too small, in files that are not too large.
  @Test(arguments: try shippedSpecs()) func shippedViewsFitAColumn(name: String) throws {
    let spec = try SweepSpec(json5: Array(Repository.file("sweeps/\(name)").utf8), file: Repository.root.path + "/sweeps/" + name), table = sought(spec),
      comparison = Comparison(table, success: spec.success)
    let heatmaps = HeatmapView.all(of: spec).flatMap { HeatmapFigure(table, success: spec.success, style: .column).figures($0, measure: CairoText()) }
    for figure in heatmaps + CriteriaFigure(comparison, style: .column).figures(measure: CairoText()) {
      expectApart(figure.scene, "\(name), \(figure.name)")
      let frames = Picture(figure.scene).frames
      #expect(!frames.isEmpty && frames.allSatisfy { $0.width >= 40 }, "\(name), \(figure.name): \(frames)")
      #expect(figure.scene.texts.allSatisfy { $0.font.size >= 7 * 7 / 7.5 - 1e-9 })
      #expect(try figure.scene.vector(.svg, title: "").count < 1_000_000, "\(name), \(figure.name)")
    }
  }

  /// Of a refined sweep those trials alone that its search wants of the made-up ones.
  private func sought(_ spec: SweepSpec) -> ResultTable {
    guard spec.refinement != nil else { return madeUp(spec) }
    var table = madeUp(spec) { _, _ in true }
    while let search = table.search, !search.isFinished { table = madeUp(spec) { !search.wants(cell: $0, repetition: $1) } }
    return table
  }

  private static func shippedSpecs() throws -> [String] {
    // Without one whose images are not on this machine (scripts/setup fashion).
    let hasFashion = FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")
    return try FileManager.default.contentsOfDirectory(atPath: Repository.root.path + "/sweeps").filter { $0.hasSuffix(".json5") }.sorted()
      .filter { hasFashion || $0 != "fashion.json5" }
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
    // Rows from above.
    let boxes = Picture(figure.scene).rectangles.map(\.box).filter { $0.width > 50 && $0.height > 50 }
    #expect(boxes.count == 6)
    // On the logarithmic axis the decades are equally wide.
    #expect(Set(boxes.map { ($0.width * 1e6).rounded() }).count == 1 && Set(boxes.map { ($0.height * 1e6).rounded() }).count == 1)
    #expect(abs(boxes[0].right - boxes[1].x) < 1e-9 && abs(boxes[3].y - boxes[0].bottom) < 1e-9 && boxes[3].y > boxes[0].y)
  }
}
