import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// sam-curvature.json: stability of perturbed steps from explicit Hessians with every batch enumerated. Every number to 1e-9.
@Suite struct SharpnessReference {
  struct BySampling: Decodable {
    let Bernoulli, Uniform: Double
    subscript(sampling: Sampling) -> Double { sampling == .uniform ? Uniform : Bernoulli }
  }

  struct Case: Decodable {
    struct Plain: Decodable {
      let mixedHessianTop, mixedHessianBottom, coherence: Double
      let meanSquareRadius: BySampling
    }
    struct Mean: Decodable {
      let perturbationBottom, mixedHessianTop, mixedHessianBottom, coherence, coherenceDivergenceRatio, coherenceConvergenceRatio, paperDivergenceRatio: Double
      let singleSampleDivergenceRatio, noiseRadius, contraction: Double
      let sharpenedGram: [[Double]]
      let meanSquareRadius: BySampling
    }
    struct Exact: Decodable {
      struct Ends: Decodable { let Bernoulli, Uniform: [Double] }
      let meanStepEigenvalues: Ends
      let meanSquareRadius, contraction: BySampling
    }
    struct Random: Decodable {
      let steps: Int
      let noise: Double
      let keptMeanSquareInSpan, probeMeanSquare: BySampling
    }
    let innerStep: Double
    let spanRank: Int
    let sgd: Plain
    let samMean: Mean
    let samBatch, samOwn: Exact
    let random: Random
  }

  private struct File: Decodable { let cases: [Case] }
  private struct Points: Decodable { let cases: [CurvaturePoint] }

  static let count = 5

  private func all(_ index: Int) throws -> (Case, CurvaturePoint) {
    (try fixture("sam-curvature", as: File.self).cases[index], try fixture("sam-curvature", as: Points.self).cases[index])
  }

  private func expect(_ name: String, _ value: Double, _ reference: Double, _ index: Int) {
    let error = relativeError(value, reference)
    #expect(error <= 1e-9, "case \(index), \(name): \(value) against \(reference), relative error \(error)")
  }

  @Test func allCasesAreHere() throws { #expect(try fixture("sam-curvature", as: File.self).cases.count == Self.count) }

  /// Plain SGD on G + tau G C G.
  @Test(arguments: 0..<count, Sampling.allCases) func theMeanPerturbation(index: Int, sampling: Sampling) throws {
    let (reference, given) = try all(index), at = try given.linearisation(), rule = try given.rule(sampling), mean = reference.samMean
    let plain = WeightedHessians(at: at, rule: rule), ends = try MixedHessianEnds(plain)
    expect("top", ends.top.value, reference.sgd.mixedHessianTop, index)
    expect("bottom", ends.bottom.value, reference.sgd.mixedHessianBottom, index)
    expect("coherence", try plain.mixedCoherence(PointSpectra(at: at)), reference.sgd.coherence, index)
    expect("radius", try plain.meanSquareRadius().value, reference.sgd.meanSquareRadius[sampling], index)
    expect("perturbation's bottom", 1 + reference.innerStep * ends.bottom.value, mean.perturbationBottom, index)

    let sharpened = try plain.meanPerturbed(innerStep: reference.innerStep), spectra = PointSpectra(at: sharpened.at)
    for k in 0..<at.count { for l in 0..<at.count { #expect(abs(sharpened.at.gram[k, l] - mean.sharpenedGram[k][l]) <= 1e-12) } }
    let top = try MixedHessianEnds(sharpened).top.value, sigma = try sharpened.mixedCoherence(spectra)
    let rho = sharpened.noiseFactorOfLargest
    expect("sharpened top", top, mean.mixedHessianTop, index)
    expect("sharpened bottom", try MixedHessianEnds(sharpened).bottom.value, mean.mixedHessianBottom, index)
    expect("sharpened coherence", sigma, mean.coherence, index)
    expect("sharpened divergence", rule.stepSize * rho.squareRoot() * top / sigma, mean.coherenceDivergenceRatio, index)
    expect("sharpened convergence", rule.stepSize * top * (sigma + rho) / (2 * sigma), mean.coherenceConvergenceRatio, index)
    expect("sharpened single sample", try sharpened.singleSampleDivergenceRatio(), mean.singleSampleDivergenceRatio, index)
    expect("sharpened noise radius", try sharpened.noiseRadius(spectra), mean.noiseRadius, index)
    expect("sharpened contraction", try sharpened.contraction().value, mean.contraction, index)
    expect("sharpened radius", try sharpened.meanSquareRadius().value, mean.meanSquareRadius[sampling], index)
    let bound = SharpnessBounds(
      stepSize: rule.stepSize, noiseFactor: plain.noiseFactorOfLargest, innerStep: reference.innerStep, top: ends.top.value, bottom: ends.bottom.value,
      coherence: reference.sgd.coherence)
    expect("the paper's bound", bound.divergenceRatio, mean.paperDivergenceRatio, index)
  }

  /// The exact map of second moments, E[J] and E[J^2] where the perturbation follows the step's own batch, jointly or each set by itself.
  @Test(arguments: 0..<count, Sampling.allCases) func jointAndOwn(index: Int, sampling: Sampling) throws {
    let (reference, given) = try all(index), hessians = WeightedHessians(at: try given.linearisation(), rule: try given.rule(sampling))
    for (own, exact) in [(false, reference.samBatch), (true, reference.samOwn)] {
      let step = SharpenedStep(hessians, innerStep: reference.innerStep, own: own), mean = try step.meanStep()
      let expected = sampling == .uniform ? exact.meanStepEigenvalues.Uniform : exact.meanStepEigenvalues.Bernoulli
      expect("E[J] bottom, own \(own)", mean.bottom.value, expected[0], index)
      expect("E[J] top, own \(own)", mean.top.value, expected[1], index)
      expect("radius, own \(own)", try step.meanSquareRadius().value, exact.meanSquareRadius[sampling], index)
      expect("contraction, own \(own)", try step.contraction().value, exact.contraction[sampling], index)
    }
    // Without an inner step it is the plain step.
    let plain = SharpenedStep(hessians, innerStep: 0, own: false)
    expect("radius at tau = 0", try plain.meanSquareRadius().value, reference.sgd.meanSquareRadius[sampling], index)
  }

  @Test(arguments: 0..<count, Sampling.allCases) func randomPerturbation(index: Int, sampling: Sampling) throws {
    let (reference, given) = try all(index), random = reference.random
    let step = SharpenedStep(WeightedHessians(at: try given.linearisation(), rule: try given.rule(sampling)), innerStep: 0, own: false)
    expect(
      "kept", step.keptMeanSquare(spread: random.noise, steps: random.steps, dimension: reference.spanRank), random.keptMeanSquareInSpan[sampling], index)
    expect("probed", step.probedMeanSquare(spread: random.noise, steps: random.steps), random.probeMeanSquare[sampling], index)
  }
}
