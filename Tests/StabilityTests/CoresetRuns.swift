import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// Two cells of coreset.json from draws of this project's own: chosen at the warm network, trained from the start on the coreset alone.
///
/// Over all 24 cells each quantity's squared differences are 0.3 to 2 squared errors on average. Facility's accuracy tells how its weights are meant: 0.9 as
/// here, 7 if training stopped by the unweighted mean loss, 30 if it did not weigh samples at all.
@Suite struct CoresetRuns {
  struct CNN: Decodable {
    let samples, dimension, filtersPerClass, trainBatch, maxTrainSteps, posteriorDraws, testSamples, repetitions: Int
    let initScale, targetLoss, warmupLoss, posteriorScale: Double
    let rows: [Row]
  }

  struct Row: Decodable {
    let snr, trainStepSize, labelNoise: Double
    let size: Int
    let policy: String
    let testAccuracy, testAccuracyError, flippedShare, flippedShareError, gradientMisfit, gradientMisfitError: Double
    let smoothedGradientMisfit, smoothedGradientMisfitError, hessianMisfit, hessianMisfitError: Double
  }

  struct Trial {
    let accuracy, flippedShare, gradient, smoothed, hessian: Double
  }

  private struct File: Decodable { let cnn: CNN }
  private let cnn: CNN

  init() throws { cnn = try fixture("coreset", as: File.self).cnn }

  @Test(arguments: [(0.08, 0.2, 16), (0.2, 0.35, 32)]) func cell(snr: Double, labelNoise: Double, size: Int) throws {
    let rows = cnn.rows.filter { $0.snr == snr && $0.labelNoise == labelNoise && $0.size == size }
    try #require(rows.count == CoresetSelection.allCases.count)
    var trials: [String: [Trial]] = [:]
    for repetition in 0..<cnn.repetitions {
      for (policy, trial) in try self.trials(rows[0], key: RandomKey(seed: 77).child(repetition)) { trials[policy, default: []].append(trial) }
    }
    for row in rows {
      let ours = try #require(trials[row.policy])
      func expect(_ name: String, _ path: KeyPath<Trial, Double>, _ mean: Double, _ error: Double, answers: Int? = nil) throws {
        let z = try #require(
          standardDifference(ours.map { $0[keyPath: path] }, mean: mean, error: error, repetitions: cnn.repetitions, answers: answers))
        #expect(abs(z) <= 4, "SNR \(snr), \(row.policy), \(name): \(z) errors from \(mean)")
      }
      try expect("accuracy", \.accuracy, row.testAccuracy, row.testAccuracyError, answers: cnn.testSamples)
      try expect("flipped share", \.flippedShare, row.flippedShare, row.flippedShareError, answers: size)
      try expect("gradient misfit", \.gradient, row.gradientMisfit, row.gradientMisfitError)
      try expect("smoothed gradient misfit", \.smoothed, row.smoothedGradientMisfit, row.smoothedGradientMisfitError)
      try expect("Hessian misfit", \.hessian, row.hessianMisfit, row.hessianMisfitError)
    }
  }

  private func trials(_ row: Row, key: RandomKey) throws -> [(policy: String, Trial)] {
    let data = try SignalPlusNoise(samples: cnn.samples, dimension: cnn.dimension, snr: row.snr, labelNoise: row.labelNoise)
    let architecture = try Architecture(filtersPerClass: cnn.filtersPerClass, initScale: cnn.initScale)
    let dataset = try data.draw(architecture: architecture, freshSamples: cnn.testSamples, key: key)
    func rule(_ targetLoss: Double) throws -> TrainingRule {
      try TrainingRule(
        loss: .logistic, stepSize: row.trainStepSize, batchSize: cnn.trainBatch, targetLoss: targetLoss, maxSteps: cnn.maxTrainSteps)
    }
    var posterior = key.child(1001).stream()
    let moments = GradientMoments(
      try rule(cnn.warmupLoss).train(on: dataset, key: key).network, on: dataset, loss: .logistic, posteriorScale: cnn.posteriorScale,
      draws: cnn.posteriorDraws, from: &posterior)
    return try CoresetSelection.allCases.map { selection in
      let coreset = try selection.choose(row.size, by: moments, from: key.child(1002).stream())
      let misfits = CoresetMisfits(of: coreset.members, in: moments), part = try dataset.restricted(to: coreset.members, weights: coreset.weights)
      let trained = try rule(cnn.targetLoss).train(onAllOf: part, key: key.child(1003))
      let flipped = coreset.members.count { dataset.samples.isFlipped($0) }
      return (
        selection.rawValue,
        Trial(
          accuracy: try #require(part.fresh.quality(of: trained.network, loss: .logistic)).accuracy, flippedShare: Double(flipped) / Double(row.size),
          gradient: try #require(misfits.gradient), smoothed: try #require(misfits.smoothedGradient), hessian: try #require(misfits.hessian))
      )
    }
  }
}
