import Engine
import Experiments
import Explorer
import Figures
import Foundation
import Platform
import Results
import Specs
import Stability
import Storage
import TestSupport
import Testing
import Verdicts

/// The page that explores a sweep, in a real browser: what it counts, draws and tells is what the commands count, draw and tell.
@Suite(.serialized) struct PageTests {
  @Test func countsAreTheCommandsAtAnyThreshold() throws {
    let table = try quickstart(), page = try page(table)
    let moves: [(Threshold, Double)] = [
      (.forgetAccuracyAtMost, 0.25), (.retainAccuracyAtLeast, 0.8), (.tugOfWarAtLeast, 0.75), (.attackExcessAtMost, 0.04), (.forgetAccuracyAtMost, 0.5),
    ]
    let browser = try Browser(page, [.open(""), .count] + moves.flatMap { [.move("threshold-\($0.name)", to: $1), .count] })
    var success = table.spec.success
    for (i, result) in stride(from: 1, to: browser.results.count, by: 2).map({ browser.results[$0] }).enumerated() {
      if i > 0 { success[moves[i - 1].0] = moves[i - 1].1 }
      let found = (result as? [Any] ?? []).map { numbers($0).map { Int($0) } }
      let expected = Comparison(table, success: success).happenings.map { [$0.happened, $0.known] }
      #expect(found == expected, "after \(i) moves")
    }
  }

  /// Of every criterion made for an event: the figures of its verdict, at the specification's thresholds and at others, to which margins move.
  @Test func verdictsAreTheCommands() throws {
    let table = try quickstart(),
      script = """
        return head.events.filter(event => event.prediction).flatMap(event => head.criteria.filter(it => it.predicts === event.prediction).map(it => {
          const found = agreement(judged[event.name].rates, mediansOf(it, state.thresholds))
          return [event.name, it.name, found.cells, found.onRightSide, found.balancedAccuracy, found.intersectionOverUnion, found.bias,
            areaUnderROC(it, judged[event.name].trials), claimWords(it, found)]
        }))
        """
    let browser = try Browser(
      page(table),
      [
        .open(""), .run(script), .run("return [...document.querySelectorAll('#verdicts table')].map(it => it.innerText).join(' ')"),
        .move("threshold-forgetAccuracyAtMost", to: 0.3), .move("threshold-retainAccuracyAtLeast", to: 0.9), .run(script),
      ])
    var moved = table.spec.success
    (moved[.forgetAccuracyAtMost], moved[.retainAccuracyAtLeast]) = (0.3, 0.9)
    for (result, success) in [(browser.results[1], table.spec.success), (browser.results[5], moved)] {
      let rows = try #require(result as? [[Any]]), judgements = Comparison(table, success: success).judgements.filter(\.isOwn)
      #expect(judgements.count >= 15)
      for judgement in judgements {
        let row = try #require(rows.first { $0[0] as? String == judgement.event.name && $0[1] as? String == judgement.criterion.name })
        let found = numbers(Array(row[2...7]))
        let expected = [
          Double(judgement.cells), judgement.onRightSide.value, judgement.balancedAccuracy.value, judgement.intersectionOverUnion.value, judgement.bias.value,
          judgement.areaUnderROC.value,
        ]
        // Of cells that are all on one side there is no balanced accuracy.
        for (a, b) in zip(found, expected) { #expect(b.map { abs(a - $0) < 1e-12 } ?? a.isNaN, "\(judgement.criterion.name): \(found)") }
        #expect(row[8] as? String == judgement.claimWords)
      }
    }
    // What is shown are these numbers, with the command's intervals.
    let words = try #require(browser.results[2] as? String)
    for judgement in Comparison(table, success: table.spec.success).judgements.filter(\.isOwn) {
      guard let value = judgement.onRightSide.value, let range = judgement.onRightSide.interval else { continue }
      func three(_ x: Double) -> String { String(format: "%.3f", x) }
      #expect(words.contains(judgement.criterion.name) && words.contains("\(three(value))\n\(three(range.lowerBound)) – \(three(range.upperBound))"))
    }
  }

  /// Points of the lines of a name over a panel, in the coordinates of the axes.
  private func lines(_ name: String, panel: Int) -> Browser.Step {
    .run("return [...panels[\(panel)].lines.children].filter(it => it.dataset.line === '\(name)').flatMap(it => it.paths)")
  }

  private func points(_ value: Any) -> [[PlanePoint]] {
    (value as? [Any] ?? []).map { ($0 as? [Any] ?? []).map(numbers).map { PlanePoint(x: $0[0], y: $0[1]) } }
  }

  /// Every point of either has one of the other as near.
  private func expectSame(_ found: [[PlanePoint]], _ expected: Contour, within reach: Double, _ what: String) {
    let (a, b) = (found.flatMap { $0 }, expected.lines.flatMap { $0 })
    func distance(_ p: PlanePoint, _ q: PlanePoint) -> Double { max(abs(p.x - q.x), abs(p.y - q.y)) }
    #expect(!a.isEmpty && a.count == b.count && found.count == expected.lines.count, "\(what): \(a.count) points, expected \(b.count)")
    for p in a { #expect(b.contains { distance(p, $0) <= reach }, "\(what): \(p)") }
    for p in b { #expect(a.contains { distance(p, $0) <= reach }, "\(what): \(p) is missing") }
  }

  private func view(_ table: ResultTable, success: SuccessThresholds) throws -> PlaneView {
    PlaneView(table, on: try #require(Plane(table.spec.grid, x: "snr", y: "forgetRatio", held: [0, 0])), success: success)
  }

  @Test func linesAreThoseOfTheFigures() throws {
    let table = try quickstart(), criteria = ["tangent", "drift", "aPrioriMeanField", "quenched", "quenchedRetain"]
    let steps =
      [lines("observed forgetSuccess", panel: 0), lines("observed retainSuccess", panel: 1)]
      + criteria.map { lines($0, panel: $0 == "quenchedRetain" ? 1 : 0) }
    let browser = try Browser(
      page(table),
      [.open("#lines=" + criteria.joined(separator: ","))] + steps + [
        .move("threshold-forgetAccuracyAtMost", to: 0.3), .move("threshold-retainAccuracyAtLeast", to: 0.85),
      ]
        + steps)
    var moved = table.spec.success
    (moved[.forgetAccuracyAtMost], moved[.retainAccuracyAtLeast]) = (0.3, 0.85)
    for (start, success) in [(1, table.spec.success), (1 + steps.count + 2, moved)] {
      let view = try view(table, success: success)
      for (i, event) in ["forgetSuccess", "retainSuccess"].enumerated() {
        expectSame(points(browser.results[start + i]), view.boundary(try #require(table.spec.experiment.event(event))), within: 1e-12, event)
      }
      for (i, name) in criteria.enumerated() {
        let criterion = try #require(table.spec.experiment.criteria(judging: success).first { $0.name == name })
        // Crossings of theories without a network are bisected, to a millionth of an edge.
        expectSame(points(browser.results[start + 2 + i]), view.frontier(criterion), within: criterion.needsNetwork ? 1e-9 : 1e-6, name)
      }
    }
  }

  /// What the page computes of a cell is what the command stored of it, for every method.
  @Test func theoriesWithoutANetworkAreTheSame() throws {
    let text = """
      { name: "methods", experiment: "cnn", repetitions: 1, axes: { method: ["ascent", "npo", "relabel", "uniform"], snr: [0.05, 0.4, 1.1],
        forgetRatio: [0.01, 0.1, 0.3], samples: [81, 120], perturbation: ["none", "joint", "own", "probe"], radiusKind: ["fixed", "normalized"] },
        parameters: { stepSize: 30, npoBeta: 0.7, forgetFraction: 0.3, radius: 0.9 } }
      """
    let spec = try SweepSpec(json5: Array(text.utf8), file: "test.json5")
    // No trial is needed, and each is there.
    let results = (0..<spec.trials).map { _ in TrialResult(of: spec.experiment, values: spec.experiment.columns.map { _ in .number(0.5) }) }
    let script = """
      const far = {}
      for (const name in liveCriteria) {
        far[name] = [0, 0]
        for (let cell = 0; cell < head.cells; cell++) {
          const stored = columns["margin/" + name].values[cell], found = liveCriteria[name](dataModel(parametersAt(placesOf(cell), {})), state.thresholds)
          if (Number.isNaN(stored) && Number.isNaN(found)) continue
          far[name][0]++
          far[name][1] = Math.max(far[name][1], Math.abs(found - stored) / Math.max(1, Math.abs(stored)))
        }
      }
      return far
      """
    let browser = try Browser(page(ResultTable(spec, results)), [.open(""), .run(script)])
    let far = try #require(browser.results[1] as? [String: Any])
    #expect(far.count == 6)
    for (name, value) in far {
      let (cells, distance) = (numbers(value)[0], numbers(value)[1])
      // 72 cells of each kind of step: plain and probed ones, of which all speak, and those along a gradient.
      let known = name == "closedForm" ? 4 * 18 : name.hasPrefix("aPriori") ? 8 * 72 : 4 * 72
      #expect(Int(cells) == known && distance < 1e-9, "\(name): \(distance) over \(cells) cells")
    }
  }

  /// "What if" moves the lines of theories without a network to where a sweep with such parameters would have them, and nothing else.
  @Test func whatIfMovesTheoryAlone() throws {
    let table = try quickstart()
    let cells = "return [panels[0].rects.map(it => it.getAttribute('fill')).join(), document.getElementById('supposed').textContent]"
    let browser = try Browser(
      page(table),
      [
        .open("#lines=quenched,tangent"), .run(cells), lines("tangent", panel: 0), .move("if-stepSize", to: log(30)), .move("if-samples", to: log(40)),
        .run(cells),
        lines("tangent", panel: 0), lines("quenched", panel: 0),
      ])
    let before = browser.results[1] as? [String] ?? [], after = browser.results[5] as? [String] ?? []
    #expect(before.count == 2 && before[0] == after[0] && before[1].isEmpty && after[1].contains("stepSize = 30") && after[1].contains("samples = 40"))
    #expect("\(browser.results[2])" == "\(browser.results[6])")
    let spec = try SweepSpec(
      json5: Array(table.spec.source.replacingOccurrences(of: "stepSize: 100", with: "stepSize: 30, samples: 40").utf8), file: "test.json5")
    let other = ResultTable(spec, (0..<spec.trials).map { _ in nil }), quenched = try #require(spec.experiment.criteria.first { $0.name == "quenched" })
    expectSame(points(browser.results[7]), try view(other, success: spec.success).frontier(quenched), within: 1e-6, "quenched")
  }
}
