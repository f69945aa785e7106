import Verdicts
import Foundation
import TestSupport
import Testing

/// Figures of merit against scikit-learn's of the same random problems, ties and weights included (Fixtures/make.py).
@Suite struct ScikitLearn {
  struct Fixture: Decodable {
    struct Problem: Decodable {
      let happened: [Bool]
      let margins: [Double]
      let weights: [Double]
      let areaUnderROC: Double
      let onRightSide: Double
      let balancedAccuracy: Double
      let intersectionOverUnion: Double
    }

    let problems: [Problem]
  }

  @Test func agreesOnRandomProblems() throws {
    let url = fixture("scikit-learn.json")
    let problems = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url)).problems
    #expect(problems.count == 24)
    for (i, problem) in problems.enumerated() {
      // One cell whose repetitions are the samples, so that weights of repetitions are weights of samples.
      let evidence = SortedEvidence(Evidence(happened: [problem.happened.map { $0 }], margins: [problem.margins.map { $0 }]))
      let area = try #require(evidence.areaUnderROC(problem.weights))
      #expect(abs(area - problem.areaUnderROC) < 1e-12, "problem \(i)")
      let agreement = Agreement(rates: problem.happened.map { $0 ? 1 : 0 }, margins: problem.margins.map { $0 })
      #expect(abs((agreement.onRightSide ?? -1) - problem.onRightSide) < 1e-12, "problem \(i)")
      #expect(abs((agreement.balancedAccuracy ?? -1) - problem.balancedAccuracy) < 1e-12, "problem \(i)")
      #expect(abs((agreement.intersectionOverUnion ?? 0) - problem.intersectionOverUnion) < 1e-12, "problem \(i)")
    }
  }
}
