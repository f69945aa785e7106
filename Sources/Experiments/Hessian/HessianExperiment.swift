import FrontierNumerics
import Model
import Stability

/// The synthetic Hessian test (theory.md section 6).
public struct HessianExperiment: Experiment {
  public init() {}

  public let name = "hessian"
  public let preparations = "cells"
  public let standard = HessianParameters()
  public var parameterTable: [Parameter<HessianParameters>] { HessianParameters.all }
  public var stages: [Stage<HessianParameters>] { [Self.closedForms, Self.run] }
  public var prepared: Stage<HessianParameters> { Self.closedForms }
  public var probeTable: ProbeTable<HessianParameters> { Self.table }
  public let thresholds: [Threshold] = []

  public let events = [
    Event(
      "escape", .run,
      Event.Words(panel: "Escaped: the perturbation grew past its limit", table: "escaped", subject: "what escapes", trials: "escape", pair: "escaped"),
      predictedBy: .escape, rule: .happened("escapedAtStep"))
  ]

  public func criteria(judging success: SuccessThresholds) -> [Criterion<Row>] {
    (Criteria.escape + Criteria.perturbed + [Criteria.keptNoise]).map { $0.judging(Self.predictors) }
  }

  public func check(_ parameters: HessianParameters) throws { _ = try parameters.test() }

  public func prepare(_ trial: Trial<HessianParameters>) throws { _ = try trial.closedForms() }

  /// The run that the probe `run` measures.
  public func trace(_ trial: Trial<HessianParameters>) throws -> Trace {
    let test = try Self.run.view(of: trial.parameters).test()
    let limit = (value: Elementary.log(test.growthLimit), words: "limit of escape")
    var trace = Trace(
      [Column("logGrowth", .number, "log of the squared length over its start, after so many steps")],
      panels: [Trace.Panel("Log growth of the squared length", unit: "log", .logarithms, lines: [("logGrowth", "length")], limit: limit)])
    let run = test.run(key: trial.key) { trace.add([$0]) }
    trace.marks = run.escapedAtStep.map { [Trace.Mark("escaped", atStep: $0)] } ?? []
    return trace
  }

  // MARK: - Stages

  /// The same for all repetitions.
  static let closedForms = Stage(
    "closed forms", of: HessianParameters.all, standard: HessianParameters(), scope: .cell, reads: HessianParameters.all.map(\.name))

  static let run = Stage(
    "run", of: HessianParameters.all, standard: HessianParameters(), scope: .trial, reads: HessianParameters.all.map(\.name),
    operations: { Double($0.steps) * Double($0.samples) * ($0.perturbation == .random ? 8 : 1) },
    working: { bytes(64, $0.samples).addingClamped(bytes(24, $0.batchSize)) },
    memory: "coordinates of the run (samples)")

  // MARK: - Probes

  private static let table = ProbeTable([runProbe, stabilityProbe, perturbedProbe])

  private static let runProbe = Probe<HessianParameters>(
    "run", version: 2,
    columns: [
      Column("survived", .flag, "whether the squared length stayed below growthLimit times its start at every step"),
      Column("escapedAtStep", .count, unit: "steps", "how many steps it took to pass that limit"),
      Column("logGrowth", .number, "log of the squared length over its start, after the last step or at the escape"),
    ], stages: [run]
  ) { trial in
    let run = try run.view(of: trial.parameters).test().run(key: trial.key)
    return ProbeResult(
      .completed, [.flag(run.survived), MeasuredValue(run.escapedAtStep, otherwise: "did not escape"), MeasuredValue(run.logGrowth)])
  }

  private static let stabilityProbe = forms("stability", version: 4, quantities)

  /// What perturbed steps have besides.
  private static let perturbedProbe = forms(
    "perturbed", version: 2,
    [
      .sharpenedTop, .sharpenedCoherence, .sharpenedDivergenceRatio, .sharpenedMeanSquareRadius, .samDivergenceRatio, .samConvergenceRatio, .meanStepRadius,
      .keptNoiseGrowth,
    ])

  private static func forms(_ name: String, version: Int, _ quantities: [Predictors.Name]) -> Probe<HessianParameters> {
    Probe(name, version: version, columns: quantities.map { $0.column.named(column(of: $0)) }) { trial in
      let predictors = try trial.closedForms()
      return ProbeResult(.completed, quantities.map { MeasuredValue(predictors[$0]) })
    }
  }

  private static let quantities: [Predictors.Name] = [
    .mixedHessianTop, .mixedHessianBottom, .coherence, .coherenceDivergenceRatio, .coherenceConvergenceRatio, .singleSampleDivergenceRatio, .noiseRadius,
    .meanSquareRadius, .contraction, .typicalRate,
  ]

  /// `coherence` is the name of a parameter here.
  private static func column(of name: Predictors.Name) -> String { name == .coherence ? "mixedCoherence" : name.rawValue }

  /// What a trial is judged by.
  @Sendable private static func predictors(_ row: Row) throws(Undefined) -> Predictors {
    guard let p = row.cell.parameters(as: HessianParameters.self) else { throw .notMeasured }
    return Predictors(forgetRatio: p.forgetRatio, stepSize: p.stepSize, steps: p.steps, growthLimit: p.growthLimit, dataModel: nil) { name in
      row.quantity(column(of: name))
    }
  }
}

extension Trial<HessianParameters> {
  fileprivate func closedForms() throws -> Predictors { try output(of: HessianExperiment.closedForms) { try $0.test().predictors } }
}

extension HessianParameters {
  /// Refuses any parameter out of its range, by name.
  fileprivate func test() throws -> SyntheticTest {
    let rule = try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: batchSize, sampling: sampling)
    return try SyntheticTest(
      samples: samples, coherence: coherence, rule: rule, steps: steps, growthLimit: growthLimit,
      perturbation: SyntheticPerturbation(perturbation, innerStep: innerStep, noise: noise))
  }
}
