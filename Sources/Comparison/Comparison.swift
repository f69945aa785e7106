import Numerics
import Stability
import Sweep

/// Every criterion against every event of a sweep, in numbers.
public struct Comparison: Sendable {
  public let spec: SweepSpec
  public let success: SuccessThresholds
  /// By event, the best balanced accuracy first; those of criteria that are meant for the event before the others.
  public let judgements: [Judgement]

  /// - Parameters:
  ///   - success: what counts as success; thresholds of prediction follow it.
  ///   - names: criteria to judge; all of the experiment's if nil.
  public init(_ table: ResultTable, success: SuccessThresholds, criteria names: [String]? = nil) {
    spec = table.spec
    self.success = success
    let experiment = spec.experiment
    let criteria = experiment.criteria(judging: success).filter { names?.contains($0.name) ?? true }
    let resamples = Bootstrap.weights(repetitions: spec.repetitions, key: RandomKey(seed: spec.seed).child(Self.purpose))
    let margins = criteria.map { criterion in
      table.byCell { table.margin(of: criterion, cell: $0, repetition: $1) }
    }
    let spec = spec
    judgements = experiment.events.flatMap { event in
      let happened = table.byCell { table.happened(event, cell: $0, repetition: $1, success: success) }
      let judged = zip(criteria, margins).map { criterion, margins in
        Judgement(of: criterion, for: event, evidence: Evidence(happened: happened, margins: margins), grid: spec.grid, resamples: resamples)
      }
      return judged.filter { $0.cells > 0 }.sorted { a, b in
        a.isOwn != b.isOwn ? a.isOwn : (a.balancedAccuracy.value ?? -1) > (b.balancedAccuracy.value ?? -1)
      }
    }
  }

  /// Names the draws of the bootstrap.
  static let purpose = 0x626F_6F74
}

extension Experiment {
  /// What can happen that a criterion may foretell.
  public var events: [TrialEvent] {
    switch self {
    case .cnn: [.forgetSuccess, .retainFailure, .escape]
    case .hessian: [.escape]
    }
  }
}

extension ResultTable {
  /// A value for every cell and repetition.
  func byCell<Value>(_ value: (Int, Int) -> Value) -> [[Value]] {
    (0..<spec.grid.count).map { cell in (0..<spec.repetitions).map { value(cell, $0) } }
  }
}
