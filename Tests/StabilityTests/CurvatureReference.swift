import Model
import FrontierNumerics
import Stability
import Testing

/// Every number of curvature.json, which come from explicit Hessian matrices and explicit Kronecker operators.
@Suite struct CurvatureReference {
  static let tolerance = 1e-9

  private func expect(_ name: String, _ value: Double, _ reference: Double, _ index: Int) {
    let error = relativeError(value, reference)
    #expect(error <= Self.tolerance, "case \(index), \(name): \(value) against \(reference), relative error \(error)")
  }

  @Test(arguments: 0..<6) func outputsAndGradients(index: Int) throws {
    let reference = try CurvatureCase.all()[index]
    let point = try reference.linearisation()
    for i in 0..<point.count {
      expect("output \(i)", point.outputs[i], reference.outputs[i], index)
      expect("curvature \(i)", point.curvatures[i], reference.lossCurvature[i], index)
      for j in 0..<point.count { expect("G[\(i), \(j)]", point.gram[i, j], reference.gradientGram[i][j], index) }
    }
  }

  @Test(arguments: 0..<6) func everyCriterion(index: Int) throws {
    let reference = try CurvatureCase.all()[index]
    let point = try reference.linearisation()
    let spectra = PointSpectra(at: point)
    let split = point.split
    for sampling in Sampling.allCases {
      let rule = try reference.rule(sampling)
      let hessians = WeightedHessians(at: point, rule: rule)
      let schedule = try BatchSchedule(split: split, batchSize: rule.batchSize, sampling: sampling, steps: 4, key: RandomKey(seed: 1))
      let test = try HessianTest(spectra, rule: rule, schedule: schedule).predictors(growthLimit: 1000, key: RandomKey(seed: 1), dataModel: nil)
      let matrix = hessians.coherenceMatrix()
      for k in 0..<point.count {
        expect("noise factor \(k)", hessians.noiseFactors[k], reference.noiseFactor[k], index)
        for l in 0..<point.count { expect("S[\(k), \(l)]", matrix[k, l], reference.coherenceMatrix[k][l], index) }
      }
      expect("full Hessian", try test[.fullHessianTop].get(), reference.fullHessianTop, index)
      expect("mixed Hessian top", try test[.mixedHessianTop].get(), reference.mixedHessianTop, index)
      expect("mixed Hessian bottom", try test[.mixedHessianBottom].get(), reference.mixedHessianBottom, index)
      expect("coherence", try test[.coherence].get(), reference.coherence, index)
      expect("retain coherence", try test[.retainCoherence].get(), reference.retainCoherence, index)
      expect("forget coherence", try test[.forgetCoherence].get(), reference.forgetCoherence, index)
      expect("cross coherence", try test[.crossCoherence].get(), reference.crossCoherence, index)
      expect("divergence ratio", try test[.coherenceDivergenceRatio].get(), reference.coherenceDivergenceRatio, index)
      expect("convergence ratio", try test[.coherenceConvergenceRatio].get(), reference.coherenceConvergenceRatio, index)
      expect("single sample", try test[.singleSampleDivergenceRatio].get(), reference.singleSampleDivergenceRatio, index)
      expect("noise radius", try test[.noiseRadius].get(), reference.noiseOnlyRadius, index)
      expect("contraction", try test[.contraction].get(), reference.contractionNormSquared, index)
      let radius = sampling == .uniform ? reference.meanSquareRadiusUniform : reference.meanSquareRadiusBernoulli
      expect("mean-square radius, \(sampling)", try test[.meanSquareRadius].get(), radius, index)
      if let drift = reference.driftAlignmentRatio {
        expect("drift", try test[.driftAlignmentRatio].get(), drift, index)
      } else {
        #expect(test[.driftAlignmentRatio] == .failure(.notAMarginLoss))
      }
    }
  }
}
