import Stability
import TestSupport
import Testing

/// quenched.json, from direct iteration by independent code: summaries of the margins to 1e-9, frontiers to 1e-6.
@Suite struct QuenchedReference {
  struct File: Decodable {
    struct Point: Decodable { let snr, forgetRatio, forgetMargin, forgetAccuracy, retainAccuracy, growth: Double }
    struct Frontiers: Decodable {
      let snr: Double
      let forget, retainLoss, escape: Double?
    }
    struct Setting: Decodable {
      let samples, forget, filtersPerClass, dimension, steps: Int
      let stepSize, targetLoss: Double
      let points: [Point]
      let frontiers: [Frontiers]

      func model(snr: Double, forgetRatio: Double) -> DataModel {
        DataModel(
          snr: snr, samples: Double(samples), dimension: Double(dimension), forgetCount: Double(forget), filtersPerClass: Double(filtersPerClass),
          stepSize: stepSize, steps: Double(steps), targetLoss: targetLoss, forgetRatio: forgetRatio)
      }
    }
    let cases: [Setting]
  }

  @Test(arguments: 0..<3) func summariesMatch(index: Int) throws {
    let setting = try fixture("quenched", as: File.self).cases[index]
    try #require(setting.points.count == 25)
    for point in setting.points {
      let found = QuenchedMeanField.outcome(setting.model(snr: point.snr, forgetRatio: point.forgetRatio))
      for (name, value, expected) in [
        ("forget margin", found.forgetMargin, point.forgetMargin), ("forget accuracy", found.forgetAccuracy, point.forgetAccuracy),
        ("retain accuracy", found.retainAccuracy, point.retainAccuracy), ("growth", found.growth, point.growth),
      ] { #expect(relativeError(value, expected) <= 1e-9, "\(name) at SNR \(point.snr), alpha \(point.forgetRatio): \(value), expected \(expected)") }
    }
  }

  /// The smallest forget ratio at which each event is predicted, found on a grid and then by bisection.
  @Test(arguments: 0..<3) func frontiersMatch(index: Int) throws {
    let setting = try fixture("quenched", as: File.self).cases[index]
    let criteria = try ["quenched", "quenchedRetain", "quenchedEscape"].map { name in
      try #require((Criteria.forgetting() + Criteria.lossGrowth).first { $0.name == name })
    }
    var found = 0
    for frontiers in setting.frontiers {
      for (criterion, expected) in zip(criteria, [frontiers.forget, frontiers.retainLoss, frontiers.escape]) {
        func isPredicted(_ alpha: Double) throws -> Bool { try criterion.assess(predictors(setting, snr: frontiers.snr, alpha)).margin >= 0 }
        let first = try (0...400).first { try isPredicted(Double($0) / 400) }
        #expect((first == nil) == (expected == nil), "\(criterion.name) at SNR \(frontiers.snr)")
        guard let first, let expected else { continue }
        var (low, high) = (max(Double(first - 1) / 400, 0), Double(first) / 400)
        while high - low > 1e-9 { if try isPredicted((low + high) / 2) { high = (low + high) / 2 } else { low = (low + high) / 2 } }
        #expect(abs(high - expected) <= 1e-6, "\(criterion.name) at SNR \(frontiers.snr): \(high), expected \(expected)")
        found += 1
      }
    }
    #expect(found > 15)
  }

  private func predictors(_ setting: File.Setting, snr: Double, _ forgetRatio: Double) -> Predictors {
    let model = setting.model(snr: snr, forgetRatio: forgetRatio)
    return Predictors(forgetRatio: forgetRatio, stepSize: setting.stepSize, steps: setting.steps, growthLimit: 1000, dataModel: model) { _ in
      .failure(.notMeasured)
    }
  }

  /// Whatever the ranges allow, every number is finite, shares are shares, and a margin ascends with its quantile.
  @Test func extremesStayNumbers() {
    for snr in [0, 1e-300, 1, 1e6] {
      for stepSize in [0, 1, 1e6] {
        for forgetRatio in [0, 0.5, 1] {
          for (samples, forget) in [(2.0, 1.0), (81, 80), (10_000, 2000)] {
            for targetLoss in [1e-12, 0.05, 1e6] {
              let model = DataModel(
                snr: snr, samples: samples, dimension: 2, forgetCount: forget, filtersPerClass: 1, stepSize: stepSize, steps: 25, targetLoss: targetLoss,
                forgetRatio: forgetRatio)
              let found = QuenchedMeanField.outcome(model)
              #expect(found.forgetMargin.isFinite && 0...1 ~= found.forgetAccuracy && 0...1 ~= found.retainAccuracy, "\(model)")
              #expect(found.growth.isFinite && found.growth >= 0, "\(model): \(found.growth)")
            }
          }
        }
      }
    }
  }

  /// Without overlaps every margin of a group is the same, and the recursion is the mean field's with own weight 1.
  @Test func withoutOverlapItIsTheMeanField() throws {
    for (samples, forget) in [(80.0, 16.0), (81, 15), (9, 3), (2, 1)] {
      for name in [ForgetPush.ascent, ForgetPush(.npo, npoBeta: 2), ForgetPush(.relabel), ForgetPush(.uniform)] {
        let model = DataModel(
          snr: 0.4, samples: samples, forgetCount: forget, filtersPerClass: 5, stepSize: 30, steps: 100, targetLoss: 0.1, forgetRatio: 0.1, push: name)
        let quenched = QuenchedMeanField.outcome(model).forgetMargin, meanField = APrioriMeanField.outcomes([model])[0].forgetMargin
        #expect(abs(quenched - meanField) < 1e-11 * max(1, abs(meanField)), "\(name) n = \(samples)")
      }
    }
  }
}
