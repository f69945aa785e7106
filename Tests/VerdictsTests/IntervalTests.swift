import Experiments
import FrontierNumerics
import Results
import Specs
import Stability
import TestSupport
import Testing
import Verdicts

/// Intervals of a sweep are the middle 95 % of its resamples, computed here the long way: the same for a seed, of all cells together.
@Suite struct IntervalTests {
  private static let repetitions = 6

  /// Trials by chance: what happens, and what the typical rate says, agree in most.
  private func table() throws -> ResultTable {
    let text = "{ name: 'made-up', experiment: 'cnn', seed: 12, repetitions: \(Self.repetitions), axes: { snr: [1, 2, 3, 4], forgetRatio: [0.1, 0.2] } }"
    let spec = try SweepSpec(json5: Array(text.utf8), file: "f")
    var stream = RandomKey(seed: 77).stream()
    let results = (0..<spec.trials).map { trial -> TrialResult? in
      let level = Double(trial / Self.repetitions) / 8 - 0.4, happened = stream.uniform() + level > 0.5, rate = level + stream.uniform() - 0.5
      let values = spec.experiment.columns.map { column -> MeasuredValue in
        switch column.name {
        case "escapedAtStep": happened ? .count(10) : .absent("did not escape")
        // Margins of 2 k rate - log(limit) around zero.
        case "typicalRate": .number((Elementary.log(1000) + rate) / 800)
        default: column.kind == .number ? .number(0.5) : column.kind == .count ? .count(1) : .flag(true)
        }
      }
      return TrialResult(of: cnn, values: values)
    }
    return ResultTable(spec, results)
  }

  /// Resamples as lists of repetitions: drawn from the sweep's seed under the bootstrap's own name.
  private func resamples() -> [[Int]] {
    Bootstrap.weights(repetitions: Self.repetitions, key: RandomKey(seed: 12).child(0x626F_6F74)).map { weights in
      weights.enumerated().flatMap { repetition, weight in [Int](repeating: repetition, count: Int(weight)) }
    }
  }

  private func middle(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    // Of 200 the sixth from below and from above.
    return sorted[5]...sorted[194]
  }

  private func rate(_ table: ResultTable, _ cell: Int, _ draws: [Int]) -> Double {
    Double(draws.count { event("escape").happened(table.rows(ofCell: cell)[$0], table.spec.success) == true }) / Double(draws.count)
  }

  @Test func intervalsOfAJudgement() throws {
    let table = try table(), typical = try criterion("typical"), cells = 0..<table.spec.grid.count
    func median(_ cell: Int, _ draws: [Int]) -> Double {
      let sorted = draws.compactMap { typical.margin(of: table.rows(ofCell: cell)[$0]) }.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    func right(_ draws: [Int]) -> Double { Double(cells.count { (rate(table, $0, draws) >= 0.5) == (median($0, draws) >= 0) }) / Double(cells.count) }
    func area(_ draws: [Int]) -> Double {
      let trials = cells.flatMap { cell -> [(Double, Bool)] in
        draws.map { (typical.margin(of: table.rows(ofCell: cell)[$0]) ?? 0, rate(table, cell, [$0]) == 1) }
      }
      let (yes, no) = (trials.filter(\.1), trials.filter { !$0.1 })
      return yes.reduce(0) { sum, a in sum + no.reduce(0) { $0 + (a.0 > $1.0 ? 1 : a.0 == $1.0 ? 0.5 : 0) } } / Double(yes.count * no.count)
    }
    let comparison = Comparison(table, success: table.spec.success, criteria: ["typical"])
    let judgement = try #require(comparison.judgements.first { $0.event == event("escape") }), all = Array(0..<Self.repetitions), resamples = resamples()
    #expect(judgement.onRightSide == Estimate(value: right(all), interval: middle(resamples.map(right))))
    let areas = middle(resamples.map(area)), interval = try #require(judgement.areaUnderROC.interval)
    #expect(abs((judgement.areaUnderROC.value ?? 0) - area(all)) < 1e-12)
    #expect(abs(interval.lowerBound - areas.lowerBound) < 1e-12 && abs(interval.upperBound - areas.upperBound) < 1e-12 && areas.lowerBound < areas.upperBound)
  }

  @Test func bandsOfABoundary() throws {
    let table = try table(), plane = try #require(Plane(table.spec.grid, x: "forgetRatio", y: "snr", held: [0, 0])), resamples = resamples()
    let view = PlaneView(table, on: plane, success: table.spec.success), band = try #require(view.band(event("escape")))
    for row in 0..<4 {
      for column in 0..<2 {
        let cell = plane.cell(column: column, row: row), expected = middle(resamples.map { rate(table, cell, $0) })
        #expect(band.low[row * 2 + column] == expected.lowerBound - 0.5 && band.high[row * 2 + column] == expected.upperBound - 0.5)
        #expect(view.rates(event("escape"))[row * 2 + column] == rate(table, cell, Array(0..<Self.repetitions)))
      }
    }
  }
}
