import Dispatch
import Experiments
import Foundation
import Images
import Model
import TestSupport
import Testing

/// digits.json: means over 24 repetitions of 24 cells (SNR, forget ratio) and three networks trained on digits, from independent code; as many repetitions
/// here, compared as in `DeletionGrid`. At SNR 0.2 training takes some 8000 steps, and for one network in some fifty 20,000 do not suffice. False-alarm rate 10^-3 for all comparisons together (Bonferroni).
@Suite struct DigitsReference {
  struct File: Decodable {
    struct Settings: Decodable {
      let classes: [Int]
      let samples, forget, fresh, filtersPerClass, trainBatch, maxTrainSteps, batchSize, steps, repetitions: Int
      let initScale, trainStepSize, targetLoss, stepSize: Double
    }
    /// A number, or "natural".
    struct SNR: Decodable, Hashable {
      let value: Double?

      init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(Double.self) }
    }
    struct Network: Decodable {
      let snr: SNR
      let attackAUCBefore, testAccuracyBefore, retrainedForgetAccuracy, retrainedTestAccuracy, retrainedAttackAUC, squaredDistanceTrainedRetrained: [Double]
    }
    struct Line: Decodable {
      let snr: SNR
      let forgetRatio: Double
      let forgetAccuracy, retainAccuracy, testAccuracy, attackAUC, tugOfWar, forgotten, meanFieldForgotten, meanFieldAgrees: [Double]
    }
    let settings: Settings
    let networks: [Network]
    let rows: [Line]
  }

  @Test func meansAreWithinSamplingError() throws {
    let file = try fixture("digits", as: File.self, beside: Repository.root.path + "/Tests/ImagesTests/here.swift"), s = file.settings
    try #require(file.rows.count == 24 && file.networks.count == 3)
    let images = try ImageData(
      ImageRequest(images: ["digits.csv.gz"], labels: [], classes: s.classes, folder: Repository.root.path + "/sweeps/data").read())
    func cell(_ line: File.Line) throws -> Cell {
      var p = CNNParameters()
      (p.images, p.patches, p.snr, p.forgetRatio) = (images, .together, line.snr.value ?? images.facts.naturalSNR, line.forgetRatio)
      (p.samples, p.forgetFraction, p.testSamples, p.filtersPerClass) = (s.samples, Double(s.forget) / Double(s.samples), s.fresh, s.filtersPerClass)
      (p.initScale, p.trainStepSize, p.trainBatchSize, p.trainTargetLoss) = (s.initScale, s.trainStepSize, s.trainBatch, s.targetLoss)
      (p.trainMaxSteps, p.stepSize, p.batchSize, p.unlearnSteps) = (s.maxTrainSteps, s.stepSize, s.batchSize, s.steps)
      return Cell(of: cnn, at: p)
    }
    let cells = try file.rows.map(cell), wanted = cnn.probes.map { $0.name != "stability" }, columns = cnn.columns.map(\.name), count = s.repetitions
    var results = [Row?](repeating: nil, count: cells.count * count)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: 3 * count) { i in
        // The cells of one SNR share their networks.
        let mine = cells.indices.filter { file.rows[$0].snr == file.networks[i / count].snr }
        guard let preparation = try? cells[mine[0]].prepare(seed: 47, repetition: i % count) else { return }
        for cell in mine {
          let result = cells[cell].measure(seed: 47, repetition: i % count, probes: wanted, with: preparation)
          let known = Dictionary(uniqueKeysWithValues: zip(columns, result.values.map(\.number)))
          results[cell * count + i % count] = Row(cells[cell]) { column in (known[column] ?? nil).map { .value($0) } ?? .none }
        }
      }
    }
    var comparisons: [(words: String, p: Double)] = []
    func compare(_ words: String, _ rows: [Row], _ expected: [Double], answers: Int? = nil, _ value: (Row) -> Double?) throws {
      // Of those in which both networks reached the target, as in the reference: there in all.
      let values = try rows.filter { $0.value("retrainedSquaredDistance") != nil }.map { try #require(value($0), "\(words)") }
      try #require(values.count >= count - 4)
      comparisons.append((words, chance(values, expected, repetitions: count, answers: answers)))
    }
    for (cell, line) in file.rows.enumerated() {
      let rows = try (0..<count).map { try #require(results[cell * count + $0]) }
      let words = "SNR \(line.snr.value.map { "\($0)" } ?? "natural"), alpha \(line.forgetRatio)"
      func forgotten(_ row: Row) -> Double? { event("forgetSuccess").happened(row, SuccessThresholds()).map { $0 ? 1 : 0 } }
      func foretold(_ row: Row) -> Double? { row.value("meanFieldForgetMargin").map { $0 <= 0 ? 1 : 0 } }
      try compare("forgetAccuracy, \(words)", rows, line.forgetAccuracy, answers: s.forget) { $0.value("forgetAccuracy") }
      try compare("retainAccuracy, \(words)", rows, line.retainAccuracy, answers: s.samples - s.forget) { $0.value("retainAccuracy") }
      try compare("testAccuracy, \(words)", rows, line.testAccuracy, answers: s.fresh) { $0.value("testAccuracy") }
      try compare("attackAUC, \(words)", rows, line.attackAUC) { $0.value("attackAUC") }
      try compare("tugOfWar, \(words)", rows, line.tugOfWar, answers: s.forget) { $0.value("tugOfWar") }
      try compare("forgotten, \(words)", rows, line.forgotten, answers: 1, forgotten)
      try compare("meanFieldForgotten, \(words)", rows, line.meanFieldForgotten, answers: 1, foretold)
      try compare("meanFieldAgrees, \(words)", rows, line.meanFieldAgrees, answers: 1) { row in
        forgotten(row).flatMap { a in foretold(row).map { a == $0 ? 1 : 0 } }
      }
    }
    for network in file.networks {
      let cell = try #require(file.rows.firstIndex { $0.snr == network.snr }), rows = try (0..<count).map { try #require(results[cell * count + $0]) }
      let words = "networks at SNR \(network.snr.value.map { "\($0)" } ?? "natural")"
      for (column, expected, answers) in [
        ("attackAUCBefore", network.attackAUCBefore, nil), ("testAccuracyBefore", network.testAccuracyBefore, s.fresh),
        ("referenceForgetAccuracy", network.retrainedForgetAccuracy, s.forget), ("referenceTestAccuracy", network.retrainedTestAccuracy, s.fresh),
        ("retrainedAttackAUC", network.retrainedAttackAUC, nil), ("retrainedSquaredDistance", network.squaredDistanceTrainedRetrained, nil),
      ] as [(String, [Double], Int?)] { try compare("\(column), \(words)", rows, expected, answers: answers) { $0.value(column) } }
    }
    #expect(comparisons.count == 24 * 8 + 3 * 6)
    let level = 1e-3 / Double(comparisons.count)
    for comparison in comparisons { #expect(comparison.p > level, "\(comparison.words): p \(comparison.p)") }
    let smallest = comparisons.min { $0.p < $1.p }
    print("digits.json: \(comparisons.count) means compared, smallest p \(smallest?.p ?? 1) (\(smallest?.words ?? "")), level \(level)")
  }
}
