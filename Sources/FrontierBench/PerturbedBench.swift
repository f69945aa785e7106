import FrontierNumerics
import Model
import Stability

/// What steps with gradients at perturbed points cost beside plain ones, and their Hessian test beside that of plain steps: ratios taken in one run.
struct PerturbedBench {
  private static let kinds: [(name: String, kind: Perturbation.Name, length: Perturbation.Length)] = [
    ("none", .none, .fixed), ("joint, normalised", .joint, .normalized), ("joint, fixed", .joint, .fixed), ("own, normalised", .own, .normalized),
    ("own, fixed", .own, .fixed), ("probe", .probe, .fixed),
  ]

  func run() throws {
    print("\nsteps with gradients at perturbed points, 20 filters, 400 steps of B = 8 and B = 20; and the stability part of the Hessian test, B = 8")
    print("  samples  perturbation           ns a step  to plain    B = 20  to plain   stability, us  to plain")
    for samples in [80, 400] { try report(samples: samples) }
  }

  private func report(samples: Int) throws {
    let key = RandomKey(seed: 1)
    let dataset = try SignalPlusNoise(samples: samples, dimension: 2000, snr: 0.5).draw(
      architecture: Architecture(filtersPerClass: 10, initScale: 0.05), freshSamples: 0, key: key)
    let network = try TrainingRule(loss: .logistic, stepSize: 3, batchSize: 20, targetLoss: 0.05, maxSteps: 20_000).train(on: dataset, key: key).network
    let split = try ForgetSplit(samples: samples, forgetFraction: 0.2)
    let spectra = PointSpectra(at: try Linearisation(network, on: dataset, split: split, loss: .logistic))
    var plain: [Double] = []
    for (name, kind, length) in Self.kinds {
      let perturbation = try Perturbation(kind, radius: 0.5, length: length)
      let unlearning = try UnlearningRule(forgetRatio: 0.2, stepSize: 100, growthLimit: 1000, perturbation: perturbation)
      var times = try [8, 20].map { batchSize in
        let schedule = try BatchSchedule(split: split, batchSize: batchSize, sampling: .uniform, steps: 400, key: key)
        return bestNanoseconds(calls: 5, rounds: 15) { _ = unlearning.unlearn(network, on: dataset, loss: .logistic, schedule: schedule, key: key) } / 400
      }
      let schedule = try BatchSchedule(split: split, batchSize: 8, sampling: .uniform, steps: 400, key: key)
      let rule = try StepRule(forgetRatio: 0.2, stepSize: 100, batchSize: 8, sampling: .uniform)
      let test = try HessianTest(spectra, rule: rule, schedule: schedule, perturbation: perturbation)
      times.append(bestNanoseconds(calls: 1, rounds: 3) { _ = test.stability(of: test.mixedHessian(), growthLimit: 1000, key: key) } / 1000)
      if plain.isEmpty { plain = times }
      let ratios = zip(times, plain).map { ($0 / $1).text(2, width: 10) }
      print(
        "  \(samples)".padded(11) + name.padded(20) + times[0].text(0, width: 12) + ratios[0] + times[1].text(0, width: 10) + ratios[1]
          + times[2].text(0, width: 16) + ratios[2])
    }
  }
}
