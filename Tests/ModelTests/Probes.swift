import Foundation
import FrontierNumerics
import Model
import TestSupport
import Testing

/// Gradients at randomly perturbed weights (theory.md section 9).
@Suite struct Probes {
  /// Two samples that share the signal, with noise that overlaps: three patches, whose Gram matrix has rank three, or two where one depends on the others.
  private func network(dependent: Bool, _ stream: inout RandomStream) -> ExplicitNetwork {
    let mu = stream.gaussians(3), xi = stream.gaussians(3)
    return ExplicitNetwork(
      weights: (0..<4).map { _ in stream.gaussians(3) }, patches: [mu, xi, dependent ? zip(mu, xi).map { 0.5 * $0 - $1 } : stream.gaussians(3)],
      samples: [[(patch: 0, sign: 1), (patch: 1, sign: 1)], [(patch: 0, sign: -1), (patch: 2, sign: 1)]], labels: [1, -1], loss: .squared)
  }

  /// The outputs at the probed point have the law of a network whose weights have the noise added: Kolmogorov and Smirnov's test at 1e-4 for each of four.
  @Test(arguments: [false, true]) func theLawIsThatOfNoiseOnTheWeights(dependent: Bool) throws {
    var stream = RandomKey(seed: 85).child(dependent ? 1 : 0).stream()
    let explicit = network(dependent: dependent, &stream), (dataset, start) = try explicit.spanForm()
    let simulator = Simulator(start, on: dataset, loss: .squared, largestBatch: 2)
    let spread = 0.7, draws = 4000
    var ours: [[Double]] = [], theirs: [[Double]] = []
    for _ in 0..<draws {
      let taken = simulator.takeGradient(of: WeightedBatch([0, 1]), times: 1, probedBy: spread, from: &stream)
      #expect(taken)
      ours.append(simulator.lastOutputs)
      var noisy = explicit
      for r in noisy.weights.indices { for (c, x) in stream.gaussians(3).enumerated() { noisy.weights[r][c] += spread * x } }
      theirs.append(noisy.outputs)
    }
    // Both outputs, their sum and their difference: the noise of patches goes together.
    for (a, b) in [(1.0, 0.0), (0, 1), (1, 1), (1, -1)] {
      let p = kolmogorovSmirnov(ours.map { a * $0[0] + b * $0[1] }, theirs.map { a * $0[0] + b * $0[1] })
      #expect(p > 1e-4, "\(a), \(b): \(p)")
    }
    let still = explicit.outputs[0], spreadOut = ours.map { abs($0[0] - still) }.reduce(0, +) / Double(draws)
    #expect(spreadOut > 0.1)
  }

  /// The mean gradient over probes is that of E l(w + xi) = (fbar - y)^2/2 + Var f/2 for squared loss: closed forms for orthogonal patches, differentiated
  /// numerically, against the mean of 40,000 probes within five standard errors (a false alarm in 10^6 for each of eight).
  @Test func theMeanGradientIsThatOfTheMeanLoss() throws {
    var stream = RandomKey(seed: 86).stream()
    let explicit = ExplicitNetwork(
      weights: (0..<4).map { _ in stream.gaussians(2).map { 0.6 * $0 } }, patches: [[1.3, 0], [0, 0.8]],
      samples: [[(patch: 0, sign: 1), (patch: 1, sign: 1)]], labels: [1], loss: .squared)
    let (dataset, start) = try explicit.spanForm(), spread = 0.5, lengths = [1.3, 0.8], m = 2.0
    func cdf(_ u: Double) -> Double { 0.5 * erfc(-u / 2.0.squareRoot()) }
    func density(_ u: Double) -> Double { exp(-u * u / 2) / (2 * Double.pi).squareRoot() }
    func meanLoss(_ z: [[Double]]) -> Double {
      var mean = 0.0, variance = 0.0
      for r in 0..<4 {
        for p in 0..<2 {
          let scale = spread * lengths[p], u = z[r][p] / scale, psi = u * cdf(u) + density(u)
          mean += (r < 2 ? 1 : -1) * scale * psi / m
          variance += scale * scale * ((1 + u * u) * cdf(u) + u * density(u) - psi * psi) / (m * m)
        }
      }
      return (mean - 1) * (mean - 1) / 2 + variance / 2
    }
    let z = (0..<4).map { start.preactivations.row($0) }
    let simulator = Simulator(start, on: dataset, loss: .squared, largestBatch: 1)
    let draws = 40_000
    // A step of the whole gradient moves the coefficients by it: z_rp by itself times |v_p|^2.
    var sums = [[Double]](repeating: [0, 0], count: 4), squares = sums
    for _ in 0..<draws {
      let taken = simulator.takeGradient(of: WeightedBatch([0]), times: 1, probedBy: spread, from: &stream)
      #expect(taken)
      let coefficients = simulator.pendingCoefficients
      for r in 0..<4 {
        for p in 0..<2 {
          sums[r][p] += coefficients[r][p]
          squares[r][p] += coefficients[r][p] * coefficients[r][p]
        }
      }
    }
    for r in 0..<4 {
      for p in 0..<2 {
        let mean = sums[r][p] / Double(draws), error = ((squares[r][p] / Double(draws) - mean * mean) / Double(draws)).squareRoot()
        var up = z, down = z
        up[r][p] += 1e-4
        down[r][p] -= 1e-4
        // dL/dw_r = sum_p (dL/dz_rp) v_p: the coefficient of patch p is dL/dz_rp.
        let expected = (meanLoss(up) - meanLoss(down)) / 2e-4
        #expect(abs(mean - expected) < 5 * error, "filter \(r), patch \(p): \(mean) +- \(error) against \(expected)")
        #expect(error < 0.05 * abs(expected) + 0.01)
      }
    }
  }

  /// The noise depends on the repetition's key alone, and each run draws its own.
  @Test func runsRepeat() throws {
    let key = RandomKey(seed: 87)
    let dataset = try SignalPlusNoise(samples: 12, dimension: 60, snr: 0.6).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.3), freshSamples: 0, key: key)
    let split = try ForgetSplit(samples: 12, forgetCount: 3)
    let schedule = try BatchSchedule(split: split, batchSize: 4, sampling: .uniform, steps: 20, key: key)
    let rule = try UnlearningRule(forgetRatio: 0.3, stepSize: 2, growthLimit: 1e9, perturbation: Perturbation(.probe, radius: 0.4))
    func outputs(_ key: RandomKey) -> [Double] {
      rule.unlearn(dataset.initial, on: dataset, loss: .logistic, schedule: schedule, key: key).network.outputs(of: dataset.samples)
    }
    #expect(outputs(key) == outputs(key) && outputs(key) != outputs(RandomKey(seed: 88)))
    let training = try TrainingRule(loss: .logistic, stepSize: 1, batchSize: 4, targetLoss: 0.2, maxSteps: 100, perturbation: rule.perturbation)
    let first = try training.train(on: dataset, key: key), again = try training.train(on: dataset, key: key)
    #expect(first.network.outputs(of: dataset.samples) == again.network.outputs(of: dataset.samples))
    let retraining = Retraining(training, on: dataset, split: split, key: key)
    #expect(retraining.first.loss != retraining.second.loss)
  }

  @Test func aRadiusOutOfRangeIsRefusedByName() {
    for radius in [-1, .nan, .infinity, 2e6] {
      let error = #expect(throws: ParameterError.self) { try Perturbation(.joint, radius: radius, parameter: "trainRadius") }
      #expect(error?.parameter == "trainRadius")
    }
  }
}
