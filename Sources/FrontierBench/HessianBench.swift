import Model
import FrontierNumerics
import Stability

/// The Hessian test of one cell against the unlearning run of that cell, and what each part of it costs.
struct HessianBench {
  func run() throws {
    for (loss, snr, forgetRatio, stepSize) in [(Loss.logistic, 0.5, 0.2, 100.0), (.logistic, 0.05, 0.05, 100), (.squared, 1.0, 0.0, 10)] {
      try cell(loss: loss, snr: snr, forgetRatio: forgetRatio, stepSize: stepSize)
    }
    try aPrioriFrontier()
    try syntheticGrid()
  }

  private func cell(loss: Loss, snr: Double, forgetRatio: Double, stepSize: Double) throws {
    let key = RandomKey(seed: 1), steps = 400
    let dataset = try SignalPlusNoise(samples: 80, dimension: 2000, snr: snr)
      .draw(architecture: try Architecture(filtersPerClass: 10, initScale: 0.05), freshSamples: 0, key: key)
    let training = try TrainingRule(loss: loss, stepSize: 3, batchSize: 20, targetLoss: loss == .logistic ? 0.05 : 1e-6, maxSteps: 20_000)
    let network = try training.train(on: dataset, key: key).network
    let split = try ForgetSplit(samples: 80, forgetFraction: 0.2)
    let rule = try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: 8, sampling: .uniform)
    let unlearning = try UnlearningRule(forgetRatio: forgetRatio, stepSize: stepSize, growthLimit: 1000)
    let schedule = try BatchSchedule(split: split, batchSize: 8, sampling: .uniform, steps: steps, key: key)
    let run = try bestNanoseconds(calls: 5) {
      let schedule = try BatchSchedule(split: split, batchSize: 8, sampling: .uniform, steps: steps, key: key)
      _ = unlearning.unlearn(network, on: dataset, loss: loss, schedule: schedule)
    }
    let point = try Linearisation(network, on: dataset, split: split, loss: loss)
    let spectra = PointSpectra(at: point), hessians = WeightedHessians(at: point, rule: rule)
    var radius: Eigenvalue?
    let whole = try bestNanoseconds(calls: 5) {
      _ = try HessianTest(spectra, rule: rule, schedule: schedule).predictors(growthLimit: 1000, key: key, dataModel: nil)
    }
    print("\nHessian test of one cell: \(loss) loss, SNR \(snr), alpha \(forgetRatio), eta \(stepSize), B 8, n = 80, 400 steps")
    report("unlearning run", run, of: run)
    report("all criteria together", whole, of: run)
    report("  ends of the mixed Hessian", bestNanoseconds(calls: 5) { _ = try? MixedHessianEnds(hessians) }, of: run)
    report("  mixed coherence", bestNanoseconds(calls: 5) { _ = try? hessians.mixedCoherence(spectra) }, of: run)
    report("  noise radius", bestNanoseconds(calls: 5) { _ = try? hessians.noiseRadius(spectra) }, of: run)
    let meanSquare = bestNanoseconds(calls: 5) { radius = try? hessians.meanSquareRadius() }
    report("  mean square (\(radius?.iterations ?? 0) iterations; finds D's ends too)", meanSquare, of: run)
    report("  contraction", bestNanoseconds(calls: 5) { _ = try? hessians.contraction() }, of: run)
    report(
      "  typical rate",
      bestNanoseconds(calls: 5) { _ = try? LinearSimulation(hessians, schedule: schedule, growthLimit: 1000, key: key) }, of: run)
    report("  tangent", bestNanoseconds(calls: 5) { _ = TangentPrediction(at: point, rule: rule, schedule: schedule) }, of: run)
    if case .success(let field) = spectra.meanField {
      report("  mean field", bestNanoseconds(calls: 5) { _ = field.run(forgetRatio: forgetRatio, stepSize: stepSize, steps: steps) }, of: run)
    }
    let once = try bestNanoseconds(calls: 5) { _ = PointSpectra(at: try Linearisation(network, on: dataset, split: split, loss: loss)) }
    report("once a trained network", once, of: run)
  }

  private func aPrioriFrontier() throws {
    let models = (0..<1000).map {
      DataModel(
        snr: 0.05 + 0.002 * Double($0), samples: 80, forgetCount: 16, filtersPerClass: 10, stepSize: 100, steps: 400, targetLoss: 0.05,
        forgetRatio: 0)
    }
    let time = bestNanoseconds(calls: 1, rounds: 5) { _ = APrioriMeanField.frontier(models, solving: \.forgetRatio, in: 0...1) }
    print("\na-priori mean-field frontier at 1000 points, 400 steps: \((time * 1e-6).text(1)) ms")
  }

  /// The paper's heatmap: 50 coherences x 49 batch sizes, 10 repetitions of 1000 steps.
  private func syntheticGrid() throws {
    for forgetRatio in [0.0, 0.1] {
      var survived = 0
      let time = try bestNanoseconds(calls: 1, rounds: 1) {
        for coherence in 1...50 {
          for batchSize in 1...49 {
            let rule = try StepRule(forgetRatio: forgetRatio, stepSize: 0.5, batchSize: batchSize, sampling: .uniform)
            let test = try SyntheticTest(samples: 100, coherence: coherence, rule: rule, steps: 1000, growthLimit: 1000)
            for repetition in 0..<10 where test.run(key: RandomKey(seed: 1).child(repetition)).survived { survived += 1 }
          }
        }
      }
      print("synthetic test, 50 x 49 grid, 10 repetitions, alpha = \(forgetRatio): \((time * 1e-9).text(2)) s on one core (\(survived) of 24500 runs survive)")
    }
  }

  private func report(_ name: String, _ nanoseconds: Double, of run: Double) {
    print("  \(name)".padded(44) + "\((nanoseconds / 1000).text(0, width: 6)) us  \((nanoseconds / run).text(2, width: 6)) of the run")
  }
}
