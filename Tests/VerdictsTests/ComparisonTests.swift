import Experiments
import Foundation
import JSONText
import Model
import Results
import Specs
import Stability
import TestSupport
import Testing
import Verdicts

/// A whole comparison of made-up trials: which criterion is held against which event, at which thresholds, along which axis, and in what order it is told.
@Suite struct ComparisonTests {
  /// Eight by five cells of three trials. Along SNR the run escapes from the fifth column on, and is forgotten from the third row of forget ratios on; the
  /// typical rate says so a column and a half too early, the drift half a row too late.
  ///
  /// - Parameters:
  ///   - spread: how far apart the repetitions escape, in columns.
  ///   - ratios: rows, where not all five are meant.
  ///   - silentAbove: the forget ratio above which the drift has no value.
  private func table(success: String = "", spread: Double = 0, ratios: String = "0.1, 0.2, 0.3, 0.4, 0.5", silentAbove: Double = 1) throws -> ResultTable {
    let text = """
      { name: "made-up", experiment: "cnn", repetitions: 3, axes: { forgetRatio: [\(ratios)], snr: { from: 1, to: 8, count: 8 } },
        parameters: { unlearnSteps: 10, growthLimit: 2 }, success: { \(success) } }
      """
    let spec = try SweepSpec(json5: Array(text.utf8), file: "f")
    let results = try (0..<spec.trials).map { trial -> TrialResult? in
      guard let p = try spec.grid.cell(at: trial / 3).parameters(as: CNNParameters.self) else { return nil }
      let values = spec.experiment.columns.map { column -> MeasuredValue in
        switch column.name {
        case "forgetAccuracy": .number(p.forgetRatio > 0.25 ? 0.3 : 0.9)
        case "retainAccuracy": .number(0.94)
        case "escapedAtStep": p.snr > 4.5 + spread * Double(trial % 3 - 1) ? .count(10) : .absent("did not escape")
        // 2 k rate = log 2 at SNR 3.
        case "typicalRate": .number((log(2) + (p.snr - 3) / 10) / 20)
        case "driftAlignmentRatio": p.forgetRatio > silentAbove ? .absent("silent") : .number(0.3)
        case "tangentForgetAccuracy": .number(0.3)
        default: column.kind == .number ? .number(0.5) : column.kind == .count ? .count(1) : .flag(true)
        }
      }
      return TrialResult(of: cnn, values: values)
    }
    return ResultTable(spec, results)
  }

  private func judgement(_ comparison: Comparison, _ criterion: String, _ event: Event) throws -> Judgement {
    try #require(comparison.judgements.first { $0.criterion.name == criterion && $0.event == event })
  }

  @Test func criteriaAreHeldAgainstWhatHappened() throws {
    let table = try table(), comparison = Comparison(table, success: table.spec.success)
    let typical = try judgement(comparison, "typical", event("escape")), drift = try judgement(comparison, "drift", event("forgetSuccess"))
    // Columns 3 and 4 of eight are predicted to escape, and do not.
    #expect(typical.cells == 40 && typical.trials == 120 && typical.onRightSide.value == 0.75 && typical.bias.value == 0.25 && typical.isOwn)
    #expect(typical.areaUnderROC.value == 1 && typical.balancedAccuracy.value == 0.75 && typical.intersectionOverUnion.value == 4.0 / 6)
    #expect(typical.distances.map(\.axis) == ["forgetRatio", "snr"])
    // Rates of 0 and 1 have their half in the middle: 4.5 against 3.
    #expect(abs((typical.distances[1].median.value ?? 0) - 1.5) < 1e-9 && typical.distances[1].matched == 5 && typical.distances[1].unmatched == 0)
    #expect(typical.distances[0].median.value == nil && typical.distances[0].matched == 0 && typical.distances[0].unmatched == 0)
    // A margin of 0.3 - 0.3 is zero, and zero says yes.
    #expect(drift.onRightSide.value == 1 && drift.bias.value == 0 && drift.distances[1].matched == 0 && drift.distances[0].matched == 8)
    #expect(abs((drift.distances[0].median.value ?? 0) - 0.5) < 1e-9)
    #expect(typical.points.count == 40 && typical.points.allSatisfy { $0.rate == 0 || $0.rate == 1 } && typical.points.count { $0.margin >= 0 } == 30)
  }

  /// Thresholds of success move both what happened and what is predicted of it.
  @Test func thresholdsMoveEventsAndMargins() throws {
    let table = try table(success: "forgetAccuracyAtMost: 0.3, retainAccuracyAtLeast: 0.95")
    var lower = table.spec.success
    lower[.forgetAccuracyAtMost] = 0.2
    lower[.retainAccuracyAtLeast] = 0.94
    let before = Comparison(table, success: table.spec.success), after = Comparison(table, success: lower)
    func points(_ comparison: Comparison, _ criterion: String, _ event: Event) throws -> [(margin: Double, rate: Double)] {
      try judgement(comparison, criterion, event).points
    }
    func rates(_ comparison: Comparison, _ criterion: String, _ event: Event) throws -> Set<Double> {
      Set(try points(comparison, criterion, event).map(\.rate))
    }
    func margins(_ comparison: Comparison, _ criterion: String, _ event: Event) throws -> Set<Double> {
      Set(try points(comparison, criterion, event).map(\.margin))
    }
    #expect(try rates(before, "tangent", event("forgetSuccess")) == [0, 1] && rates(after, "tangent", event("forgetSuccess")) == [0])
    #expect(try margins(before, "tangent", event("forgetSuccess")) == [0] && margins(after, "tangent", event("forgetSuccess")) == [0.2 - 0.3])
    #expect(try rates(before, "tangentRetain", event("retainFailure")) == [1] && rates(after, "tangentRetain", event("retainFailure")) == [0])
    #expect(
      try margins(before, "tangentRetain", event("retainFailure")) == [0.95 - 0.5] && margins(after, "tangentRetain", event("retainFailure")) == [0.94 - 0.5])
    #expect(
      event("forgetSuccess").tableTitle(before.success).contains("0.3") && event("forgetSuccess").tableTitle(after.success).contains("0.2")
        && event("retainFailure").tableTitle(after.success).contains("0.94"))
  }

  /// By event; of each its own criteria first, the best balanced first.
  @Test func theBestComesFirst() throws {
    let table = try table(), comparison = Comparison(table, success: table.spec.success)
    var events: [Event] = []
    for judgement in comparison.judgements where events.last != judgement.event { events.append(judgement.event) }
    #expect(events.map(\.name) == ["forgetSuccess", "retainFailure", "escape", "memoryErased", "memorised", "benign"])
    for (a, b) in zip(comparison.judgements, comparison.judgements.dropFirst()) where a.event == b.event {
      #expect(a.isOwn || !b.isOwn)
      if a.isOwn == b.isOwn { #expect((a.balancedAccuracy.value ?? -1) >= (b.balancedAccuracy.value ?? -1)) }
    }
    #expect(
      Comparison(table, success: table.spec.success, criteria: ["drift"]).judgements.map(\.criterion.name) == [String](repeating: "drift", count: 7))
  }

  /// A part of a sweep is judged as a sweep of that part alone, with the same resamples.
  @Test func aPartIsJudgedAsASweepOfItsOwn() throws {
    let whole = try table(spread: 2), success = whole.spec.success
    for (value, text) in [(0.2, "0.2"), (0.4, "0.4")] {
      let part = try Comparison(whole, holding: ["forgetRatio": .number(value)], success: success), alone = try table(spread: 2, ratios: text)
      #expect(part.csv == Comparison(alone, success: success).csv && part.judgements.contains { $0.event.name == "escape" && $0.cells == 8 })
      #expect(part.held.map(\.axis) == ["forgetRatio"] && part.happenings.allSatisfy { $0.known <= 24 })
    }
    let everything = try Comparison(whole, holding: [:], success: success)
    #expect(everything.json == Comparison(whole, success: success).json && everything.held.isEmpty)
    #expect(throws: ParameterError.self) { try Comparison(whole, holding: ["forgetRatio": .number(0.25)], success: success) }
    #expect(throws: ParameterError.self) { try Comparison(whole, holding: ["stepSize": .number(100)], success: success) }
  }

  /// One comparison for each value, as of the cells that have it and the values that are held.
  @Test func byTheValuesOfAnAxis() throws {
    let table = try table(spread: 2, ratios: "0.5, 0.1, 0.3"), success = table.spec.success, axes = table.spec.grid.axes
    let rows = try ComparisonByValue(table, by: axes[0], success: success, criteria: ["typical", "drift"])
    #expect(rows.values.map(\.value) == [.number(0.1), .number(0.3), .number(0.5)])
    for (value, comparison) in rows.values {
      #expect(try comparison.csv == Comparison(table, holding: ["forgetRatio": value], success: success, criteria: ["typical", "drift"]).csv)
    }
    // Of forget ratios 0.1, 0.3 and 0.5 the first is not forgotten; a margin of 0.3 - 0.3 says that the second is.
    let text = rows.text
    #expect(text.contains("  0.1          0.000  1.000 +0.000 -\n  0.3          1.000  1.000 +0.000 -\n  0.5          1.000  1.000 +0.000 -\n"), "\(text)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(rows.json.text.utf8)) as? [String: Any])
    let records = try #require(object["values"] as? [[String: Any]])
    #expect(object["by"] as? String == "forgetRatio" && records.map { $0["value"] as? Double } == [0.1, 0.3, 0.5])
    #expect(records.allSatisfy { ($0["judgements"] as? [Any])?.count == 14 && ($0["events"] as? [String: Any])?["escape"] != nil })
    let held = try ComparisonByValue(table, by: axes[1], holding: ["forgetRatio": .number(0.3)], success: success)
    #expect(held.values.count == 8 && held.values.allSatisfy { $0.comparison.judgements.allSatisfy { $0.cells == 1 } })
    #expect(held.text.contains("by snr of the cells with forgetRatio=0.3"))
  }

  /// A criterion that has no word for some cells is told as such, and no line is longer than a terminal is wide.
  @Test func silenceIsToldAndLinesAreNarrow() throws {
    let table = try table(spread: 2), all = Comparison(table, success: table.spec.success)
    #expect(!all.text.contains("cells alone"))
    let partly = try self.table(spread: 2, ratios: "0.1, 0.2, 0.3", silentAbove: 0.25), text = Comparison(partly, success: partly.spec.success).text
    #expect(text.contains("\n  drift speaks of 16 of the 24 cells alone\n"), "\(text)")
    let byValue = try ComparisonByValue(table, by: table.spec.grid.axes[1], success: table.spec.success).text
    for line in (all.text + "\n" + text + "\n" + byValue).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  /// Every number of a judgement stands under its name, in both tables.
  @Test func tablesNameEveryNumber() throws {
    let table = try table(spread: 2), comparison = Comparison(table, success: table.spec.success)
    let rows = comparison.csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let object = try #require(try JSONSerialization.jsonObject(with: Data(comparison.json.text.utf8)) as? [String: Any])
    let records = try #require(object["judgements"] as? [[String: Any]])
    try #require(rows.count == comparison.judgements.count + 1 && records.count == comparison.judgements.count)
    // Ends of intervals that changed places would be seen.
    let typical = try judgement(comparison, "typical", event("escape")), interval = try #require(typical.onRightSide.interval)
    #expect(interval.lowerBound < interval.upperBound && typical.distances.contains { $0.median.interval.map { $0.lowerBound < $0.upperBound } == true })
    for (judgement, (row, record)) in zip(comparison.judgements, zip(rows.dropFirst(), records)) {
      let fields = Dictionary(uniqueKeysWithValues: zip(rows[0], row))
      func expect(_ name: String, _ value: Double?, _ told: Any?) {
        #expect(fields[name] == (value.map { "\($0)" } ?? ""), "\(name)")
        if let value { #expect(abs((told as? Double ?? .nan) - value) <= 1e-15 * abs(value), "\(name)") } else { #expect(told is NSNull, "\(name)") }
      }
      func expect(_ name: String, _ estimate: Estimate, _ told: Any?) throws {
        let told = try #require(told as? [String: Any])
        expect(name, estimate.value, told["value"])
        expect(name + "Low", estimate.interval?.lowerBound, told["low"])
        expect(name + "High", estimate.interval?.upperBound, told["high"])
      }
      for (name, text) in [
        ("event", judgement.event.name), ("criterion", judgement.criterion.name), ("predicts", judgement.criterion.predicts.name),
        ("claim", judgement.criterion.claim.rawValue),
      ] { #expect(fields[name] == text && record[name] as? String == text, "\(name)") }
      for (name, count) in [("cells", judgement.cells), ("trials", judgement.trials)] {
        #expect(fields[name] == "\(count)" && record[name] as? Int == count, "\(name)")
      }
      try expect("onRightSide", judgement.onRightSide, record["onRightSide"])
      try expect("balancedAccuracy", judgement.balancedAccuracy, record["balancedAccuracy"])
      try expect("intersectionOverUnion", judgement.intersectionOverUnion, record["intersectionOverUnion"])
      try expect("areaUnderROC", judgement.areaUnderROC, record["areaUnderROC"])
      try expect("bias", judgement.bias, record["bias"])
      let sure = record["sure"] as? [String: Int]
      #expect(fields["sureCells"] == judgement.sure.map { "\($0.cells)" } ?? "" && sure?["cells"] == judgement.sure?.cells)
      #expect(fields["violations"] == judgement.sure.map { "\($0.violations)" } ?? "" && sure?["violations"] == judgement.sure?.violations)
      let distances = try #require(record["distance"] as? [String: [String: Any]])
      for distance in judgement.distances {
        let told = try #require(distances[distance.axis]), prefix = "distance.\(distance.axis)."
        try expect(prefix + "median", distance.median, told["median"])
        try expect(prefix + "largest", distance.largest, told["largest"])
        for (name, count) in [("matched", distance.matched), ("unmatched", distance.unmatched)] {
          #expect(fields[prefix + name] == "\(count)" && told[name] as? Int == count, "\(name)")
        }
      }
    }
  }
}
