import Model
import Stability

/// Train the network on signal plus noise, unlearn, measure (theory.md sections 1 to 5).
public struct CNNExperiment: Experiment {
  public let probeTable: ProbeTable<CNNParameters>

  private let further: [Criterion<Row>]

  /// - Parameters:
  ///   - further: probes besides those of this project.
  ///   - criteria: theories besides those of this project.
  public init(adding further: [Probe<CNNParameters>] = [], criteria: [Criterion<Row>] = []) {
    self.further = criteria
    probeTable = further.isEmpty ? CNNProbes.table : ProbeTable(CNNProbes.table.probes + further)
  }

  public let name = "cnn"
  public let preparations = "networks"
  public let standard = CNNParameters()
  public var parameterTable: [Parameter<CNNParameters>] { CNNParameters.all }
  public var stages: [Stage<CNNParameters>] { CNNStages.all }
  public var prepared: Stage<CNNParameters> { CNNStages.network }
  public var events: [Event] { CNNEvents.all }
  public let thresholds =
    [Threshold.forgetAccuracyAtMost, .retainAccuracyAtLeast, .tugOfWarAtLeast, .attackExcessAtMost, .noiseShareAtMost] + LearningEvents.thresholds
  public var statistics: [CellStatistic] { CNNEvents.statistics }
  public var curves: [ColumnCurve] { [LearningEvents.limitingCapacity] }

  public func criteria(judging success: SuccessThresholds) -> [Criterion<Row>] {
    let forgetting = Criteria.forgetting(
      forgetAccuracyAtMost: success[.forgetAccuracyAtMost], retainAccuracyAtLeast: success[.retainAccuracyAtLeast])
    let judged = Criteria.escape + Criteria.lossGrowth + forgetting + Criteria.memory + Criteria.perturbed + Criteria.groups
    let learning = Criteria.learning(noiseShareAtLeast: success[.noiseShareAtLeast], testAccuracyAtLeast: success[.testAccuracyAtLeast])
    return judged.map { $0.judging(Self.predictors) } + [TrainingEvents.criticalRadius] + learning.map { $0.judging(Self.predictors) } + further
  }

  public func check(_ p: CNNParameters) throws {
    try p.checkSource()
    _ = try p.architecture()
    try p.training().check(samples: p.samples)
    _ = try p.warmTraining()
    try p.checkSelection()
    if p.images != nil, p.patches == .together, [.memorised, .learned].contains(p.forgetSelection) {
      throw ParameterError(
        parameter: "forgetSelection", value: p.forgetSelection.rawValue, allowed: "with images patches: \"apart\", or what noise carries is not known")
    }
    // The coreset is what makes so few samples of many.
    guard p.coresetFraction == 1 || p.batchSize <= p.trainedSamples else {
      throw ParameterError(
        parameter: "batchSize", value: "\(p.batchSize)",
        allowed: "a whole number from 1 to \(p.trainedSamples), which coresetFraction = \(p.coresetFraction) leaves of \(p.samples) samples")
    }
    let split = try p.forgetSplit()
    _ = (try p.unlearning(), try p.stepRule(), try p.methodRule(), try p.relearning())
    try BatchSchedule.check(split: split, batchSize: p.batchSize, steps: p.unlearnSteps)
  }

  public func use(_ images: ImageData, in p: inout CNNParameters) -> Bool {
    p.images = images
    return true
  }

  public func prepare(_ trial: Trial<CNNParameters>) throws { _ = try trial.trained() }
  public func trace(_ trial: Trial<CNNParameters>) throws -> Trace { try trial.course() }

  /// Relearning that takes more than this many times as long as all the rest is told.
  private static let longRelearning = 10.0

  public func warnings(of p: CNNParameters) -> [String] {
    let relearning = CNNStages.deletion.operations(p), rest = CNNStages.all.reduce(-relearning) { $0 + $1.operations(p) }
    guard relearning > Self.longRelearning * rest else { return [] }
    return [
      "relearnLimit = \(p.relearnLimit): a trial in which the forget set is not relearnt may take up to about \(Int(min(relearning / max(rest, 1), 1e9))) times as "
        + "long as without relearning"
    ]
  }

  /// What a trial is judged by.
  @Sendable private static func predictors(_ row: Row) throws(Undefined) -> Predictors {
    guard let p = row.cell.parameters(as: CNNParameters.self) else { throw .notMeasured }
    var model = p.dataModel, growthLimit = p.growthLimit
    var (forgetRatio, stepSize, steps) = (p.forgetRatio, p.stepSize, p.unlearnSteps)
    if !row.moved.isEmpty {
      guard var moved = model else { throw .noDataModel }
      for (name, value) in row.moved { if name == "growthLimit" { growthLimit = value } else { moved.move(name, to: value) } }
      // Half a cell beyond the last value of an axis a parameter may leave its range.
      guard moved.isPossible, growthLimit > 1 else { throw .noDataModel }
      (forgetRatio, stepSize, steps, model) = (moved.forgetRatio, moved.stepSize, Int(moved.steps), moved)
    }
    return Predictors(
      forgetRatio: forgetRatio, stepSize: stepSize, steps: steps, growthLimit: growthLimit, dataModel: model, quantity: { row.quantity($0.rawValue) })
  }
}
