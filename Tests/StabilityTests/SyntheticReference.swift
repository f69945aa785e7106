import Foundation
import Model
import FrontierNumerics
import Stability
import TestSupport
import Testing

/// hessian-test.json: survival probabilities of the synthetic Hessian test from direct simulation by independent code, 100 runs a cell.
@Suite struct SyntheticReference {
  struct File: Decodable {
    struct Case: Decodable {
      let samples, steps, repetitions: Int
      let stepSize, forgetRatio, growthLimit: Double
      let coherences, batchSizes: [Int]
      let survivalProbability: [[Double]]
    }
    let cases: [Case]
  }

  private static func survivors(_ setting: File.Case, coherence: Int, batchSize: Int, runs: Int) throws -> Int {
    let rule = try StepRule(forgetRatio: setting.forgetRatio, stepSize: setting.stepSize, batchSize: batchSize, sampling: .uniform)
    let test = try SyntheticTest(
      samples: setting.samples, coherence: coherence, rule: rule, steps: setting.steps, growthLimit: setting.growthLimit)
    return (0..<runs).filter { test.run(key: RandomKey(seed: 3).child($0)).survived }.count
  }

  /// All 243 cells at a family-wise false-alarm rate of 1e-3 (Bonferroni).
  @Test(arguments: 0..<3) func survivalWithinSamplingError(index: Int) throws {
    let setting = try fixture("hessian-test", as: File.self).cases[index]
    for (row, coherence) in setting.coherences.enumerated() {
      for (column, batchSize) in setting.batchSizes.enumerated() {
        let runs = 100
        let ours = try Self.survivors(setting, coherence: coherence, batchSize: batchSize, runs: runs)
        let theirs = Int((setting.survivalProbability[row][column] * Double(setting.repetitions)).rounded())
        let p = fisherExact(ours, of: runs, theirs, of: setting.repetitions)
        #expect(p > 1e-3 / 243, "coherence \(coherence), B = \(batchSize): \(ours) and \(theirs) of 100 survive")
      }
    }
  }

  /// The closed forms against the general code, fed with the same matrices: n gradients on axes, h = 1.
  @Test func closedFormsAgreeWithTheGeneralTest() throws {
    for (samples, coherence) in [(6, 1), (6, 3), (6, 6), (9, 4)] {
      for forgetRatio in [0.0, 0.1, 0.4, 0.5, 0.8, 1.0] {
        for sampling in Sampling.allCases {
          for batchSize in [1, 2, samples] {
            let rule = try StepRule(forgetRatio: forgetRatio, stepSize: 0.7, batchSize: batchSize, sampling: sampling)
            let closed = try SyntheticTest(samples: samples, coherence: coherence, rule: rule, steps: 100, growthLimit: 1000)
              .predictors
            let point = try axes(samples: samples, coherence: coherence)
            let hessians = WeightedHessians(at: point, rule: rule), spectra = PointSpectra(at: point)
            func expect(_ name: String, _ general: Double, _ quantity: Quantity) throws {
              #expect(abs(general - (try quantity.get())) <= 1e-9 * max(1, abs(general)), "\(name): n = \(samples), sigma = \(coherence), \(rule)")
            }
            let ends = try MixedHessianEnds(hessians)
            try expect("top", ends.top.value, closed[.mixedHessianTop])
            try expect("bottom", ends.bottom.value, closed[.mixedHessianBottom])
            try expect("coherence", try hessians.mixedCoherence(spectra), closed[.coherence])
            try expect("single sample", try hessians.singleSampleDivergenceRatio(), closed[.singleSampleDivergenceRatio])
            try expect("noise radius", try hessians.noiseRadius(spectra), closed[.noiseRadius])
            try expect("mean square", try hessians.meanSquareRadius().value, closed[.meanSquareRadius])
            try expect("contraction", try hessians.contraction().value, closed[.contraction])
            let rho = hessians.noiseFactorOfLargest, top = try closed[.mixedHessianTop].get(), sigma = try closed[.coherence].get()
            try expect("divergence ratio", rule.stepSize * rho.squareRoot() * top / sigma, closed[.coherenceDivergenceRatio])
          }
        }
      }
    }
  }

  /// Retain and forget lists of the same matrices: 2n samples, the first n to forget.
  private func axes(samples n: Int, coherence: Int) throws -> Linearisation {
    let square = 2 * Double(n) / Double(coherence)
    func axis(_ i: Int) -> Int { max(i % n - coherence + 1, 0) }
    let gram = Matrix((0..<2 * n).map { i in (0..<2 * n).map { axis(i) == axis($0) ? square : 0 } })
    return try Linearisation(
      gram: gram, outputs: [Double](repeating: 0, count: 2 * n), labels: [Double](repeating: 1, count: 2 * n),
      split: try ForgetSplit(samples: 2 * n, forgetCount: n), loss: .squared)
  }

  /// The typical rate is the growth of a long run, where one axis leads clearly. (Among many like axes the luckiest leads for a long time.)
  @Test func typicalRateIsTheGrowthOfALongRun() throws {
    for (coherence, batchSize, forgetRatio, stepSize) in [(15, 2, 0.0, 2.2), (20, 4, 0.0, 1.3), (18, 3, 0.2, 2.5), (20, 5, 0.8, 0.05)] {
      for sampling in Sampling.allCases {
        let rule = try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: batchSize, sampling: sampling)
        let test = try SyntheticTest(samples: 20, coherence: coherence, rule: rule, steps: 4000, growthLimit: 1e300)
        let rates = (0..<30).map { repetition -> Double in
          let run = test.run(key: RandomKey(seed: 5).child(repetition))
          return run.logGrowth / 2 / Double(run.escapedAtStep ?? 4000)
        }
        let mean = rates.reduce(0, +) / 30
        let error = (rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 29 / 30).squareRoot()
        let expected = try test.predictors[.typicalRate].get()
        // Five standard errors (a false alarm in 10^6), and two units of |log| that start and stop may leave over the steps of an escape.
        #expect(abs(mean - expected) < 5 * error + 0.02 * abs(expected), "\(mean) +- \(error) against \(expected): \(coherence), \(sampling)")
      }
    }
  }

  @Test func badSizesAreRefusedByName() throws {
    let rule = try StepRule(forgetRatio: 0, stepSize: 0.5, batchSize: 10, sampling: .uniform)
    for (samples, coherence, steps, limit, name) in [
      (0, 1, 1, 1e3, "samples"), (5, 6, 1, 1e3, "coherence"), (5, 0, 1, 1e3, "coherence"), (5, 1, 1, 1e3, "batchSize"),
      (50, 1, -1, 1e3, "steps"), (50, 1, 1, 1, "growthLimit"), (50, 1, 1, .nan, "growthLimit"),
    ] {
      let error = #expect(throws: ParameterError.self) {
        try SyntheticTest(samples: samples, coherence: coherence, rule: rule, steps: steps, growthLimit: limit)
      }
      #expect(error?.parameter == name)
    }
  }
}
