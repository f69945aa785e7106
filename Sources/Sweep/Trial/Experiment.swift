import Stability

/// What a sweep can repeat over a grid.
public enum Experiment: String, Sendable, CaseIterable {
  /// Train the network on signal plus noise, unlearn, measure (theory.md sections 1 to 5).
  case cnn
  /// The synthetic Hessian test (section 6).
  case hessian

  /// Raised whenever the bits of any measurement change: results of another version are never mixed with these.
  public static let algorithmVersion = 2

  /// Every parameter, in the order in which they act.
  public var parameters: [ParameterInfo] {
    switch self {
    case .cnn: CNNParameters.all.map { $0.info(standard: CNNParameters()) }
    case .hessian: HessianParameters.all.map { $0.info(standard: HessianParameters()) }
    }
  }

  /// What a trial measures, in order.
  public var columns: [Column] {
    switch self {
    case .cnn: CNNTrial.columns
    case .hessian: HessianTrial.columns
    }
  }

  /// What a view can show besides a column: success and failure as the thresholds of the specification define them.
  public var outcomes: [String] {
    switch self {
    case .cnn: ["forgetSuccess", "retainSuccess", "jointSuccess", "escape"]
    case .hessian: ["escape"]
    }
  }

  /// The criteria whose frontier can be drawn.
  public var criteria: [any Criterion] { criteria(judging: SuccessThresholds()) }

  /// The same with the thresholds that success is judged by.
  public func criteria(judging success: SuccessThresholds) -> [any Criterion] {
    switch self {
    case .cnn:
      Criteria.escape + Criteria.forgetting(forgetAccuracyAtMost: success.forgetAccuracyAtMost, retainAccuracyAtLeast: success.retainAccuracyAtLeast)
    case .hessian: Criteria.escape
    }
  }

  /// Parameters of what trials prepare once and share: a trained network, or a cell's closed forms. Cells that agree on them form a group.
  package var sharedParameters: Set<String> {
    switch self {
    case .cnn: Set(CNNStages.network.reads.map(\.name))
    case .hessian: Set(HessianParameters.criteria.reads.map(\.name))
    }
  }

  /// Whether repetitions of a cell differ in what they prepare: a network is trained anew, a cell's closed forms are the same.
  var preparesEachRepetition: Bool { self == .cnn }
}
