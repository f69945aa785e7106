import Experiments
import Specs
import Stability
import TestSupport
import Testing
import Verdicts

/// Figures of merit against fields whose answers can be counted by hand.
@Suite struct AgreementTests {
  @Test func countsByHand() {
    //                                  TP   FP    TN    FN   unknown  unknown
    let agreement = Agreement(rates: [1, 0.49, 0, 0.5, nil, 1], margins: [2, 0, -1, -0.1, 1, nil])
    #expect(agreement.truePositives == 1 && agreement.falsePositives == 1 && agreement.trueNegatives == 1 && agreement.falseNegatives == 1)
    #expect(agreement.cells == 4 && agreement.onRightSide == 0.5 && agreement.balancedAccuracy == 0.5)
    #expect(agreement.intersectionOverUnion == 1.0 / 3 && agreement.bias == 0)
    let early = Agreement(rates: [0, 0, 1], margins: [1, 1, 1])
    #expect(early.bias == 2.0 / 3 && early.balancedAccuracy == 0.5 && early.intersectionOverUnion == 1.0 / 3)
  }

  @Test func whatHasNoAnswerHasNone() {
    let none = Agreement(rates: [], margins: []), negative = Agreement(rates: [0, 0], margins: [-1, -2])
    #expect(none.onRightSide == nil && none.bias == nil && none.balancedAccuracy == nil && none.intersectionOverUnion == nil)
    #expect(negative.onRightSide == 1 && negative.balancedAccuracy == nil && negative.intersectionOverUnion == nil)
    let alike = SortedEvidence(Evidence(happened: [[true, true, nil]], margins: [[1, nil, 3]]))
    #expect(alike.areaUnderROC([1, 1, 1]) == nil && alike.rates([0, 0, 1]) == [nil])
  }

  @Test func ratesAndMediansUnderWeights() {
    let evidence = SortedEvidence(
      Evidence(happened: [[true, false, nil, true], [nil, nil, nil, nil]], margins: [[4, 1, 3, 2], [nil, nil, 7, nil]]))
    #expect(evidence.rates([1, 1, 1, 1]) == [2.0 / 3, nil] && evidence.rates([2, 0, 5, 1]) == [1, nil] && evidence.rates([0, 1, 1, 0]) == [0, nil])
    #expect(evidence.medianMargins([1, 1, 1, 1]) == [2.5, 7])
    #expect(evidence.medianMargins([3, 1, 1, 1]) == [3.5, 7])
    #expect(evidence.medianMargins([0, 1, 0, 1]) == [1.5, nil])
    #expect(evidence.medianMargins([0, 0, 2, 1]) == [3, 7])
    #expect(evidence.medianMargins([0, 0, 0, 0]) == [nil, nil])
  }

  @Test func areaUnderROCByHand() {
    func area(_ happened: [Bool], _ margins: [Double]) -> Double? {
      SortedEvidence(Evidence(happened: happened.map { [$0] }, margins: margins.map { [$0] })).areaUnderROC([1])
    }
    #expect(area([false, false, true, true], [1, 2, 3, 4]) == 1 && area([true, true, false, false], [1, 2, 3, 4]) == 0)
    #expect(area([true, false], [5, 5]) == 0.5 && area([true, false, true], [1, 1, 2]) == 0.75)
  }

  /// Two straight boundaries a known number of steps apart.
  @Test func distancesInGridSteps() throws {
    // forgetRatio runs along the fast index, unsorted; sorted it is 0.1 ... 0.5.
    let grid = try grid("snr: [1, 2, 3], forgetRatio: [0.5, 0.1, 0.2, 0.3, 0.4]")
    func field(_ zeros: [Double?]) -> [Double?] {
      zeros.flatMap { zero in [0.5, 0.1, 0.2, 0.3, 0.4].map { value in zero.map { value - $0 } } }
    }
    let observed = field([0.15, 0.25, 0.9]), predicted = field([0.25, 0.32, 0.35])
    let along = BoundaryDistance(observed: observed, predicted: predicted, on: grid.lines(along: 1))
    #expect(along.matched == 2 && along.unmatched == 1)
    #expect(abs((along.median ?? 0) - 0.85) < 1e-9 && abs((along.largest ?? 0) - 1) < 1e-9)
    let same = BoundaryDistance(observed: observed, predicted: observed, on: grid.lines(along: 1))
    #expect(same.median == 0 && same.largest == 0 && same.matched == 2 && same.unmatched == 0)
    let none = BoundaryDistance(observed: field([0.9, 0.9, nil]), predicted: field([0.9, nil, 0.9]), on: grid.lines(along: 1))
    #expect(none.median == nil && none.largest == nil && none.matched == 0 && none.unmatched == 0)
  }

  /// A criterion that claims one side is held to that side alone.
  @Test func violationsOfOneSidedClaims() throws {
    let grid = try grid("snr: [1, 2, 3, 4]")
    let happened = [true, false, true, false].map { [Optional($0)] }, margins = [1, 2, -1, -2].map { [Optional(Double($0))] }
    func judge(_ criterion: Criterion<Row>) -> Judgement {
      Judgement(of: criterion, for: event("escape"), evidence: Evidence(happened: happened, margins: margins), grid: grid, resamples: [])
    }
    let divergence = judge(try criterion("coherenceDivergence")), convergence = judge(try criterion("contraction"))
    #expect(divergence.sure?.cells == 2 && divergence.sure?.violations == 1)
    #expect(convergence.sure?.cells == 2 && convergence.sure?.violations == 1)
    let typical = judge(try criterion("typical")), drift = judge(try criterion("drift"))
    #expect(typical.sure == nil && typical.isOwn && !drift.isOwn)
    #expect(typical.onRightSide == Estimate(value: 0.5, interval: nil))
  }
}
