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
  /// The quickstart with few repetitions, run once.
  private static let sweep = Result { () -> ResultTable in
    let folder = try TemporaryFolder(), path = Repository.root.path + "/sweeps/quickstart.json5"
    let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "repetitions: 8", with: "repetitions: 3")
    let spec = try SweepSpec(json5: Array(text.utf8), file: path), output = OutputFolder(folder.path + "/output")
    _ = try SweepRun(spec, in: output, jobs: 2, now: 0).run()
    return try ResultTable(of: output)
  }

  private func table() throws -> ResultTable { try Self.sweep.get() }

  private func page(_ table: ResultTable) throws -> String {
    try ExplorerPage(table, Comparison(table, success: table.spec.success), summary: "<of a test>", figures: [], version: "test").html()
  }

  /// Moves a slider as a hand does.
  private func move(_ id: String, to value: Double) -> Browser.Step {
    .run(
      "const it = document.getElementById('\(id)'); it.value = \(value); it.dispatchEvent(new Event('input')); it.dispatchEvent(new Event('change')); return it.value"
    )
  }

  private static let count = "return head.events.map(event => [judged[event.name].happened, judged[event.name].known])"

  @Test func countsAreTheCommandsAtAnyThreshold() throws {
    let table = try table(), page = try page(table)
    let moves: [(Threshold, Double)] = [
      (.forgetAccuracyAtMost, 0.25), (.retainAccuracyAtLeast, 0.8), (.tugOfWarAtLeast, 0.75), (.attackExcessAtMost, 0.04), (.forgetAccuracyAtMost, 0.5),
    ]
    let browser = try Browser(page, [.open(""), .run(Self.count)] + moves.flatMap { [move("threshold-\($0.name)", to: $1), .run(Self.count)] })
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
    let table = try table(),
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
        move("threshold-forgetAccuracyAtMost", to: 0.3), move("threshold-retainAccuracyAtLeast", to: 0.9), .run(script),
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
        for (a, b) in zip(found, expected) { #expect(abs(a - (b ?? a)) < 1e-12 && a.isNaN == (b == nil), "\(judgement.criterion.name): \(found)") }
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
    let table = try table(), criteria = ["tangent", "drift", "aPrioriMeanField", "quenched", "quenchedRetain"]
    let steps =
      [lines("observed forgetSuccess", panel: 0), lines("observed retainSuccess", panel: 1)]
      + criteria.map { lines($0, panel: $0 == "quenchedRetain" ? 1 : 0) }
    let browser = try Browser(
      page(table),
      [.open("#lines=" + criteria.joined(separator: ","))] + steps + [
        move("threshold-forgetAccuracyAtMost", to: 0.3), move("threshold-retainAccuracyAtLeast", to: 0.85),
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
        forgetRatio: [0.01, 0.1, 0.3], samples: [81, 120] }, parameters: { stepSize: 30, npoBeta: 0.7, forgetFraction: 0.3 } }
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
      #expect(cells == (name == "closedForm" ? 18 : 72) && distance < 1e-9, "\(name): \(distance) over \(cells) cells")
    }
  }

  /// "What if" moves the lines of theories without a network to where a sweep with such parameters would have them, and nothing else.
  @Test func whatIfMovesTheoryAlone() throws {
    let table = try table()
    let cells = "return [panels[0].rects.map(it => it.getAttribute('fill')).join(), document.getElementById('supposed').textContent]"
    let browser = try Browser(
      page(table),
      [
        .open("#lines=quenched,tangent"), .run(cells), lines("tangent", panel: 0), move("if-stepSize", to: log(30)), move("if-samples", to: log(40)),
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

  @Test func theAddressHoldsTheView() throws {
    let table = try table(), page = try page(table), state = "return [written(state), location.hash, panels.map(it => it.title.textContent).join('|')]"
    let first = try Browser(
      page,
      [
        .open(""), .run("const it = document.getElementById('shown-left'); it.value = 'noiseShare'; it.dispatchEvent(new Event('change')); return it.value"),
        move("threshold-retainAccuracyAtLeast", to: 0.85), .run("document.getElementById('line-drift').click(); return 1"), .run(state), .back, .run(state),
      ])
    let now = try #require(first.results[4] as? [String]), back = try #require(first.results[6] as? [String])
    #expect(
      now[1] == "#" + now[0] && now[0].contains("shown=noiseShare") && now[0].contains("threshold.retainAccuracyAtLeast=0.85") && now[0].contains("lines="))
    #expect(back[0] != now[0] && back[0].contains("threshold") && !back[0].contains("lines=") && back[2] == now[2])
    // Opened anew it is the same view; what is not possible is passed over.
    let again = try Browser(
      page, [.open(now[1]), .run(state), .open("#x=nothing&shown=a,b&cell=-3&threshold.forgetAccuracyAtMost=7&lines=nobody"), .run(state)])
    #expect(again.results[1] as? [String] == now)
    #expect((again.results[3] as? [String])?[0] == "lines=")
  }

  /// Arrow keys walk over cells, Enter opens one, and the command that it tells gives the stored numbers.
  @Test func keysChooseACellAndItsTrialRunsAgain() throws {
    let table = try table(), spec = table.spec
    let browser = try Browser(
      page(table),
      [
        .open(""), .run("document.getElementById('panel-b').focus(); return 1"),
        .keys(["ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp", "Enter"]),
        .run(
          """
          const pick = document.getElementById("repetition"); pick.value = 2; pick.dispatchEvent(new Event("input"))
          return [state.cell, document.getElementById("readout").textContent, document.getElementById("command").textContent,
            document.getElementById("trial-box").hidden, document.querySelectorAll("#trial tbody tr").length, document.querySelectorAll("#cell table").length]
          """),
        .keys(["Escape"]), .run("return [state.cell, document.getElementById('trial-box').hidden]"),
      ])
    let found = try #require(browser.results[3] as? [Any])
    // The first key shows where one is: the lower left; then two to the right, two up.
    let cell = spec.grid.index(of: [2, 2])
    #expect(found[0] as? Int == cell && found[3] as? Bool == false && found[4] as? Int == 3 && found[5] as? Int == 2)
    #expect((found[1] as? String)?.contains("α = 0.1") == true)
    let command = try #require(found[2] as? String)
    #expect(command.hasPrefix("frontier trial snr=") && command.hasSuffix("--repetition 2") && !command.contains("batchSize"))
    let words = command.split(separator: " ").dropFirst().map(String.init), run = try Binary(.release).run(words + ["--json"])
    #expect(run.status == 0, "\(run.talk)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for column in ["forgetAccuracy", "forgetLoss", "retainLoss", "squaredWeightDistance", "tangentGrowth"] {
      let stored = try #require(table.number(column, cell: cell, repetition: 2)), again = try #require((object[column] as? NSNumber)?.doubleValue)
      #expect(abs(stored - again) <= 1e-14 * abs(stored), "\(column)")
    }
    let closed = try #require(browser.results[5] as? [Any])
    #expect(closed[0] is NSNull && closed[1] as? Bool == true)
  }

  /// A slider answers at once; what takes longer comes after.
  @Test func slidersAnswerWithinFiftyMilliseconds() throws {
    let script = """
      const times = []
      for (const id of ["threshold-forgetAccuracyAtMost", "threshold-retainAccuracyAtLeast", "if-stepSize"]) {
        const it = document.getElementById(id)
        for (let i = 0; i < 21; i++) {
          it.value = Number(it.min) + (Number(it.max) - Number(it.min)) * i / 20
          it.dispatchEvent(new Event("input"))
          times.push(Number(document.body.dataset.milliseconds))
          await new Promise(done => requestAnimationFrame(done))
        }
      }
      return times.sort((a, b) => a - b)
      """
    let times = numbers(try Browser(page(table()), [.open("#lines=quenched,quenchedRetain,tangent,aPrioriMeanField"), .run(script)]).results[1])
    print("slider: median \(times[times.count / 2]) ms, slowest \(times.last ?? 0) ms")
    #expect(times.count == 63 && times[times.count / 2] < 50)
  }

  @Test func theViewIsSavedAsSVGAndPNG() throws {
    let script = """
      const text = viewFile(), parsed = new DOMParser().parseFromString(text, "image/svg+xml"), picture = await viewPicture()
      const bytes = new Uint8Array(await picture.arrayBuffer()), image = await createImageBitmap(picture)
      const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height
      const context = canvas.getContext("2d"); context.drawImage(image, 0, 0)
      const at = panels[0].rects[0], pixel = [...context.getImageData(3 * (Number(at.getAttribute("x")) + 6), 3 * (Number(at.getAttribute("y")) + 12), 1, 1).data]
      return [parsed.querySelector("parsererror") === null, parsed.querySelectorAll("rect").length, [...bytes.slice(0, 4)].join(), image.width, image.height,
        "#" + pixel.slice(0, 3).map(it => it.toString(16).padStart(2, "0")).join(""), at.getAttribute("fill"), text.includes("Kept: retain accuracy")]
      """
    let found = try #require(try Browser(page(table()), [.open(""), .run(script)]).results[1] as? [Any])
    #expect(found[0] as? Bool == true && found[1] as? Int ?? 0 > 144 && found[2] as? String == "137,80,78,71" && found[7] as? Bool == true)
    #expect(found[3] as? Int == 2880 && found[4] as? Int == 1200 && found[5] as? String == found[6] as? String)
  }

  /// On a phone nothing is wider than the screen; everything that can be changed has a name for who does not see it.
  @Test func itFitsAPhoneAndHasNames() throws {
    let script = """
      const controls = [...document.querySelectorAll("input, select, button")]
      const isNamed = it => it.labels?.length || it.textContent.trim() || it.getAttribute("aria-label")
      return [document.documentElement.scrollWidth, controls.length, controls.filter(it => !isNamed(it)).length,
        [...document.querySelectorAll(".panel")].every(it => it.getAttribute("aria-label") && it.tabIndex === 0), document.getElementById("controls-box").open]
      """
    let browser = try Browser(
      page(table()), [.size(390, 844), .open("#cell=20"), .run(script), .size(1280, 900), .open("#cell=20"), .run(script)])
    for (i, width) in [(2, 390), (5, 1280)] {
      let found = try #require(browser.results[i] as? [Any])
      #expect(found[0] as? Int ?? 9999 <= width && found[1] as? Int ?? 0 > 15 && found[2] as? Int == 0 && found[3] as? Bool == true, "\(found)")
      #expect(found[4] as? Bool == (width > 800))
    }
  }

  /// Of one axis a heatmap is a row, and a cell without a trial is grey; nothing of it is a special case to who walks over it.
  @Test func oneAxisIsARow() throws {
    let spec = try SweepSpec(json5: Array(#"{ name: "row", experiment: "hessian", repetitions: 2, axes: { batchSize: [2, 5, 9] } }"#.utf8), file: "test.json5")
    let results = (0..<spec.trials).map { $0 < 2 ? nil : TrialResult(of: spec.experiment, values: spec.experiment.columns.map { _ in .number(0.5) }) }
    let browser = try Browser(
      page(ResultTable(spec, results)),
      [
        .open(""), .run("document.getElementById('panel-a').focus(); return panels[0].rects.map(it => it.getAttribute('fill'))"),
        .keys(["End", "End", "Enter"]),
        .run("return [state.cell, document.getElementById('readout').textContent, document.getElementById('command').textContent]"),
      ])
    let fills = browser.results[1] as? [String] ?? [], found = browser.results[3] as? [Any] ?? []
    #expect(fills.count == 3 && fills[0] == "#dedede" && fills[1] != "#dedede")
    #expect(found.first as? Int == 2 && (found[1] as? String)?.hasPrefix("B = 9 —") == true)
    #expect(found[2] as? String == "frontier trial --experiment hessian batchSize=9 --seed 1 --repetition 0")
  }

  /// Of a million trials the page stays under twenty megabytes, and its sums are those of all trials.
  @Test func aMillionTrialsAreSmall() throws {
    let text = """
      { name: "million", experiment: "hessian", repetitions: 400, axes: { batchSize: {from: 1, to: 50, count: 50}, coherence: {from: 1, to: 50, count: 50} } }
      """
    let spec = try SweepSpec(json5: Array(text.utf8), file: "test.json5"), names = spec.experiment.columns.map(\.name)
    var random = MadeUp(), escaped = 0
    let results = (0..<spec.trials).map { _ -> TrialResult? in
      let escapes = random.share() < 0.4
      escaped += escapes ? 1 : 0
      let values = names.map { name -> MeasuredValue in
        switch name {
        case "survived": .flag(!escapes)
        case "escapedAtStep": escapes ? .count(Int(random.share() * 1000)) : .absent("did not escape")
        default: .number(random.share())
        }
      }
      return TrialResult(of: spec.experiment, values: values)
    }
    let page = try page(ResultTable(spec, results)), megabytes = Double(page.utf8.count) / 1e6
    print("a million trials: \(megabytes) MB")
    #expect(spec.trials == 1_000_000 && megabytes < 20)
    let browser = try Browser(page, [.open(""), .run(Self.count)])
    #expect((browser.results[1] as? [Any]).map { $0.map(numbers) } == [[Double(escaped), 1e6]])
  }

  /// Of networks too, which are judged by more columns: a tenth of a million, with every answer and every pair of an attack by chance, takes less than a tenth of
  /// that.
  @Test func manyNetworksAreSmall() throws {
    let text = """
      { name: "many", experiment: "cnn", repetitions: 160, axes: { snr: {from: 0.05, to: 2, count: 25, scale: "log"}, forgetRatio: {from: 0.02, to: 0.6, count: 25} } }
      """
    let spec = try SweepSpec(json5: Array(text.utf8), file: "test.json5"), columns = spec.experiment.columns
    var random = MadeUp()
    let results = (0..<spec.trials).map { _ -> TrialResult? in
      let values = columns.map { column -> MeasuredValue in
        switch column.name {
        case "forgetAccuracy", "forgetAccuracyBefore", "referenceForgetAccuracy": .number(random.share(of: 16))
        case "retainAccuracy", "retainAccuracyBefore": .number(random.share(of: 64))
        case "tugOfWar", "tugOfWarBefore": .number(random.share(of: 16) * random.share(of: 64) * random.share(of: 200))
        case "attackAUC", "referenceAttackAUC", "attackAUCBefore", "retrainedAttackAUC": .number(random.share(of: 3200))
        case "escapedAtStep": random.share() < 0.3 ? .count(10 * Int(random.share() * 40)) : .absent("did not escape")
        default:
          switch column.kind {
          case .number: .number(random.share())
          case .count: .count(Int(random.share() * 400))
          case .flag: .flag(true)
          }
        }
      }
      return TrialResult(of: spec.experiment, values: values)
    }
    let table = ResultTable(spec, results), page = try page(table), megabytes = Double(page.utf8.count) / 1e6
    print("\(spec.trials) trials of networks: \(megabytes) MB")
    #expect(spec.trials == 100_000 && megabytes < 2)
    // What was made smaller is counted as before, wherever sliders stop.
    let moves: [(Threshold, Double)] = [(.forgetAccuracyAtMost, 0.125), (.tugOfWarAtLeast, 0.3), (.attackExcessAtMost, 0.045), (.retainAccuracyAtLeast, 0.75)]
    let browser = try Browser(page, [.open(""), .run(Self.count)] + moves.flatMap { [move("threshold-\($0.name)", to: $1), .run(Self.count)] })
    var success = spec.success
    for i in 0...moves.count {
      if i > 0 { success[moves[i - 1].0] = moves[i - 1].1 }
      var expected = spec.experiment.events.map { _ in [0.0, 0] }
      for cell in 0..<spec.grid.count {
        for row in table.rows(ofCell: cell) {
          for (e, event) in spec.experiment.events.enumerated() {
            guard let happened = event.happened(row, success) else { continue }
            expected[e][0] += happened ? 1 : 0
            expected[e][1] += 1
          }
        }
      }
      #expect((browser.results[1 + 2 * i] as? [Any]).map { $0.map(numbers) } == expected, "after \(i) moves")
    }
  }

  /// Numbers that differ, always the same ones.
  private struct MadeUp {
    private var state: UInt64 = 1

    mutating func share() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }

    mutating func share(of count: Int) -> Double { (share() * Double(count)).rounded() / Double(count) }
  }
}
