import Dispatch
import Experiments
import Foundation
import Model
import TestSupport
import Testing

/// cnn-frontier.json: mean accuracies over 24 seeds a cell, from independent code. Every third forget ratio at every SNR, 24 repetitions a cell.
///
/// A cell's two means are compared by their difference over its standard error. A group of accuracies near 0 or 1 may show no spread at all, so the
/// variance of a trial is bounded below by that of one sample's answer in the set: with 16 (or 64) samples a set, 1/(16 n) of p (1 - p) at the pooled p moved
/// towards 1/2 by one sample. False-alarm rate 10^-3 for all comparisons together (Bonferroni).
@Suite struct FrontierReference {
  struct File: Decodable {
    struct Row: Decodable {
      let snr, stepSize, forgetRatio, forgetAccuracy, forgetAccuracyError, retainAccuracy, retainAccuracyError: Double
      let batchSize: Int
    }
    struct Setting: Decodable {
      let samples, forget, dimension, filtersPerClass, trainBatch, maxTrainSteps, steps, repetitions: Int
      let initScale, trainStepSize, targetLoss: Double
      let rows: [Row]
    }
    let `case`: Setting
  }

  private struct Accuracies { var forget = 0.0, retain = 0.0 }

  @Test func meanAccuraciesWithinSamplingError() throws {
    let setting = try fixture("cnn-frontier", as: File.self).case
    let ratios = Set([0.02, 0.15, 0.3, 0.45])
    let rows = setting.rows.filter { ratios.contains($0.forgetRatio) }
    try #require(rows.count == 40)
    let trials = rows.flatMap { row in
      (0..<setting.repetitions).map { (parameters(setting, row), $0) }
    }
    let results = measureAll(trials)
    let level = 1e-3 / Double(2 * rows.count)
    var smallest = 1.0
    for (r, row) in rows.enumerated() {
      let cell = try results[(r * setting.repetitions)..<((r + 1) * setting.repetitions)].map { try #require($0) }
      for (name, ours, mean, error, size) in [
        ("forget", cell.map(\.forget), row.forgetAccuracy, row.forgetAccuracyError, setting.forget),
        ("retain", cell.map(\.retain), row.retainAccuracy, row.retainAccuracyError, setting.samples - setting.forget),
      ] {
        let z = try #require(standardDifference(ours, mean: mean, error: error, repetitions: setting.repetitions, answers: size))
        smallest = min(smallest, normalTail(z))
        #expect(normalTail(z) > level, "\(name) at SNR \(row.snr), alpha \(row.forgetRatio): z = \(z)")
      }
    }
    print("cnn-frontier.json: \(2 * rows.count) means compared, smallest p \(smallest), level \(level)")
  }

  private func parameters(_ setting: File.Setting, _ row: File.Row) -> CNNParameters {
    var p = CNNParameters()
    p.samples = setting.samples
    p.forgetFraction = Double(setting.forget) / Double(setting.samples)
    p.dimension = setting.dimension
    p.filtersPerClass = setting.filtersPerClass
    p.initScale = setting.initScale
    p.trainStepSize = setting.trainStepSize
    p.trainBatchSize = setting.trainBatch
    p.trainTargetLoss = setting.targetLoss
    p.trainMaxSteps = setting.maxTrainSteps
    p.unlearnSteps = setting.steps
    p.snr = row.snr
    p.stepSize = row.stepSize
    p.batchSize = row.batchSize
    p.forgetRatio = row.forgetRatio
    p.testSamples = 0
    return p
  }

  /// Nil where a trial failed.
  private func measureAll(_ trials: [(parameters: CNNParameters, repetition: Int)]) -> [Accuracies?] {
    var results = [Accuracies?](repeating: nil, count: trials.count)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: trials.count) { i in
        guard let measured = try? cnn.measure(trials[i].parameters, seed: 41, repetition: trials[i].repetition),
          case .number(let forget) = measured["forgetAccuracy"],
          case .number(let retain) = measured["retainAccuracy"]
        else { return }
        results[i] = Accuracies(forget: forget, retain: retain)
      }
    }
    return results
  }
}
