import Experiments
import FrontierNumerics
import Model
import TestSupport
import Testing

/// What parameters and columns declare of each other is what trials do.
@Suite struct ConditionTests {
  private func parameters(_ change: (inout CNNParameters) -> Void = { _ in }) -> CNNParameters {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainBatchSize, p.testSamples, p.unlearnSteps, p.trainTargetLoss) = (16, 60, 3, 5, 10, 20, 0.2)
    (p.relearnLimit, p.forgetRatio, p.capacityFrom) = (20_000, 0.5, 0.5)
    change(&p)
    return p
  }

  private func known(_ p: CNNParameters) throws -> Set<String> {
    let result = try cnn.measure(p, seed: 1, repetition: 0)
    try #require(result.outcome == .completed)
    return Set(zip(cnn.columns, result.values).filter { $0.1.number != nil }.map(\.0.name))
  }

  /// Without what it needs a column has no value; with it each has one in some trial, and of plain steps at once.
  @Test func columnsNeedWhatTheyDeclare() throws {
    let all = try known(parameters()), mayBeWithout: Set = ["escapedAtStep", "overflowedAtStep"]
    var everKnown: Set<String> = []
    for (perturbation, length) in [(.none, .normalized), (.joint, .normalized), (.joint, .fixed), (.own, .fixed), (.probe, .fixed)]
      as [(Perturbation.Name, Perturbation.Length)]
    {
      let p = parameters { ($0.perturbation, $0.radiusKind, $0.radius) = (perturbation, length, 0.05) }
      let values = Dictionary(uniqueKeysWithValues: CNNParameters.all.map { ($0.name, $0.value(in: p)) })
      let declared = cnn.columns.filter { $0.needs.allSatisfy { condition in values[condition.parameter].map(condition.holds) ?? false } }.map(\.name)
      let known = try known(p), missing = Set(declared).subtracting(known)
      #expect(known.isSubset(of: declared), "\(perturbation), \(length): \(known.subtracting(declared))")
      #expect(perturbation != .none || missing.isSubset(of: mayBeWithout), "\(missing)")
      everKnown.formUnion(known)
    }
    #expect(Set(cnn.columns.map(\.name)).subtracting(everKnown).isSubset(of: mayBeWithout))
    for (name, value, change) in [
      ("testSamples", .count(0), { $0.testSamples = 0 }), ("reference", .choice("none"), { $0.reference = .none }),
      ("relearnLimit", .count(0), { $0.relearnLimit = 0 }), ("capacityFrom", .number(0), { $0.capacityFrom = 0 }),
    ] as [(String, ParameterValue, (inout CNNParameters) -> Void)] {
      let declared = cnn.columns.filter { $0.needs.contains { $0.parameter == name && !$0.holds(for: value) } }.map(\.name)
      let lost = all.subtracting(try known(parameters(change)))
      #expect(lost == Set(declared) && !lost.isEmpty, "\(name): \(lost.symmetricDifference(declared))")
    }
  }

  /// Where a parameter does not act, it changes no bit; where it does, it changes some.
  @Test func parametersActWhereTheyDeclare() throws {
    let lengths = (ParameterValue.choice("normalized"), ParameterValue.choice("fixed")), radii = (ParameterValue.number(0.02), ParameterValue.number(0.05))
    let network = parameters { ($0.radius, $0.trainRadius) = (0.03, 0.03) }
    // What acts with images or without them: measured with both.
    let ofData = [
      "dimension": (ParameterValue.count(50), ParameterValue.count(60)), "patches": (.choice("apart"), .choice("together")), "tiles": (.count(1), .count(2)),
    ]
    var withImages = network
    withImages.images = try images()
    for (name, values) in ofData {
      let parameter = try #require(CNNParameters.all.first { $0.name == name })
      let condition = try #require(cnn.parameters.first { $0.name == name }?.acts)
      for base in [network, withImages] {
        func result(_ value: ParameterValue) throws -> TrialResult {
          var p = base
          try parameter.set(value, in: &p)
          return try cnn.measure(p, seed: 1, repetition: 0)
        }
        let isSame = try result(values.0) == result(values.1)
        #expect(isSame != condition.holds(for: .choice(base.images?.facts.digest ?? "none")), "\(name)")
      }
    }
    try expectConditions(
      cnn, CNNParameters.all, network,
      [
        "npoBeta": (.number(1), .number(3)), "trainRadius": radii, "radius": radii, "trainRadiusKind": lengths, "radiusKind": lengths,
        "coresetSelection": (.choice("easiest"), .choice("hardest")), "coresetWarmLoss": (.number(0.6), .number(0.01)),
      ])
    var matrices = HessianParameters()
    (matrices.samples, matrices.coherence, matrices.batchSize, matrices.steps) = (12, 4, 3, 20)
    try expectConditions(hessian, HessianParameters.all, matrices, ["innerStep": radii, "noise": radii])
  }

  /// Of two classes, 4 x 4 pixels.
  private func images() throws -> ImageData {
    var stream = RandomKey(seed: 8).stream()
    let labels = (0..<60).map { $0 % 2 == 0 ? 1.0 : -1.0 }, pixels = Matrix(labels.map { label in stream.gaussians(16).map { $0 + 0.5 * label } })
    return try ImageData(LabelledImages(pixels: pixels, labels: labels, shape: ImageShape(rows: 4, columns: 4)))
  }

  private func expectConditions<E: Experiment>(
    _ experiment: E, _ table: [Parameter<E.Parameters>], _ base: E.Parameters, _ values: [String: (ParameterValue, ParameterValue)]
  ) throws {
    let conditions = experiment.parameters.compactMap { parameter in parameter.acts.map { (parameter.name, $0) } }.filter { $0.1.parameter != "data" }
    #expect(Set(conditions.map(\.0)) == Set(values.keys))
    for (name, condition) in conditions {
      let parameter = try #require(table.first { $0.name == name }), other = try #require(table.first { $0.name == condition.parameter })
      let choices: [ParameterValue] = if case .choice(let names) = other.kind { names.map { .choice($0) } } else { [.number(0.5), .number(1)] }
      let (one, two) = try #require(values[name])
      for choice in choices {
        func result(_ value: ParameterValue) throws -> TrialResult {
          var p = base
          try other.set(choice, in: &p)
          try parameter.set(value, in: &p)
          return try experiment.measure(p, seed: 1, repetition: 0)
        }
        let isSame = try result(one) == result(two)
        #expect(isSame != condition.holds(for: choice), "\(name) where \(other.name) is \(choice.text)")
      }
    }
  }
}
