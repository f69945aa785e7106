import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// sam-test.json: the synthetic test with perturbed steps, from direct simulation by independent code, and its closed forms.
@Suite struct SharpnessSynthetic {
  struct File: Decodable {
    struct Case: Decodable {
      struct Cell: Decodable {
        struct Forms: Decodable {
          let meanSquareRadius, typicalRate: [String: Double]
          let randomKeptLogMeanGrowth: Double
        }
        struct Predictions: Decodable {
          let uniform, bernoulli: Forms
          let coherence, coherenceDivergenceRatio, coherenceConvergenceRatio: [String: Double]
        }
        let coherence, batchSize: Int
        let survivalProbability: [String: Double]
        let predictions: Predictions
      }
      let samples, steps, repetitions: Int
      let stepSize, forgetRatio, innerStep, growthLimit, noise: Double
      let cells: [Cell]
    }
    let cases: [Case]
  }

  /// The names of the reference's methods.
  static let methods: [(name: String, perturbation: SyntheticPerturbation.Name)] = [
    ("sgd", .none), ("samMean", .mean), ("samBatch", .joint), ("samOwn", .own), ("randomKept", .random),
  ]

  private func test(_ setting: File.Case, _ cell: File.Case.Cell, _ name: SyntheticPerturbation.Name, _ sampling: Sampling = .uniform) throws -> SyntheticTest {
    try SyntheticTest(
      samples: setting.samples, coherence: cell.coherence,
      rule: StepRule(forgetRatio: setting.forgetRatio, stepSize: setting.stepSize, batchSize: cell.batchSize, sampling: sampling), steps: setting.steps,
      growthLimit: setting.growthLimit, perturbation: SyntheticPerturbation(name, innerStep: setting.innerStep, noise: setting.noise))
  }

  /// Every closed form of 147 cells, both samplings, to 1e-9.
  @Test(arguments: 0..<3) func closedForms(index: Int) throws {
    let setting = try fixture("sam-test", as: File.self).cases[index]
    try #require(setting.cells.count == 49)
    func expect(_ name: String, _ value: Double?, _ reference: Double?, _ cell: File.Case.Cell) throws {
      let value = try #require(value), reference = try #require(reference)
      #expect(abs(value - reference) <= 1e-9 * max(1, abs(reference)), "\(name) at coherence \(cell.coherence), B = \(cell.batchSize): \(value), \(reference)")
    }
    for cell in setting.cells {
      for sampling in Sampling.allCases {
        let forms = sampling == .uniform ? cell.predictions.uniform : cell.predictions.bernoulli
        for (name, perturbation) in Self.methods where perturbation != .random {
          let predictors = try test(setting, cell, perturbation, sampling).predictors
          try expect("radius of \(name)", try predictors[.meanSquareRadius].get(), forms.meanSquareRadius[name], cell)
          try expect("rate of \(name)", try predictors[.typicalRate].get(), forms.typicalRate[name], cell)
        }
        try expect("kept noise", try test(setting, cell, .random, sampling).keptNoiseGrowth?.last, forms.randomKeptLogMeanGrowth, cell)
      }
      for (name, perturbation) in [("sgd", SyntheticPerturbation.Name.none), ("samMean", .mean)] {
        let predictors = try test(setting, cell, perturbation).predictors, reference = cell.predictions
        try expect("coherence of \(name)", try predictors[.coherence].get(), reference.coherence[name], cell)
        try expect("divergence of \(name)", try predictors[.coherenceDivergenceRatio].get(), reference.coherenceDivergenceRatio[name], cell)
        try expect("convergence of \(name)", try predictors[.coherenceConvergenceRatio].get(), reference.coherenceConvergenceRatio[name], cell)
      }
      let joint = try test(setting, cell, .joint).predictors, reference = cell.predictions
      try expect("the paper's bound", try joint[.samDivergenceRatio].get(), reference.coherenceDivergenceRatio["samPaper"], cell)
      // What the mean perturbation's step says is the same, whichever perturbation it is put to.
      try expect("sharpened divergence", try joint[.sharpenedDivergenceRatio].get(), reference.coherenceDivergenceRatio["samMean"], cell)
      try expect("sharpened radius", try joint[.sharpenedMeanSquareRadius].get(), reference.uniform.meanSquareRadius["samMean"], cell)
    }
  }

  /// Survival in 147 cells under five methods at a family-wise false-alarm rate of 1e-3 (Bonferroni), by Fisher's exact test.
  @Test(arguments: 0..<3, 0..<5) func survivalWithinSamplingError(index: Int, method: Int) throws {
    let setting = try fixture("sam-test", as: File.self).cases[index], (name, perturbation) = Self.methods[method], runs = 100
    for cell in setting.cells {
      let test = try test(setting, cell, perturbation)
      let ours = (0..<runs).filter { test.run(key: RandomKey(seed: 4).child($0)).survived }.count
      let theirs = Int((try #require(cell.survivalProbability[name]) * Double(setting.repetitions)).rounded())
      let p = fisherExact(ours, of: runs, theirs, of: setting.repetitions)
      #expect(p > 1e-3 / 735, "\(name), coherence \(cell.coherence), B = \(cell.batchSize): \(ours) of \(runs), \(theirs) of \(setting.repetitions) survive")
    }
  }

  /// The closed forms against the general code, fed with the same matrices: n gradients on axes, h = 1.
  @Test func closedFormsAgreeWithTheGeneralTest() throws {
    for (samples, coherence) in [(6, 1), (6, 3), (9, 4), (5, 5)] {
      for forgetRatio in [0.0, 0.2, 0.8, 1.0] {
        for sampling in Sampling.allCases {
          for batchSize in [1, 2, samples] {
            let rule = try StepRule(forgetRatio: forgetRatio, stepSize: 0.7, batchSize: batchSize, sampling: sampling), tau = 0.3
            let point = try axes(samples: samples, coherence: coherence), hessians = WeightedHessians(at: point, rule: rule)
            func closed(_ name: SyntheticPerturbation.Name) throws -> Predictors {
              try SyntheticTest(
                samples: samples, coherence: coherence, rule: rule, steps: 100, growthLimit: 1000, perturbation: SyntheticPerturbation(name, innerStep: tau)
              ).predictors
            }
            func expect(_ name: String, _ general: Double, _ quantity: Quantity) throws {
              #expect(abs(general - (try quantity.get())) <= 1e-9 * max(1, abs(general)), "\(name): n = \(samples), sigma = \(coherence), \(rule)")
            }
            let mean = try closed(.mean)
            if let sharpened = try? hessians.meanPerturbed(innerStep: tau) {
              let spectra = PointSpectra(at: sharpened.at), ends = try MixedHessianEnds(sharpened)
              try expect("top", ends.top.value, mean[.mixedHessianTop])
              try expect("bottom", ends.bottom.value, mean[.mixedHessianBottom])
              try expect("coherence", try sharpened.mixedCoherence(spectra), mean[.coherence])
              try expect("single sample", try sharpened.singleSampleDivergenceRatio(), mean[.singleSampleDivergenceRatio])
              try expect("noise radius", try sharpened.noiseRadius(spectra), mean[.noiseRadius])
              try expect("mean square", try sharpened.meanSquareRadius().value, mean[.meanSquareRadius])
              try expect("contraction", try sharpened.contraction().value, mean[.contraction])
            } else {
              #expect(mean[.coherence] == .failure(.perturbationTurns))
            }
            for (name, own) in [(SyntheticPerturbation.Name.joint, false), (.own, true)] {
              let forms = try closed(name), step = SharpenedStep(hessians, innerStep: tau, own: own)
              try expect("mean square, \(name)", try step.meanSquareRadius().value, forms[.meanSquareRadius])
              try expect("mean step, \(name)", try step.meanStep().radius, forms[.meanStepRadius])
              if sampling == .bernoulli { try expect("contraction, \(name)", try step.contraction().value, forms[.contraction]) }
              for bound in [Predictors.Name.coherenceDivergenceRatio, .singleSampleDivergenceRatio, .noiseRadius] {
                #expect(forms[bound] == .failure(.notPlainSteps))
              }
            }
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

  /// Bernoulli, mean, alpha = 0: the shared axis is stable iff eta lambda (1 + tau lambda)(1 + rho/sigma) < 2 (theory.md section 9).
  @Test func theSharedAxisIsStableUpToItsClosedThreshold() throws {
    for (coherence, batchSize, tau) in [(10, 5, 0.2), (20, 2, 1.0), (20, 20, 0.5)] {
      let rho = 20 / Double(batchSize) - 1, threshold = 2 / (2 * (1 + 2 * tau) * (1 + rho / Double(coherence)))
      for (stepSize, isStable) in [(threshold * 0.999, true), (threshold * 1.001, false)] {
        let radius = try SyntheticTest(
          samples: 20, coherence: coherence, rule: StepRule(forgetRatio: 0, stepSize: stepSize, batchSize: batchSize, sampling: .bernoulli), steps: 10,
          growthLimit: 10, perturbation: SyntheticPerturbation(.mean, innerStep: tau)
        ).predictors[.meanSquareRadius].get()
        // Other axes are softer by far, but for their own noise.
        if coherence == 20 { #expect((radius < 1) == isStable) } else if !isStable { #expect(radius > 1) }
      }
    }
  }

  @Test func badPerturbationsAreRefusedByName() {
    for (step, noise, name) in [(-1.0, 0.0, "innerStep"), (.nan, 0, "innerStep"), (0, 2e6, "noise"), (0, -0.1, "noise")] {
      let error = #expect(throws: ParameterError.self) { try SyntheticPerturbation(.mean, innerStep: step, noise: noise) }
      #expect(error?.parameter == name)
    }
  }
}
