import Foundation
import Stability
import TestSupport
import Testing

/// capacity.json, what needs no network: models of which learning capacity is known, and the closed form of the CNN.
@Suite struct CapacityReference {
  struct File: Decodable {
    struct Solvable: Decodable {
      struct Parameters: Decodable {
        let features, noiseVariance, dimension, priorSamples, priorPrecision: Double?
        let eigenvalues, minimum: [Double]?
      }
      let model: String
      let parameters: Parameters
      let N, U, C: Double
    }
    struct CNN: Decodable {
      struct Row: Decodable {
        let snr, samples, predictedTestLoss, predictedTestAccuracy, predictedNoiseShare, predictedHessianDimension: Double
        let capacityFrom, predictedLearningCapacity: Double?
      }
      let dimension, filtersPerClass, targetLoss: Double
      let rows: [Row]
    }
    let solvable: [Solvable]
    let cnn: CNN
  }

  private let file: File

  init() throws { file = try fixture("capacity", as: File.self) }

  /// U of n samples, and C, as docs/theory.md section 11 has them.
  private func forms(_ model: File.Solvable) throws -> (loss: (Double) -> Double, capacity: (Double) -> Double) {
    let p = model.parameters
    switch model.model {
    case "regression":
      let features = try #require(p.features), variance = try #require(p.noiseVariance)
      return (
        { n in variance / 2 * (1 + features / (n - features - 1)) },
        { n in variance * features / 2 * n * n / ((n - features - 1) * (n - features - 1)) }
      )
    case "conjugate":
      let dimension = try #require(p.dimension), prior = try #require(p.priorSamples)
      return (
        { n in dimension / 2 * (log(2 * Double.pi * (1 + 1 / (n + prior))) + 1) },
        { n in dimension / 2 * pow(n / (n + prior), 2) / (1 + 1 / (n + prior)) }
      )
    default:
      let precision = try #require(p.priorPrecision), pairs = Array(zip(try #require(p.eigenvalues), try #require(p.minimum)))
      func sum(_ term: (Double, Double) -> Double) -> Double { pairs.reduce(0) { $0 + term($1.0, $1.1) } }
      return (
        { n in sum { l, w in (l / (n * l + precision) + l * precision * precision * w * w / pow(n * l + precision, 2)) / 2 } },
        { n in sum { l, w in pow(n * l / (n * l + precision), 2) / 2 + n * n * l * l * precision * precision * w * w / pow(n * l + precision, 3) } }
      )
    }
  }

  @Test func solvableModelsAreThoseOfTheReference() throws {
    try #require(file.solvable.count == 12)
    for model in file.solvable {
      let form = try forms(model), u = form.loss(model.N), c = form.capacity(model.N)
      #expect(abs(u - model.U) <= 1e-9 * abs(model.U), "\(model.model), n = \(model.N)")
      #expect(abs(c - model.C) <= 1e-9 * abs(model.C), "\(model.model), n = \(model.N)")
    }
  }

  /// The slope between two sizes, ever nearer to each other, is C: by Richardson's extrapolation of central differences over 1/n.
  @Test func theEstimatorMeasuresTheirCapacity() throws {
    for model in file.solvable {
      let loss = try forms(model).loss
      func slope(_ h: Double) -> Double {
        let fewer = 1 / ((1 + h) / model.N), more = 1 / ((1 - h) / model.N)
        return LearningCapacity.slope(from: (fewer, loss(fewer)), to: (more, loss(more)))
      }
      var estimates = (0..<5).map { slope(0.16 / pow(2, Double($0))) }
      for order in 1..<5 {
        let factor = pow(4, Double(order))
        estimates = zip(estimates.dropFirst(), estimates).map { (factor * $0 - $1) / (factor - 1) }
      }
      let found = try #require(estimates.first)
      #expect(abs(found - model.C) <= 1e-9 * abs(model.C), "\(model.model), n = \(model.N): \(found) for \(model.C)")
    }
  }

  @Test func theClosedFormIsThatOfTheReference() throws {
    let cnn = file.cnn
    try #require(cnn.rows.count == 20)
    for row in cnn.rows {
      let curve = LearningCurve(snr: row.snr, dimension: cnn.dimension, filtersPerClass: cnn.filtersPerClass, targetLoss: cnn.targetLoss)
      let n = row.samples, place = "SNR \(row.snr), n = \(n)"
      func compare(_ found: Double, _ expected: Double) { #expect(abs(found - expected) <= 1e-9 * abs(expected), "\(place): \(found) for \(expected)") }
      compare(curve.loss(samples: n), row.predictedTestLoss)
      compare(curve.accuracy(samples: n), row.predictedTestAccuracy)
      compare(curve.noiseShare(samples: n), row.predictedNoiseShare)
      compare(curve.hessianDimension(samples: n), row.predictedHessianDimension)
      if let fewer = row.capacityFrom, let capacity = row.predictedLearningCapacity { compare(curve.capacity(from: fewer, to: n), capacity) }
    }
  }

  /// For small variance all cells lie on one curve: n x m*/2 where noise is memorised, a plateau of 2 a m* (1 - e^-L)/SNR^2 where it is not.
  @Test func theLimitingCurveHasItsTwoEnds() {
    let snr = 0.1, target = 0.05, margin = -log(exp(target) - 1), a = NoiseLaw.activeShare
    let curve = LearningCurve(snr: snr, dimension: 1e12, filtersPerClass: 10, targetLoss: target)
    func samples(_ x: Double) -> Double { 2 * a * x / (snr * snr) }
    let few = curve.limitingCapacity(samples: samples(1e-4)), many = curve.limitingCapacity(samples: samples(1e4))
    #expect(abs(few / (samples(1e-4) * 1e-4 * margin / 2) - 1) < 1e-3)
    #expect(abs(many / (2 * a * margin * (1 - exp(-target)) / (snr * snr)) - 1) < 1e-3)
    #expect(abs(curve.limitingCapacity(samples: samples(3)) / many - 1.12) < 0.01)
    for x in [0.01, 0.3, 1, 3, 30] {
      let n = samples(x), near = curve.capacity(from: n * 0.999, to: n * 1.001)
      #expect(abs(near / curve.limitingCapacity(samples: n) - 1) < 1e-3, "x = \(x)")
    }
  }

  /// The closed-form drift ratio u/(2(u + 1)) is a (1 - w)/(w + 2 a (1 - w)), w = 1/(1 + u/(2 a)) being the noise share of a network trained on the forget set
  /// alone: it resists forgetting as far as it could have taught the signal by itself.
  @Test func driftIsWhatTheForgetSetCouldHaveTaught() {
    for snr in [0.05, 0.2, 1, 3] {
      for forget in [1.0, 16, 100] {
        let u = forget * snr * snr, a = NoiseLaw.activeShare
        let w = LearningCurve(snr: snr, dimension: 2000, filtersPerClass: 10, targetLoss: 0.05).noiseShare(samples: forget)
        let drift = u / (2 * (u + 1)), taught = a * (1 - w) / (w + 2 * a * (1 - w))
        #expect(abs(drift - taught) <= 1e-12 * drift)
      }
    }
  }
}
