import Foundation
import FrontierNumerics
import Stability
import Testing

/// Each criterion's margin is what its formula says, of the figures that it names and no others.
@Suite struct CriterionMargins {
  private static let model = DataModel(
    snr: 0.3, samples: 80, dimension: 2000, forgetCount: 16, filtersPerClass: 10, stepSize: 100, steps: 400, targetLoss: 0.05, forgetRatio: 0.3)

  /// A test whose figures are all different: 2, 2.01, 2.02 and so on, in their order.
  private func test(forgetRatio: Double = 0.3, stepSize: Double = 0.7, without missing: Predictors.Name? = nil) -> Predictors {
    Predictors(forgetRatio: forgetRatio, stepSize: stepSize, steps: 50, growthLimit: 1000, dataModel: Self.model) { figure in
      figure == missing ? .failure(.notMeasured) : .success(Self.value(figure))
    }
  }

  private static func value(_ figure: Predictors.Name) -> Double { 2 + 0.01 * Double(Predictors.Name.allCases.firstIndex(of: figure) ?? 0) }

  private static func shared(_ snr: Double) -> Double { 16 * snr * snr }

  /// Margin, and the figures that it depends on.
  private static let expected: [String: (margin: Double, figures: [Predictors.Name])] = [
    // The larger of its two halves: the noise.
    "coherenceDivergence": (value(.coherenceDivergenceRatio) - 1, [.coherenceDivergenceRatio, .mixedHessianTop]),
    "coherenceConvergence": (value(.coherenceConvergenceRatio) - 1, [.coherenceConvergenceRatio]),
    "singleSample": (value(.singleSampleDivergenceRatio) - 1, [.singleSampleDivergenceRatio]),
    "noiseRadius": (value(.noiseRadius) - 1, [.noiseRadius]),
    "meanSquare": (50 * log(value(.meanSquareRadius)) - log(1000), [.meanSquareRadius]),
    "contraction": (value(.contraction) - 1, [.contraction]),
    "typical": (2 * 50 * value(.typicalRate) - log(1000), [.typicalRate]),
    "tangent": (0.4 - value(.tangentForgetAccuracy), [.tangentForgetAccuracy]),
    "tangentRetain": (0.9 - value(.tangentRetainAccuracy), [.tangentRetainAccuracy]),
    "drift": (0.3 - value(.driftAlignmentRatio), [.driftAlignmentRatio]),
    "meanField": (-value(.meanFieldForgetMargin), [.meanFieldForgetMargin]),
    "meanFieldRetain": (0.9 - value(.meanFieldRetainAccuracy), [.meanFieldRetainAccuracy]),
    "aPrioriMeanField": (-APrioriMeanField.outcomes([model])[0].forgetMargin, []),
    "quenched": (-QuenchedMeanField.outcome(model).forgetMargin, []),
    "quenchedRetain": (0.9 - QuenchedMeanField.outcome(model).retainAccuracy, []),
    "quenchedEscape": (log(QuenchedMeanField.outcome(model).growth / 1000), []),
    "tangentEscape": (log(value(.tangentGrowth) / 1000), [.tangentGrowth]),
    "meanFieldMemory": (-value(.meanFieldMemory), [.meanFieldMemory]),
    "aPrioriMemory": (-APrioriMeanField.outcomes([model])[0].ownMemory, []),
    "sharpenedDivergence": (value(.sharpenedDivergenceRatio) - 1, [.sharpenedDivergenceRatio, .sharpenedTop]),
    "sharpenedMeanSquare": (50 * log(value(.sharpenedMeanSquareRadius)) - log(1000), [.sharpenedMeanSquareRadius]),
    "samDivergence": (value(.samDivergenceRatio) - 1, [.samDivergenceRatio]), "samConvergence": (value(.samConvergenceRatio) - 1, [.samConvergenceRatio]),
    "meanStep": (2 * 50 * log(value(.meanStepRadius)) - log(1000), [.meanStepRadius]),
    "keptNoise": (value(.keptNoiseGrowth) - log(1000), [.keptNoiseGrowth]),
    "memorisation": (1 / (1 + 80 * 0.09 * 0.75) - 0.5, []),
    "benign": (
      0.09 * (80 * 2000 / (4.0 / 3 * NoiseLaw.kappa(filtersPerClass: 10))).squareRoot() - NormalDistribution.quantile(0.9), []
    ),
    "composition": (value(.predictedTestAccuracy) - 0.9, [.predictedTestAccuracy]),
    "randomCoreset": (
      (CompositionLaw(snr: 0.3, dimension: 2000, filtersPerClass: 10, targetLoss: 0.05).randomCoreset(size: 80, labelNoise: 0) ?? .nan) - 0.9, []
    ),
    "groupMeanField": (-value(.groupMeanFieldForgetMargin), [.groupMeanFieldForgetMargin]),
    "aPrioriGroups": (-(APrioriGroups.forgetMargin(model, selection: .first, labelNoise: 0) ?? .nan), []),
    "closedForm": (0.3 - shared(0.3) / (2 * (shared(0.3) + 1)), []),
  ]

  @Test func marginsAreThoseOfTheFormulas() throws {
    let plain = Criteria.escape + Criteria.lossGrowth + Criteria.memory + Criteria.forgetting(forgetAccuracyAtMost: 0.4, retainAccuracyAtLeast: 0.9)
    let learning = Criteria.learning(noiseShareAtLeast: 0.5, testAccuracyAtLeast: 0.9)
    let criteria = plain + Criteria.perturbed + [Criteria.keptNoise] + learning + Criteria.groups
    #expect(Set(criteria.map(\.name)) == Set(Self.expected.keys))
    for criterion in criteria {
      let expected = try #require(Self.expected[criterion.name])
      let margin = try criterion.assess(test()).margin
      #expect(abs(margin - expected.margin) < 1e-12, "\(criterion.name)")
      for figure in Predictors.Name.allCases {
        let assessment = try? criterion.assess(test(without: figure))
        #expect((assessment == nil) == expected.figures.contains(figure), "\(criterion.name) without \(figure)")
      }
    }
    // The other half of the first, where the mean step alone leaves.
    let mean = try criteria[0].assess(test(stepSize: 3)).margin
    #expect(abs(mean - (1.5 * Self.value(.mixedHessianTop) - 1)) < 1e-12)
  }

  /// Whose side each takes, and what it speaks of.
  @Test func predictionsAndClaims() {
    let all = Criteria.escape + Criteria.lossGrowth + Criteria.forgetting() + Criteria.memory
    func names(_ prediction: Prediction) -> [String] { all.filter { $0.predicts == prediction }.map(\.name) }
    #expect(
      names(.escape) == ["coherenceDivergence", "coherenceConvergence", "singleSample", "noiseRadius", "meanSquare", "contraction", "typical"]
        + ["tangentEscape", "quenchedEscape"])
    #expect(names(.forget) == ["tangent", "drift", "meanField", "aPrioriMeanField", "quenched", "closedForm"])
    #expect(names(.retainLoss) == ["tangentRetain", "meanFieldRetain", "quenchedRetain"] && names(.memory) == ["meanFieldMemory", "aPrioriMemory"])
    func claims(_ claim: Claim) -> [String] { Criteria.escape.filter { $0.claim == claim }.map(\.name) }
    #expect(claims(.sufficientForDivergence) == ["coherenceDivergence", "singleSample", "noiseRadius"] && claims(.attained) == ["coherenceConvergence"])
    #expect(claims(.sufficientForConvergence) == ["contraction"] && claims(.exactInMeanSquare) == ["meanSquare"] && claims(.exactTypically) == ["typical"])
    #expect(Criteria.perturbed.map(\.claim) == [.prediction, .prediction, .sufficientForDivergence, .attained, .sufficientForDivergence])
    #expect(Criteria.keptNoise.claim == .exactInMeanSquare && (Criteria.perturbed + [Criteria.keptNoise]).allSatisfy { $0.predicts == .escape })
    #expect((Criteria.lossGrowth + Criteria.forgetting() + Criteria.memory).allSatisfy { $0.claim == .prediction })
  }
}
