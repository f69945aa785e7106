import Model
import Testing

/// What the measures of deletion are at their ends and at ties.
@Suite struct DeletionMeasures {
  @Test func anAttackSeesOrderAlone() throws {
    func attack(_ forget: [Double], _ fresh: [Double]) throws -> MembershipAttack { try #require(MembershipAttack(forgetLosses: forget, freshLosses: fresh)) }
    #expect(try attack([1, 2], [3, 4, 5]) == attack([0, 1e-9], [7, 8, 9]))
    #expect(try attack([1, 2], [3, 4]).areaUnderROC == 1 && attack([3, 4], [1, 2]).areaUnderROC == 0)
    #expect(try attack([1, 2], [3, 4]).advantage == 1 && attack([3, 4], [1, 2]).advantage == 1)
    // Ties count half, and take no advantage.
    #expect(try attack([1, 1], [1, 1, 1]).areaUnderROC == 0.5 && attack([1, 1], [1, 1, 1]).advantage == 0)
    #expect(try attack([1, 3], [2, 3]).areaUnderROC == (2 + 0.5) / 4 && attack([1, 3], [2, 3]).advantage == 0.5)
    #expect(MembershipAttack(forgetLosses: [], freshLosses: [1]) == nil && MembershipAttack(forgetLosses: [1], freshLosses: []) == nil)
  }

  @Test func divergencesOfEqualAndOppositeNetworks() {
    func deletion(_ f: [Double], _ g: [Double], loss: Loss = .logistic) -> Deletion {
      Deletion(
        of: Deletion.Outputs(forget: f, retain: f, test: f), against: Deletion.Outputs(forget: g, retain: g, test: g),
        labels: Deletion.Outputs(forget: f.map { _ in 1 }, retain: f.map { _ in 1 }, test: f.map { _ in 1 }), loss: loss)
    }
    let same = deletion([1, -2, 800], [1, -2, 800]), opposite = deletion([900, 900], [-900, -900])
    #expect(same.forgetDivergence == 0 && same.tugOfWar == 1 && same.forgetAgreement == 1)
    // One bit tells two certainties apart.
    #expect(abs((opposite.testDivergence ?? 0) - 1) < 1e-15 && opposite.tugOfWar == 0 && opposite.testAgreement == 0)
    #expect(deletion([1], [2], loss: .squared).forgetDivergence == nil)
    #expect((deletion([0.1], [0.1 + 1e-9]).retainDivergence ?? -1) >= 0)
  }

  @Test func badParametersAreRefused() {
    for beta in [0, -1, 2e6, .nan, .infinity] {
      #expect(throws: ParameterError.self) { try NegativePreference(beta: beta, trainedOutputs: [1], labels: [1]) }
    }
    #expect(throws: ParameterError.self) { try NegativePreference(beta: 1, trainedOutputs: [1, 2], labels: [1]) }
    for (stepSize, target, limit) in [(0, 1, 1), (1, 0, 1), (1, 1, -1), (.nan, 1, 1)] as [(Double, Double, Int)] {
      #expect(throws: ParameterError.self) { try Relearning(loss: .logistic, stepSize: stepSize, targetLoss: target, limit: limit) }
    }
  }
}
