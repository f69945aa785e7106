import Foundation
import Model
import TestSupport
import FrontierNumerics
import Stability

/// A case of curvature.json: a network given by explicit weights.
struct CurvatureCase: Decodable {
  let loss: String
  let stepSize, forgetRatio: Double
  let batchSize, filtersPerClass: Int
  let labels, signal: [Double]
  let noise, weights: [[Double]]
  let forgetIndices: [Int]
  let outputs, lossCurvature: [Double]
  let gradientGram: [[Double]]
  let fullHessianTop, mixedHessianTop, mixedHessianBottom: Double
  let coherenceMatrix: [[Double]]
  let coherence, retainCoherence, forgetCoherence, crossCoherence: Double
  let noiseFactor: [Double]
  let coherenceDivergenceRatio, coherenceConvergenceRatio, singleSampleDivergenceRatio: Double
  let meanSquareRadiusBernoulli, meanSquareRadiusUniform, noiseOnlyRadius, contractionNormSquared: Double
  let driftAlignmentRatio: Double?

  static func all() throws -> [CurvatureCase] {
    struct File: Decodable { let cases: [CurvatureCase] }
    return try fixture("curvature", as: File.self).cases
  }

  private var point: CurvaturePoint {
    CurvaturePoint(
      loss: loss, stepSize: stepSize, forgetRatio: forgetRatio, batchSize: batchSize, labels: labels, signal: signal, noise: noise, weights: weights,
      forgetIndices: forgetIndices)
  }

  func linearisation() throws -> Linearisation { try point.linearisation() }
  func rule(_ sampling: Sampling) throws -> StepRule { try point.rule(sampling) }
}

/// A network given by explicit weights, and a step.
struct CurvaturePoint: Decodable {
  let loss: String
  let stepSize, forgetRatio: Double
  let batchSize: Int
  let labels, signal: [Double]
  let noise, weights: [[Double]]
  let forgetIndices: [Int]

  /// The point in span form: mu and the noise vectors are the patches.
  func linearisation() throws -> Linearisation {
    let patches = [signal] + noise
    let gram = Matrix(patches.map { a in patches.map { b in dot(a, b) } })
    let table = Matrix(weights.map { w in patches.map { dot(w, $0) } })
    let samples = try SampleSet(
      labels: labels, patches: labels.enumerated().map { i, y in [.init(0, negated: y < 0), .init(i + 1, negated: false)] })
    let network = try Network(initialPreactivations: table)
    let dataset = try Dataset(gram: gram, samples: samples, initial: network)
    return try Linearisation(
      network, on: dataset, split: try ForgetSplit(samples: labels.count, forgetCount: forgetIndices.count),
      loss: loss == "logistic" ? .logistic : .squared)
  }

  func rule(_ sampling: Sampling) throws -> StepRule {
    try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: batchSize, sampling: sampling)
  }
}

/// |a - b| relative to |b|, or absolute where b is zero.
func relativeError(_ a: Double, _ b: Double) -> Double { b == 0 ? abs(a) : abs(a / b - 1) }
