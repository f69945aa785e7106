import Model
import FrontierNumerics
import Stability
import Testing

/// What linear stability says of a trained network against what full nonlinear runs from it do: squared loss, SNR 1, alpha = 0, n = 80, over
/// (batch size, step size).
@Suite struct NonlinearRuns {
  struct Trial {
    /// Whether the loss ended above where it began.
    let grew: Bool
    /// Whether each criterion says so.
    let typical, meanSquare: Bool
  }

  /// Away from the boundary are the cells where the runs of all repetitions do the same, whatever any criterion says of them.
  @Test func typicalSignIsWhatRunsDo() throws {
    let repetitions = 5
    let batchSizes = [1, 2, 4, 8, 16, 32, 64]
    let stepSizes = (0..<15).map { Elementary.exp(Double($0) / 14 * Elementary.log(100)) }
    let points = try (0..<repetitions).map { try trainedPoint(key: RandomKey(seed: 1).child($0)) }
    var away: [Trial] = [], boundaryCells = 0
    for batchSize in batchSizes {
      for stepSize in stepSizes {
        let trials = try points.map { try trial($0, batchSize: batchSize, stepSize: stepSize) }
        if trials.allSatisfy({ $0.grew == trials[0].grew }) { away += trials } else { boundaryCells += 1 }
      }
    }
    // Both outcomes are there to be told apart, and most cells are away from the boundary.
    #expect(away.count { $0.grew } > 50 && away.count { !$0.grew } > 50)
    #expect(boundaryCells < batchSizes.count * stepSizes.count / 4)
    let typical = Double(away.count { $0.typical == $0.grew }) / Double(away.count)
    let meanSquare = Double(away.count { $0.meanSquare == $0.grew }) / Double(away.count)
    print(
      "nonlinear runs away from the boundary: \(away.count) trials in \(away.count / repetitions) cells (\(boundaryCells) on the boundary);",
      "typical sign right in \((1000 * typical).rounded() / 10) %, mean square in \((1000 * meanSquare).rounded() / 10) %")
    #expect(typical >= 0.95)
    // Mean square is too early, not too late: rare runs carry the mean.
    #expect(away.allSatisfy { $0.meanSquare || !$0.grew })
  }

  private struct TrainedPoint {
    let key: RandomKey
    let dataset: Dataset
    let network: Network
    let linearisation: Linearisation
    let split: ForgetSplit
  }

  private func trainedPoint(key: RandomKey) throws -> TrainedPoint {
    let data = try SignalPlusNoise(samples: 80, dimension: 2000, snr: 1)
    let dataset = try data.draw(architecture: try Architecture(filtersPerClass: 10, initScale: 0.05), freshSamples: 0, key: key)
    let rule = try TrainingRule(loss: .squared, stepSize: 3, batchSize: 20, targetLoss: 1e-4, maxSteps: 20_000)
    let trained = try rule.train(on: dataset, key: key)
    try #require(trained.end == .reachedTarget)
    let split = try ForgetSplit(samples: 80, forgetFraction: 0.2)
    let point = try Linearisation(trained.network, on: dataset, split: split, loss: .squared)
    return TrainedPoint(key: key, dataset: dataset, network: trained.network, linearisation: point, split: split)
  }

  private func trial(_ point: TrainedPoint, batchSize: Int, stepSize: Double) throws -> Trial {
    let rule = try StepRule(forgetRatio: 0, stepSize: stepSize, batchSize: batchSize, sampling: .uniform)
    let schedule = try BatchSchedule(split: point.split, batchSize: batchSize, sampling: .uniform, steps: 400, key: point.key)
    let run = try UnlearningRule(forgetRatio: 0, stepSize: stepSize, growthLimit: 1000)
      .unlearn(point.network, on: point.dataset, loss: .squared, schedule: schedule)
    let hessians = WeightedHessians(at: point.linearisation, rule: rule)
    let linear = try LinearSimulation(hessians, schedule: schedule, growthLimit: 1000, key: point.key)
    func loss(_ network: Network) -> Double {
      let samples = point.dataset.samples
      return Quality(outputs: network.outputs(of: samples), labels: samples.labels, in: 0..<samples.count, loss: .squared).loss
    }
    // At alpha = 0 the directions of the forget set alone keep the radius at 1 or more; growth is what exceeds that by more than rounding.
    return Trial(
      grew: run.overflowedAtStep != nil || loss(run.network) > loss(point.network), typical: linear.typicalRate > 0,
      meanSquare: try hessians.meanSquareRadius().value > 1 + 1e-8)
  }
}
