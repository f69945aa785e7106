import Experiments
import Foundation
import Stability
import TestSupport
import Testing

/// forget-selection.json: mean accuracies after unlearning at 18 forget ratios, 24 repetitions of 52 policies and data, from independent code. Frontiers - the
/// first forget ratio at which the mean accuracy falls to a level, linear between - are compared within 4 of their standard errors and half a grid step, as the
/// file says.
@Suite struct ForgetSelectionOutcomes {
  struct File: Decodable {
    struct CNN: Decodable {
      struct Row: Decodable {
        let labelNoise, snr, trainStepSize, flippedShare: Double
        let policy: String
        let trained: Int
        let forgetAccuracy, retainAccuracy, forgetAccuracyError, retainAccuracyError: [Double]
        let frontier, retainFrontier, frontierError, groupMeanFieldFrontier: Double?
      }
      let samples, forget, dimension, filtersPerClass, trainBatch, maxTrainSteps, batchSize, steps, repetitions: Int
      let initScale, targetLoss, stepSize: Double
      let forgetRatios: [Double]
      let rows: [Row]
    }
    let cnn: CNN
  }

  private func crossing(_ values: [Double], _ level: Double, _ ratios: [Double]) -> Double? {
    guard let k = values.firstIndex(where: { $0 <= level }) else { return nil }
    guard k > 0 else { return ratios[0] }
    return ratios[k - 1] + (ratios[k] - ratios[k - 1]) * (values[k - 1] - level) / (values[k - 1] - values[k])
  }

  @Test func frontiersAreThoseOfTheReference() throws {
    let file = try fixture("forget-selection", as: File.self, beside: Repository.root.path + "/Tests/StabilityTests/here.swift").cnn
    try #require(file.rows.count == 52)
    let ratios = file.forgetRatios
    func cells(_ row: File.CNN.Row) throws -> [CNNParameters] {
      var p = CNNParameters()
      (p.samples, p.dimension, p.snr, p.labelNoise, p.filtersPerClass) = (file.samples, file.dimension, row.snr, row.labelNoise, file.filtersPerClass)
      (p.initScale, p.trainStepSize, p.trainBatchSize, p.trainTargetLoss) = (file.initScale, row.trainStepSize, file.trainBatch, file.targetLoss)
      (p.trainMaxSteps, p.stepSize, p.batchSize, p.unlearnSteps) = (file.maxTrainSteps, file.stepSize, file.batchSize, file.steps)
      (p.forgetFraction, p.testSamples, p.reference) = (Double(file.forget) / Double(file.samples), 0, .none)
      p.forgetSelection = row.policy == "random" ? .first : try #require(ForgetSelection(rawValue: row.policy))
      return ratios.map { ratio in
        var cell = p
        cell.forgetRatio = ratio
        return cell
      }
    }
    let found = CellMeans(try file.rows.map(cells), repetitions: file.repetitions, seed: 91, probes: ["run", "forgetSet"])
    var largest = (z: 0.0, words: ""), frontiers = 0
    for (i, row) in file.rows.enumerated() {
      let place = "noise \(row.labelNoise), SNR \(row.snr), \(row.policy)"
      func means(_ column: String) throws -> [Double] {
        try ratios.indices.map { k in
          let values = found.values(column, cell: i * ratios.count + k)
          try #require(values.count >= file.repetitions - 4, "\(place): \(values.count)")
          return values.reduce(0, +) / Double(values.count)
        }
      }
      let forget = try means("forgetAccuracy"), retain = try means("retainAccuracy")
      for (k, ratio) in ratios.enumerated() {
        for (column, mean, error, answers) in [
          ("forgetAccuracy", row.forgetAccuracy[k], row.forgetAccuracyError[k], file.forget),
          ("retainAccuracy", row.retainAccuracy[k], row.retainAccuracyError[k], file.samples - file.forget),
        ] {
          let values = found.values(column, cell: i * ratios.count + k)
          if let z = standardDifference(values, mean: mean, error: error, repetitions: row.trained, answers: answers), abs(z) > abs(largest.z) {
            largest = (z, "\(place), \(column) at \(ratio)")
          }
        }
      }
      func compare(_ ours: Double?, _ theirs: Double?, _ error: Double, _ words: String) {
        guard let theirs else { return }
        guard let ours else {
          Issue.record("\(place), \(words): never, for \(theirs)")
          return
        }
        let step = zip(ratios, ratios.dropFirst()).first { theirs <= $1 }.map { $1 - $0 } ?? 0.04
        #expect(abs(ours - theirs) <= 4 * error + step / 2, "\(place), \(words): \(ours) for \(theirs), error \(error)")
        frontiers += 1
      }
      print("forget frontier, \(place): \(crossing(forget, 0.5, ratios).map { "\($0)" } ?? "none"), in the file \(row.frontier.map { "\($0)" } ?? "none")")
      compare(crossing(forget, 0.5, ratios), row.frontier, row.frontierError ?? 0, "forget frontier")
      // The measured groups' own: where half of the networks are foretold to forget.
      let foretold = ratios.indices.map { k in
        let margins = found.values("groupMeanFieldForgetMargin", cell: i * ratios.count + k)
        return Double(margins.count { $0 > 0 }) / Double(max(margins.count, 1))
      }
      compare(crossing(foretold, 0.5, ratios), row.groupMeanFieldFrontier, row.frontierError ?? 0, "frontier of the group mean field")
      // Of the retain frontier the file has no error: that of the accuracies over its slope there.
      if let theirs = row.retainFrontier, let k = ratios.lastIndex(where: { $0 < theirs }), k + 1 < ratios.count {
        let slope = abs(row.retainAccuracy[k + 1] - row.retainAccuracy[k]) / (ratios[k + 1] - ratios[k])
        let error = max(row.retainAccuracyError[k], row.retainAccuracyError[k + 1]) / max(slope, 1e-9)
        compare(crossing(retain, 0.95, ratios), theirs, error * 2.0.squareRoot(), "retain frontier")
      }
      let flipped = found.values("forgetFlippedShare", cell: i * ratios.count), mean = flipped.reduce(0, +) / Double(flipped.count)
      // Flips are drawn sample by sample: a mean over so many forget samples spreads no more than independent ones.
      let spread = (max(row.flippedShare * (1 - row.flippedShare), 0.01) * 2 / Double(file.forget * file.repetitions)).squareRoot()
      #expect(abs(mean - row.flippedShare) <= 6 * spread, "\(place): flipped \(mean) for \(row.flippedShare)")
    }
    #expect(frontiers == 140 && abs(largest.z) <= 5)
    print("forget-selection.json: \(frontiers) frontiers compared; largest difference of an accuracy \(largest.z) standard errors (\(largest.words))")
  }
}
