import Stability
import Testing

/// Criteria of closed forms say nothing where what they suppose does not hold.
@Suite struct CriteriaSilence {
  private func model(
    targetLoss: Double = 0.05, labelNoise: Double = 0, isTrainedPlainly: Bool = true, coresetFraction: Double = 1, isRandomChoice: Bool = true,
    forgetSelection: ForgetSelection = .first
  ) -> DataModel {
    DataModel(
      snr: 0.2, samples: 80 * coresetFraction, dimension: 2000, forgetCount: 16 * coresetFraction, filtersPerClass: 10, stepSize: 100, steps: 40,
      targetLoss: targetLoss, forgetRatio: 0.2, labelNoise: labelNoise, isTrainedPlainly: isTrainedPlainly, allSamples: 80,
      coresetFraction: coresetFraction, isRandomChoice: isRandomChoice, forgetSelection: forgetSelection)
  }

  private func silent(_ model: DataModel) -> [String] {
    let criteria = Criteria.learning(noiseShareAtLeast: 0.5, testAccuracyAtLeast: 0.9) + Criteria.groups
    let at = Predictors(forgetRatio: 0.2, stepSize: 100, steps: 40, growthLimit: 1000, dataModel: model) { _ in .success(0.5) }
    return criteria.filter { (try? $0.assess(at)) == nil }.map(\.name)
  }

  @Test func whereTheirSuppositionsFail() {
    #expect(silent(model()) == [])
    #expect(silent(model(coresetFraction: 0.5)) == [])
    #expect(silent(model(labelNoise: 0.1)) == ["memorisation", "benign"])
    #expect(silent(model(isTrainedPlainly: false)) == ["memorisation", "benign", "randomCoreset"])
    #expect(silent(model(coresetFraction: 0.5, isRandomChoice: false)) == ["memorisation", "benign", "randomCoreset"])
    #expect(silent(model(labelNoise: 0.1, coresetFraction: 0.5, isRandomChoice: false)) == ["memorisation", "benign", "randomCoreset", "aPrioriGroups"])
    // All samples are no choice.
    #expect(silent(model(isRandomChoice: false)) == [])
    #expect(silent(model(targetLoss: 0.7)) == ["memorisation", "benign"])
    for selection in ForgetSelection.allCases {
      let speaks = [.first, .class, .mislabelled].contains(selection)
      #expect(silent(model(forgetSelection: selection)) == (speaks ? [] : ["aPrioriGroups"]))
    }
  }

  /// A share of all samples is one of all, whatever was trained on before it was moved.
  @Test func sharesAreOfAllSamples() {
    var moved = model(coresetFraction: 0.025, isRandomChoice: false)
    moved.move("coresetFraction", to: 1)
    #expect(moved.samples == 80 && abs(moved.forgetCount - 16) < 1e-12)
    moved.move("coresetFraction", to: 0.5)
    moved.move("samples", to: 40)
    #expect(moved.samples == 20 && abs(moved.forgetCount - 4) < 1e-12 && moved.isPossible)
    moved.move("coresetFraction", to: 1.2)
    #expect(!moved.isPossible)
  }
}
