import Dispatch
import Experiments
import Foundation
import Model
import TestSupport
import Testing

/// deletion.json: means over 24 repetitions of 72 cells (SNR, method, forget ratio) and of the four trained networks, from independent code. 24 repetitions a
/// cell here.
///
/// Two means of the same law are compared by their difference over its standard error, which a Student law of some 40 degrees follows where repetitions are
/// near normal. Shares and flags may show no spread at all, so the variance of a trial is bounded below by that of one answer of the set that they are shares
/// of, at the pooled mean moved towards 1/2 by one answer. False-alarm rate 10^-3 for all comparisons together (Bonferroni).
@Suite struct DeletionGrid {
  struct File: Decodable {
    struct Grid: Decodable {
      let samples, forget, fresh, dimension, filtersPerClass, trainBatch, maxTrainSteps, batchSize, steps, repetitions: Int
      let initScale, trainStepSize, targetLoss, stepSize: Double
      let networks: [Network]
      let rows: [Row]
    }
    struct Network: Decodable {
      let snr: Double
      let trainedAgainstRetrained, retrainingNoise: [String: [Double]]
    }
    struct Row: Decodable {
      let snr, forgetRatio: Double
      let method: String
      let retrained, continued: [String: [Double]]
    }
    let grid: Grid
  }

  /// A number of a trial that a mean of the reference is of, and how many answers it is a share of; nil if it is none.
  private typealias Measure = (name: String, answers: Int?, value: @Sendable (Row) -> Double?)

  private static func column(_ name: String, _ column: String? = nil, answers: Int? = nil) -> Measure { (name, answers, { $0.value(column ?? name) }) }

  private static func flag(_ name: String, _ eventName: String) -> Measure {
    (name, 1, { row in happened(eventName, row) })
  }

  private static func happened(_ name: String, _ row: Row) -> Double? { event(name).happened(row, SuccessThresholds()).map { $0 ? 1 : 0 } }

  @Sendable private static func meanFieldErased(_ row: Row) -> Double? { row.value("meanFieldMemory").map { $0 <= 0 ? 1 : 0 } }

  @Sendable private static func meanFieldAgrees(_ row: Row) -> Double? {
    guard let foretold = meanFieldErased(row), let erased = happened("memoryErased", row) else { return nil }
    return foretold == erased ? 1 : 0
  }

  private static let ofNetworks: [Measure] = [
    column("forgetAccuracy", "forgetAccuracyBefore", answers: 16), column("retainAccuracy", "retainAccuracyBefore", answers: 64),
    column("testAccuracy", "testAccuracyBefore", answers: 200), column("referenceForgetAccuracy", answers: 16), column("tugOfWar", "tugOfWarBefore"),
    column("referenceTestAccuracy", answers: 200), column("attackAUC", "attackAUCBefore"), column("referenceAttackAUC"),
    column("forgetDivergence", "forgetDivergenceBefore"), column("referenceSquaredDistance", "retrainedSquaredDistance"),
    column("ownMemory", "ownMemoryBefore"), column("referenceOwnMemory"),
  ]

  private static let ofRetrained: [Measure] = [
    column("forgetAccuracy", answers: 16), column("retainAccuracy", answers: 64), column("testAccuracy", answers: 200), column("tugOfWar", answers: 16),
    column("attackAUC"), column("attackAdvantage"), column("forgetDivergence"), column("testDivergence"), column("referenceSquaredDistance"),
    column("ownMemory"), flag("forgotten", "forgetSuccess"), flag("deleted", "deleted"), flag("overForgotten", "overForgotten"),
    flag("jointSuccess", "jointSuccess"), flag("memoryErased", "memoryErased"), ("meanFieldMemoryErased", 1, meanFieldErased),
    ("meanFieldAgrees", 1, meanFieldAgrees),
  ]

  private static let ofContinued: [Measure] = [
    column("referenceSquaredDistance"), column("forgetDivergence"), column("testDivergence"), column("tugOfWar", answers: 16), flag("deleted", "deleted"),
    column("referenceAttackAUC"),
  ]

  @Test func meansAreWithinSamplingError() throws {
    let grid = try fixture("deletion", as: File.self, beside: Repository.root.path + "/Tests/ModelTests/here.swift").grid
    try #require(grid.rows.count == 72 && grid.networks.count == 4)
    let cells: [(File.Row, CNNParameters.Reference)] = grid.rows.flatMap { [($0, .retrained), ($0, .continued)] }
    let all = try rows(cells.map { try parameters(grid, $0, reference: $1) }, repetitions: grid.repetitions)
    var comparisons: [(words: String, p: Double)] = []
    func compare(_ measures: [Measure], _ rows: [Row], with reference: [String: [Double]], _ words: String) throws {
      for measure in measures {
        guard let expected = reference[measure.name] else { continue }
        let values = try rows.map { try #require(measure.value($0), "\(measure.name), \(words)") }
        comparisons.append(("\(measure.name), \(words)", chance(values, expected, repetitions: grid.repetitions, answers: measure.answers)))
      }
    }
    for ((row, kind), trials) in zip(cells, all) {
      let words = "SNR \(row.snr), \(row.method) at \(row.forgetRatio), \(kind.rawValue)"
      if kind == .retrained {
        try compare(Self.ofRetrained, trials, with: row.retrained, words)
      } else {
        try compare(Self.ofContinued, trials, with: row.continued, words)
      }
    }
    for network in grid.networks {
      let cell = try #require(cells.firstIndex { $0.0.snr == network.snr && $0.1 == .retrained })
      try compare(Self.ofNetworks, all[cell], with: network.trainedAgainstRetrained, "trained at SNR \(network.snr)")
      try compare([Self.column("squaredDistance", "retrainingNoise")], all[cell], with: network.retrainingNoise, "retrained at SNR \(network.snr)")
    }
    #expect(comparisons.count > 1500)
    let level = 1e-3 / Double(comparisons.count)
    for comparison in comparisons { #expect(comparison.p > level, "\(comparison.words): p \(comparison.p)") }
    let smallest = comparisons.min { $0.p < $1.p }
    print("deletion.json: \(comparisons.count) means compared, smallest p \(smallest?.p ?? 1) (\(smallest?.words ?? "")), level \(level)")
  }

  private func parameters(_ grid: File.Grid, _ row: File.Row, reference: CNNParameters.Reference) throws -> CNNParameters {
    var p = CNNParameters()
    p.samples = grid.samples
    p.forgetFraction = Double(grid.forget) / Double(grid.samples)
    p.dimension = grid.dimension
    p.filtersPerClass = grid.filtersPerClass
    p.initScale = grid.initScale
    p.trainStepSize = grid.trainStepSize
    p.trainBatchSize = grid.trainBatch
    p.trainTargetLoss = grid.targetLoss
    p.trainMaxSteps = grid.maxTrainSteps
    p.stepSize = grid.stepSize
    p.batchSize = grid.batchSize
    p.unlearnSteps = grid.steps
    p.testSamples = grid.fresh
    p.snr = row.snr
    p.forgetRatio = row.forgetRatio
    p.method = try #require(MethodRule.Name(rawValue: row.method))
    p.reference = reference
    return p
  }

  /// The trials of each cell.
  private func rows(_ cells: [CNNParameters], repetitions: Int) throws -> [[Row]] {
    var results = [Row?](repeating: nil, count: cells.count * repetitions)
    // Stability is asked for elsewhere and would take most of the time.
    let wanted = cnn.probes.map { $0.name != "stability" }, columns = cnn.columns.map(\.name)
    let made = try cells.map { try cell($0) }
    // Networks are shared by all cells of one SNR.
    let snrs = Array(Set(cells.map(\.snr))), first = snrs.map { snr in cells.firstIndex { $0.snr == snr } ?? 0 }
    let prepared = try first.map { cell in try (0..<repetitions).map { try made[cell].prepare(seed: 43, repetition: $0) } }
    let of = cells.map { cell in snrs.firstIndex(of: cell.snr) ?? 0 }
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: cells.count * repetitions) { i in
        let result = made[i / repetitions].measure(seed: 43, repetition: i % repetitions, probes: wanted, with: prepared[of[i / repetitions]][i % repetitions])
        let known = Dictionary(uniqueKeysWithValues: zip(columns, result.values.map(\.number)))
        results[i] = Row(made[i / repetitions]) { column in (known[column] ?? nil).map { .value($0) } ?? .none }
      }
    }
    let found = try results.map { try #require($0) }
    return cells.indices.map { Array(found[$0 * repetitions..<($0 + 1) * repetitions]) }
  }

  private func cell(_ p: CNNParameters) throws -> Cell {
    var cell = cnn.cell
    for (index, parameter) in cnn.parameterTable.enumerated() { try cell.set(index, to: parameter.value(in: p)) }
    return cell
  }

}

/// Of a difference at least as large as that of our mean from the reference's, under equal laws.
func chance(_ ours: [Double], _ reference: [Double], repetitions: Int, answers: Int?) -> Double {
  if let t = standardDifference(ours, mean: reference[0], error: reference[1], repetitions: repetitions, answers: answers) {
    return studentTail(t, degrees: 40)
  }
  // Rounding alone, where nothing differs at all.
  return abs(ours[0] - reference[0]) <= 1e-9 * max(1, abs(reference[0])) ? 1 : 0
}
