import Model
import FrontierNumerics
import Stability
import TestSupport
import Testing

/// mean-field.json, from direct iteration by independent code.
@Suite struct MeanFieldReference {
  struct File: Decodable {
    struct Frontier: Decodable {
      struct Point: Decodable { let snr, forgetRatio: Double }
      let samples, forget, filtersPerClass, steps: Int
      let stepSize, targetLoss: Double
      let frontier: [Point]
    }
    struct Measured: Decodable {
      let curvatureCase, steps: Int
      let groups: [[Int]]
      let margins: [Double]
    }
    let aPriori: [Frontier]
    let measured: [Measured]
  }

  private func model(_ setting: File.Frontier, snr: Double) -> DataModel {
    DataModel(
      snr: snr, samples: Double(setting.samples), forgetCount: Double(setting.forget), filtersPerClass: Double(setting.filtersPerClass),
      stepSize: setting.stepSize, steps: Double(setting.steps), targetLoss: setting.targetLoss, forgetRatio: 0)
  }

  @Test func aPrioriFrontierMatches() throws {
    for setting in try fixture("mean-field", as: File.self).aPriori {
      let models = setting.frontier.map { model(setting, snr: $0.snr) }
      let found = APrioriMeanField.frontier(models, solving: \.forgetRatio, in: 0...1)
      for (ratio, point) in zip(found, setting.frontier) {
        #expect(relativeError(try #require(ratio), point.forgetRatio) <= 1e-9, "n = \(setting.samples), SNR \(point.snr)")
      }
    }
  }

  @Test func measuredMarginsMatch() throws {
    let cases = try CurvatureCase.all()
    for measured in try fixture("mean-field", as: File.self).measured {
      let reference = cases[measured.curvatureCase]
      let field = try MeanField(at: try reference.linearisation())
      #expect(field.groups.map { Int($0.size) } == measured.groups.map(\.count))
      let outcome = field.run(forgetRatio: reference.forgetRatio, stepSize: reference.stepSize, steps: measured.steps)
      for (margin, expected) in zip(outcome.margins, measured.margins) { #expect(relativeError(margin, expected) <= 1e-9) }
    }
  }

  @Test func theSameFrontierInAnyOtherCoordinate() throws {
    // A point of the curve alpha(SNR) is found again by solving for SNR or for the step size at its alpha.
    let setting = try fixture("mean-field", as: File.self).aPriori[0]
    for point in setting.frontier {
      var at = model(setting, snr: point.snr)
      at.forgetRatio = point.forgetRatio
      let snr = try #require(APrioriMeanField.frontier([at], solving: \.snr, in: 1e-3...10)[0])
      let stepSize = try #require(APrioriMeanField.frontier([at], solving: \.stepSize, in: 1...120)[0])
      #expect(relativeError(snr, point.snr) < 1e-7 && relativeError(stepSize, 100) < 1e-7)
    }
  }

  @Test func noFrontierWhereTheMarginKeepsItsSign() throws {
    let setting = try fixture("mean-field", as: File.self).aPriori[0]
    #expect(APrioriMeanField.frontier([model(setting, snr: 1)], solving: \.forgetRatio, in: 0...0.1) == [nil])
    #expect(APrioriMeanField.frontier([model(setting, snr: 1)], solving: \.forgetRatio, in: 0.6...1) == [nil])
  }

  @Test func unequalStepCountsDoNotMix() {
    // Models of different lengths side by side give what each gives alone.
    let models = [10.0, 400, 37].map {
      DataModel(
        snr: 0.4, samples: 81, forgetCount: 15, filtersPerClass: 5, stepSize: 30, steps: $0, targetLoss: 0.1, forgetRatio: 0.2)
    }
    #expect(APrioriMeanField.outcomes(models) == models.map { APrioriMeanField.outcomes([$0])[0] })
  }

  @Test func aThousandPointsTakeMilliseconds() throws {
    let setting = try fixture("mean-field", as: File.self).aPriori[0]
    let models = (0..<1000).map { model(setting, snr: 0.05 + 0.002 * Double($0)) }
    let clock = ContinuousClock()
    var found: [Double?] = []
    let time = clock.measure { found = APrioriMeanField.frontier(models, solving: \.forgetRatio, in: 0...1) }
    #expect(found.allSatisfy { $0 != nil })
    // Ten times what it takes on an idle core: a guard against an algorithm, not a measurement (that is `make bench`).
    #expect(time < .milliseconds(300), "\(time)")
  }

  @Test func closedFormHasItsLimits() {
    #expect(closedFormForgetRatio(snr: 0, forgetCount: 16) == 0)
    #expect(abs(closedFormForgetRatio(snr: 1e6, forgetCount: 16) - 0.5) < 1e-9)
    #expect(closedFormForgetRatio(snr: 0.25, forgetCount: 16) == 0.25)
  }
}
