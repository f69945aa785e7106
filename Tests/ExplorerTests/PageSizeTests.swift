import Experiments
import Explorer
import Foundation
import Results
import Specs
import Testing

/// Pages of very many trials are small, and count as before.
@Suite(.serialized) struct PageSizeTests {
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
    let browser = try Browser(page, [.open(""), .count])
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
        case "testAccuracy", "testAccuracyBefore": .number(random.share(of: 200))
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
    #expect(spec.trials == 100_000 && megabytes < 2.2)
    // What was made smaller is counted as before, wherever sliders stop.
    let moves: [(Threshold, Double)] = [(.forgetAccuracyAtMost, 0.125), (.tugOfWarAtLeast, 0.3), (.attackExcessAtMost, 0.045), (.retainAccuracyAtLeast, 0.75)]
    let browser = try Browser(page, [.open(""), .count] + moves.flatMap { [.move("threshold-\($0.name)", to: $1), .count] })
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
