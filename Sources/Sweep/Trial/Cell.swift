import Model

/// A point of a sweep: a value for every parameter of its experiment.
public enum Cell: Sendable, Hashable {
  case cnn(CNNParameters)
  case hessian(HessianParameters)

  /// Every parameter at its default.
  public init(of experiment: Experiment) {
    switch experiment {
    case .cnn: self = .cnn(CNNParameters())
    case .hessian: self = .hessian(HessianParameters())
    }
  }

  public var experiment: Experiment {
    switch self {
    case .cnn: .cnn
    case .hessian: .hessian
    }
  }

  /// In the order of the experiment's parameters.
  public var values: [ParameterValue] {
    switch self {
    case .cnn(let parameters): CNNParameters.all.map { $0.value(in: parameters) }
    case .hessian(let parameters): HessianParameters.all.map { $0.value(in: parameters) }
    }
  }

  /// Sets the parameter at `index` in the order of the experiment's parameters.
  package mutating func set(_ index: Int, to value: ParameterValue) throws(ParameterError) {
    switch self {
    case .cnn(var parameters):
      try CNNParameters.all[index].set(value, in: &parameters)
      self = .cnn(parameters)
    case .hessian(var parameters):
      try HessianParameters.all[index].set(value, in: &parameters)
      self = .hessian(parameters)
    }
  }

  /// Refuses a parameter out of its range.
  package func check() throws {
    switch self {
    case .cnn(let parameters): _ = try CNNTrial(parameters, seed: 0, repetition: 0)
    case .hessian(let parameters): _ = try HessianTrial(parameters, seed: 0, repetition: 0)
    }
  }

  /// What trials of this cell share with others that agree on the parameters of preparation.
  package func prepare(seed: UInt64, repetition: Int) throws -> Preparation {
    switch self {
    case .cnn(let parameters):
      let outputs = StageOutputs<CNNParameters>()
      try CNNTrial(parameters, seed: seed, repetition: repetition).prepare(outputs)
      return Preparation(content: .network(outputs))
    case .hessian(let parameters):
      return Preparation(content: .criteria(try HessianTrial(parameters, seed: seed, repetition: repetition).criteria()))
    }
  }

  /// One trial. Given what a trial that it may share with prepared, it gives the same bits as with its own.
  package func measure(seed: UInt64, repetition: Int, with preparation: Preparation) throws -> TrialResult {
    switch (self, preparation.content) {
    case (.cnn(let parameters), .network(let outputs)):
      return try CNNTrial(parameters, seed: seed, repetition: repetition).measure(with: outputs)
    case (.hessian(let parameters), .criteria(let criteria)):
      return try HessianTrial(parameters, seed: seed, repetition: repetition).measure(with: criteria)
    default:
      return try measure(seed: seed, repetition: repetition)
    }
  }

  /// Multiply-adds to be expected of what is shared, and of so many repetitions of what follows.
  var preparationEstimate: Double {
    switch self {
    case .cnn(let parameters): CNNStages.network.operations(parameters)
    case .hessian(let parameters): HessianParameters.criteria.operations(parameters)
    }
  }

  func trialEstimate(repetitions: Int) -> Double {
    switch self {
    case .cnn(let parameters): Double(repetitions) * (CNNStages.run.operations(parameters) + CNNStages.hessianTest.operations(parameters))
    case .hessian(let parameters): Double(repetitions) * HessianParameters.run.operations(parameters)
    }
  }

  /// For one worker: what it shares among trials, and one trial.
  public var memory: MemoryEstimate {
    switch self {
    case .cnn(let parameters): MemoryEstimate(CNNStages.all, shared: [CNNStages.data.name, CNNStages.network.name], of: parameters)
    case .hessian(let parameters): MemoryEstimate([HessianParameters.run], shared: [], of: parameters)
    }
  }

  /// One trial by itself.
  public func measure(seed: UInt64, repetition: Int) throws -> TrialResult {
    try measure(seed: seed, repetition: repetition, with: prepare(seed: seed, repetition: repetition))
  }
}

/// Computed once, used by many trials.
package struct Preparation: Sendable {
  fileprivate enum Content: Sendable {
    case network(StageOutputs<CNNParameters>)
    case criteria([MeasuredValue])
  }

  fileprivate let content: Content
}
