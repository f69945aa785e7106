import Experiments
import Foundation
import Model
import Stability
import TestSupport
import Testing

/// capacity.json: means over 24 repetitions of 20 trained networks from independent code; as many repetitions here, compared within 4 combined standard errors,
/// as the file says. Of 95 comparisons by chance alone one fails in some 150 seeds; the seed is fixed.
@Suite struct CapacityOutcomes {
  struct File: Decodable {
    struct CNN: Decodable {
      struct Row: Decodable {
        let snr, trainStepSize: Double
        let samples: Int
        let testLoss, testLossError, testAccuracy, testAccuracyError, noiseShare, noiseShareError, hessianDimension, hessianDimensionError: Double
        let capacityFrom: Int?
        let learningCapacity, learningCapacityError: Double?
      }
      let dimension, filtersPerClass, trainBatch, maxTrainSteps, repetitions, testSamples: Int
      let initScale, targetLoss: Double
      let rows: [Row]
    }
    let cnn: CNN
  }

  @Test func meansAreWithinSamplingError() throws {
    let file = try fixture("capacity", as: File.self, beside: Repository.root.path + "/Tests/StabilityTests/here.swift").cnn
    try #require(file.rows.count == 20)
    let cells = file.rows.map { row in
      var p = CNNParameters()
      (p.snr, p.samples, p.trainStepSize, p.dimension, p.filtersPerClass) = (row.snr, row.samples, row.trainStepSize, file.dimension, file.filtersPerClass)
      // A batch of 20 of 10 samples is all of them.
      (p.trainBatchSize, p.trainMaxSteps, p.testSamples) = (min(file.trainBatch, row.samples), file.maxTrainSteps, file.testSamples)
      (p.initScale, p.trainTargetLoss, p.unlearnSteps) = (file.initScale, file.targetLoss, 0)
      p.capacityFrom = row.capacityFrom.map { Double($0) / Double(row.samples) } ?? 0
      return p
    }
    let found = CellMeans(cells.map { [$0] }, repetitions: file.repetitions, seed: 71, probes: ["training", "learning"])
    var largest = (z: 0.0, words: ""), count = 0
    func compare(_ column: String, _ i: Int, _ mean: Double, _ error: Double, answers: Int? = nil) throws {
      let values = found.values(column, cell: i), row = file.rows[i], words = "\(column), SNR \(row.snr), n = \(row.samples)"
      try #require(values.count == file.repetitions, "\(words)")
      guard let z = standardDifference(values, mean: mean, error: error, repetitions: file.repetitions, answers: answers) else { return }
      #expect(abs(z) <= 4, "\(words): \(z) standard errors")
      if abs(z) > abs(largest.z) { largest = (z, words) }
      count += 1
    }
    for (i, row) in file.rows.enumerated() {
      try compare("testLossBefore", i, row.testLoss, row.testLossError)
      try compare("testAccuracyBefore", i, row.testAccuracy, row.testAccuracyError, answers: file.testSamples)
      try compare("noiseShare", i, row.noiseShare, row.noiseShareError)
      try compare("hessianDimension", i, row.hessianDimension, row.hessianDimensionError)
      if let capacity = row.learningCapacity, let error = row.learningCapacityError { try compare("learningCapacity", i, capacity, error) }
    }
    #expect(count == 96)
    try theClosedFormIsNear(file, found)
    print("capacity.json: \(count) means compared, largest difference \(largest.z) standard errors (\(largest.words))")
  }

  /// docs/theory.md section 11: U within 6 %, C within 12 % of the measured means.
  private func theClosedFormIsNear(_ file: File.CNN, _ found: CellMeans) throws {
    var (ofLoss, ofCapacity) = (0.0, 0.0)
    func mean(_ column: String, _ cell: Int) -> Double {
      let values = found.values(column, cell: cell)
      return values.reduce(0, +) / Double(values.count)
    }
    for (i, row) in file.rows.enumerated() {
      let curve = LearningCurve(
        snr: row.snr, dimension: Double(file.dimension), filtersPerClass: Double(file.filtersPerClass), targetLoss: file.targetLoss)
      let n = Double(row.samples)
      ofLoss = max(ofLoss, abs(curve.loss(samples: n) / mean("testLossBefore", i) - 1))
      guard let fewer = row.capacityFrom else { continue }
      ofCapacity = max(ofCapacity, abs(curve.capacity(from: Double(fewer), to: n) / mean("learningCapacity", i) - 1))
    }
    #expect(ofLoss < 0.06 && ofCapacity < 0.12, "U off by \(ofLoss), C by \(ofCapacity)")
    print("closed form of learning: U within \(ofLoss), C within \(ofCapacity) of the measured means")
  }

  /// Of the first samples, from the same start, by the same rule.
  @Test func theSmallerNetworkIsTrainedOnTheFirstSamples() throws {
    var p = CNNParameters()
    (p.samples, p.snr, p.trainStepSize, p.testSamples, p.trainBatchSize, p.unlearnSteps) = (41, 0.2, 1, 300, 10, 0)
    for (share, fewer) in [(0.5, 21), (0.01, 1), (1, 40)] {
      p.capacityFrom = share
      let trial = Trial(p, seed: 5, repetition: 1), dataset = try trial.dataset()
      let rule = try TrainingRule(loss: .logistic, stepSize: 1, batchSize: 10, targetLoss: p.trainTargetLoss, maxSteps: p.trainMaxSteps)
      let part = try dataset.restricted(to: Array(0..<fewer)), some = rule.train(onAllOf: part, key: trial.key)
      let first = try #require(part.fresh.quality(of: some.network, loss: .logistic)).loss
      let last = try #require(dataset.fresh.quality(of: try trial.trained().network, loss: .logistic)).loss
      let found = CellMeans([[p]], repetitions: 2, seed: 5, probes: ["learning"])
      #expect(found.values("learningCapacity", cell: 0)[1] == LearningCapacity.slope(from: (Double(fewer), first), to: (41, last)))
      let middle = found.values("signalSamples", cell: 0)[1]
      #expect(abs(middle - 0.04 * 2 / (1 / Double(fewer) + 1.0 / 41)) < 1e-12)
    }
  }
}
