import Experiments
import Model
import TestSupport
import Testing

/// What parameters and columns declare of each other is what trials do.
@Suite struct ConditionTests {
  private func parameters(_ change: (inout CNNParameters) -> Void = { _ in }) -> CNNParameters {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainBatchSize, p.testSamples, p.unlearnSteps, p.trainTargetLoss) = (16, 60, 3, 5, 10, 20, 0.2)
    (p.relearnLimit, p.forgetRatio) = (20_000, 0.5)
    change(&p)
    return p
  }

  private func known(_ p: CNNParameters) throws -> Set<String> {
    let result = try cnn.measure(p, seed: 1, repetition: 0)
    try #require(result.outcome == .completed)
    return Set(zip(cnn.columns, result.values).filter { $0.1.number != nil }.map(\.0.name))
  }

  /// Without what it needs a column has no value, and with it no column is without.
  @Test func columnsNeedWhatTheyDeclare() throws {
    let all = try known(parameters())
    #expect(Set(cnn.columns.map(\.name)).subtracting(all).isSubset(of: ["escapedAtStep", "overflowedAtStep"]))
    for (name, value, change) in [
      ("testSamples", .count(0), { $0.testSamples = 0 }), ("reference", .choice("none"), { $0.reference = .none }),
      ("relearnLimit", .count(0), { $0.relearnLimit = 0 }),
    ] as [(String, ParameterValue, (inout CNNParameters) -> Void)] {
      let declared = cnn.columns.filter { $0.needs.contains { $0.parameter == name && !$0.holds(for: value) } }.map(\.name)
      let lost = all.subtracting(try known(parameters(change)))
      #expect(lost == Set(declared) && !lost.isEmpty, "\(name): \(lost.symmetricDifference(declared))")
    }
  }

  /// Where a parameter does not act, it changes no bit; where it does, it changes some.
  @Test func parametersActWhereTheyDeclare() throws {
    let condition = try #require(cnn.parameters.first { $0.name == "npoBeta" }?.acts)
    for method in MethodRule.Name.allCases {
      func result(_ beta: Double) throws -> TrialResult {
        try cnn.measure(parameters { ($0.method, $0.npoBeta) = (method, beta) }, seed: 1, repetition: 0)
      }
      let isSame = try result(1) == result(3)
      #expect(isSame != condition.holds(for: .choice(method.rawValue)), "\(method)")
    }
    #expect(cnn.parameters.filter { $0.acts != nil }.count == 1 && hessian.parameters.allSatisfy { $0.acts == nil })
  }
}
