import Experiments
import Model
import TestSupport
import Testing

/// The course of a trial is that of the very run that is measured.
@Suite struct TraceTests {
  private static func cell(_ change: (inout CNNParameters) -> Void) -> CNNParameters {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainBatchSize, p.testSamples, p.unlearnSteps) = (20, 60, 3, 5, 10, 65)
    (p.trainTargetLoss, p.snr) = (0.2, 0.3)
    change(&p)
    return p
  }

  static let cells: [(name: String, parameters: CNNParameters)] = [
    ("ascent", cell { $0.forgetRatio = 0.4 }),
    ("escape", cell { ($0.forgetRatio, $0.stepSize, $0.growthLimit) = (0.9, 300, 5) }),
    ("overflow", cell { ($0.loss, $0.trainStepSize, $0.stepSize, $0.forgetRatio, $0.growthLimit) = (.squared, 0.5, 1e6, 0.5, 10) }),
    ("npo", cell { ($0.method, $0.sampling, $0.batchSize) = (.npo, .bernoulli, 3) }),
    ("uniform", cell { ($0.method, $0.labelNoise) = (.uniform, 0.1) }),
    ("no step", cell { $0.unlearnSteps = 0 }),
  ]

  private static func value(_ name: String, _ result: TrialResult) -> Double? { result[name]?.number }

  /// To the bit: its last row is what the trial came to, its first what it began with, its marks the events of the trial.
  @Test(arguments: cells.indices, [0, 3]) func endsAreThoseOfTheTrial(index: Int, repetition: Int) throws {
    let (name, parameters) = Self.cells[index]
    let result = try cnn.measure(parameters, seed: 5, repetition: repetition), trace = try cnn.trace(Trial(parameters, seed: 5, repetition: repetition))
    try #require(result.outcome == .completed, "\(name)")
    let last = trace.count - 1
    for column in ["forgetAccuracy", "forgetLoss", "retainAccuracy", "retainLoss", "squaredWeightDistance"] {
      let values = trace[column], end = try #require(Self.value(column, result))
      #expect(values[last].bitPattern == end.bitPattern, "\(name): \(column)")
      if column != "squaredWeightDistance" { #expect(values[0].bitPattern == Self.value(column + "Before", result)?.bitPattern, "\(name): \(column)") }
    }
    #expect(trace["squaredWeightDistance"][0] == 0)
    let escaped = Self.value("escapedAtStep", result), overflowed = Self.value("overflowedAtStep", result)
    #expect(last == overflowed.map { Int($0) } ?? parameters.unlearnSteps)
    #expect(trace.marks.map { Double($0.step) } == [escaped, overflowed].compactMap { $0 })
    // Escape is what the mean loss says at the steps that are looked at.
    let losses = trace["meanLoss"]
    let first = losses.indices.first { $0 > 0 && ($0 % 10 == 0 || $0 == parameters.unlearnSteps) && losses[$0] > parameters.growthLimit * losses[0] }
    #expect(escaped.map { Int($0) } == first ?? overflowed.map { Int($0) }, "\(name)")
    if name == "escape" { #expect(escaped != nil) }
    if name == "overflow" { #expect(overflowed != nil) }
  }

  /// A step in the middle is where a shorter run ends.
  @Test(arguments: [1, 7, 30]) func stepsBetweenAreEndsOfShorterRuns(steps: Int) throws {
    let long = Self.cells[0].parameters, trace = try cnn.trace(Trial(long, seed: 5, repetition: 0))
    var short = long
    short.unlearnSteps = steps
    let result = try cnn.measure(short, seed: 5, repetition: 0)
    for column in ["forgetAccuracy", "forgetLoss", "retainAccuracy", "retainLoss", "squaredWeightDistance"] {
      #expect(trace[column][steps].bitPattern == Self.value(column, result)?.bitPattern, "\(column)")
    }
  }

  @Test(arguments: [(0.01, 200), (1.5, 200), (0.5, 0)]) func theSyntheticTestHasOneToo(stepSize: Double, steps: Int) throws {
    var parameters = HessianParameters()
    (parameters.samples, parameters.coherence, parameters.batchSize, parameters.stepSize, parameters.steps) = (30, 3, 2, stepSize, steps)
    let result = try hessian.measure(parameters, seed: 2, repetition: 1), trace = try hessian.trace(Trial(parameters, seed: 2, repetition: 1))
    func value(_ name: String) -> Double? { hessian.columns.firstIndex { $0.name == name }.flatMap { result.values[$0].number } }
    let growth = trace["logGrowth"], escaped = value("escapedAtStep").map { Int($0) }
    #expect(growth[0] == 0 && growth.last?.bitPattern == value("logGrowth")?.bitPattern)
    #expect(growth.count == (escaped ?? steps) + 1 && trace.marks.map(\.step) == (escaped.map { [$0] } ?? []))
    #expect((escaped != nil) == (stepSize == 1.5))
  }

  /// Nothing is unlearned where training misses its target, and the refusal says so.
  @Test func anUntrainedNetworkHasNone() throws {
    let parameters = Self.cell { $0.trainMaxSteps = 0 }
    let error = #expect(throws: NoTrace.self) { _ = try cnn.trace(Trial(parameters, seed: 5, repetition: 0)) }
    #expect(try #require(error).description.contains("training stopped at step 0"))
  }
}
