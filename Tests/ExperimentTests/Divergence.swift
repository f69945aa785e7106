import Experiments
import FrontierNumerics
import Model
import TestSupport
import Testing

/// A run that grows or overflows is a result with the step at which it happened, and no result holds NaN or infinity.
@Suite struct Divergence {
  private func dataset(loss: Loss, snr: Double = 1) throws -> Dataset {
    try SignalPlusNoise(samples: 12, dimension: 30, snr: snr)
      .draw(architecture: try Architecture(filtersPerClass: 3, initScale: 0.3), freshSamples: 5, key: RandomKey(seed: 51))
  }

  /// Squared loss feeds on its own error: large steps overflow within the run, and the network is the last one that could be held.
  @Test(arguments: [1e2, 1e4, 1e6]) func overflowEndsARunEarly(stepSize: Double) throws {
    let dataset = try dataset(loss: .squared)
    let split = try ForgetSplit(samples: 12, forgetCount: 3)
    let schedule = try BatchSchedule(split: split, batchSize: 4, sampling: .uniform, steps: 2000, key: RandomKey(seed: 52))
    let run = try UnlearningRule(forgetRatio: 0.3, stepSize: stepSize, growthLimit: 1000)
      .unlearn(dataset.initial, on: dataset, loss: .squared, schedule: schedule)
    let overflow = try #require(run.overflowedAtStep), escape = try #require(run.escapedAtStep)
    #expect(escape <= overflow && overflow < 2000 && run.steps == overflow)
    #expect(run.network.preactivations.isFinite && run.network.coefficients.isFinite)
    let outputs = run.network.outputs(of: dataset.samples)
    #expect(outputs.allSatisfy { $0.isFinite } && outputs.contains { abs($0) > 1e50 })
    #expect(run.network.squaredDistance(gram: dataset.gram).isFinite)
    #expect(dataset.fresh.outputs(of: run.network).allSatisfy { $0.isFinite })
  }

  /// The step before the overflow is kept whole: replaying the schedule up to it gives the same network.
  @Test func theLastNetworkIsTheOneBefore() throws {
    let dataset = try dataset(loss: .squared)
    let split = try ForgetSplit(samples: 12, forgetCount: 3)
    func run(_ steps: Int) throws -> UnlearningRun {
      let schedule = try BatchSchedule(split: split, batchSize: 4, sampling: .uniform, steps: steps, key: RandomKey(seed: 52))
      return try UnlearningRule(forgetRatio: 0.3, stepSize: 1e4, growthLimit: 1000)
        .unlearn(dataset.initial, on: dataset, loss: .squared, schedule: schedule)
    }
    let overflow = try #require(try run(2000).overflowedAtStep)
    let shorter = try run(overflow)
    #expect(shorter.overflowedAtStep == nil && shorter.steps == overflow)
    #expect(try run(2000).network.outputs(of: dataset.samples) == shorter.network.outputs(of: dataset.samples))
  }

  @Test func trainingThatOverflowsSaysSo() throws {
    let dataset = try dataset(loss: .squared)
    let trained = try TrainingRule(loss: .squared, stepSize: 1e5, batchSize: 6, targetLoss: 1e-3, maxSteps: 5000)
      .train(on: dataset, key: RandomKey(seed: 53))
    #expect(trained.end == .overflowed && trained.steps < 5000)
    #expect(trained.loss.isFinite && trained.network.preactivations.isFinite)
  }

  /// Every combination of the extremes that the ranges allow.
  @Test func noMeasurementIsNotANumber() throws {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainBatchSize, p.testSamples, p.trainMaxSteps) = (10, 6, 2, 5, 3, 400)
    (p.trainTargetLoss, p.unlearnSteps, p.batchSize, p.relearnLimit) = (0.3, 60, 3, 3)
    var measured = 0
    func expectNumbers(_ p: CNNParameters) throws {
      for (column, value) in zip(cnn.columns, try cnn.measure(p, seed: 1, repetition: 0).values) {
        if case .number(let number) = value { #expect(number.isFinite, "\(column.name)") }
        if case .undefined(let reason) = value { #expect(!reason.isEmpty && reason != "not a finite number", "\(column.name) at \(p)") }
      }
      measured += 1
    }
    for loss in Loss.allCases {
      for snr in [0, 1e-300, 1, 1e6] {
        for initScale in [0, 0.05, 1e6] {
          for stepSize in [0, 1e-300, 1, 1e6] {
            for forgetRatio in [0, 0.5, 1] {
              (p.loss, p.snr, p.initScale, p.stepSize, p.forgetRatio) = (loss, snr, initScale, stepSize, forgetRatio)
              p.reference = forgetRatio == 0.5 ? .continued : .retrained
              try expectNumbers(p)
            }
          }
        }
      }
    }
    (p.loss, p.initScale) = (.logistic, 0.05)
    for (method, npoBeta) in [(MethodRule.Name.npo, 1e-300), (.npo, 1), (.npo, 1e6), (.relabel, 1), (.uniform, 1)] {
      for snr in [0, 1, 1e6] {
        for stepSize in [1e-300, 1, 1e6] {
          for forgetRatio in [0, 0.5, 1] {
            (p.method, p.npoBeta, p.snr, p.stepSize, p.forgetRatio) = (method, npoBeta, snr, stepSize, forgetRatio)
            try expectNumbers(p)
          }
        }
      }
    }
    #expect(measured == 288 + 135)
  }
}
