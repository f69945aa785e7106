import Model

/// A point of a sweep: a value for every parameter of its experiment.
public struct Cell: Sendable {
  private var content: any CellContent

  package init<E: Experiment>(of experiment: E, at parameters: E.Parameters) { content = TypedCell(owner: experiment, parameters: parameters) }

  public var experiment: any Experiment { content.experiment }

  /// In the order of the experiment's parameters.
  public var values: [ParameterValue] { content.values }

  /// The same by the experiment's own type; nil if it is of another experiment.
  public func parameters<Parameters>(as type: Parameters.Type) -> Parameters? { content.anyParameters as? Parameters }

  /// Sets the parameter at `index` in the order of the experiment's parameters.
  package mutating func set(_ index: Int, to value: ParameterValue) throws(ParameterError) { try content.set(index, to: value) }

  /// Puts images in the place of its data; false if its experiment takes none.
  package mutating func use(_ images: ImageData) -> Bool { content.use(images) }

  /// Refuses a parameter out of its range.
  package func check() throws { try content.check() }

  /// What trials of this cell share with others that agree on the parameters of preparation.
  package func prepare(seed: UInt64, repetition: Int) throws -> Preparation { try content.prepare(seed: seed, repetition: repetition) }

  /// One trial. Given what a trial that it may share with prepared, it gives the same bits as with its own.
  ///
  /// - Parameter probes: which are put to it, in the order of the experiment's; all if nil.
  package func measure(seed: UInt64, repetition: Int, probes: [Bool]? = nil, with preparation: Preparation = Preparation()) -> TrialResult {
    content.measure(seed: seed, repetition: repetition, probes: probes, with: preparation)
  }

  /// The course of one trial, that of the trial which `measure` measures.
  package func trace(seed: UInt64, repetition: Int, with preparation: Preparation = Preparation()) throws -> Trace {
    try content.trace(seed: seed, repetition: repetition, with: preparation)
  }

  /// A trial of which nothing could be prepared.
  package func failure(_ reason: String, probes: [Bool]? = nil) -> TrialResult {
    let infos = experiment.probes
    return TrialResult(of: experiment, infos.indices.map { probes?[$0] ?? true ? .failure(reason, columns: infos[$0].columns) : nil })
  }

  /// Multiply-adds to be expected of what is shared, and of so many repetitions of what follows.
  package var preparationEstimate: Double { content.preparationEstimate }
  package func trialEstimate(repetitions: Int) -> Double { Double(repetitions) * content.trialEstimate }

  /// What it may cost beyond what one would think. Sentences for the user.
  package var warnings: [String] { content.warnings }

  /// For one worker: what it shares among trials, and one trial.
  public var memory: MemoryEstimate { content.memory }
}

extension Cell: Hashable {
  public static func == (a: Cell, b: Cell) -> Bool { AnyHashable(a.content) == AnyHashable(b.content) }
  public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(content)) }
}

/// Computed once, used by many trials.
package struct Preparation: Sendable {
  /// Outputs of stages, of the experiment's own type.
  fileprivate let outputs: (any HeldOutputs)?

  /// Of nothing: trials prepare for themselves.
  package init() { outputs = nil }
  fileprivate init(outputs: any HeldOutputs) { self.outputs = outputs }

  /// What it takes in memory, nearly; it grows with the trials that it serves.
  package var bytes: Int { outputs?.bytes ?? 0 }
}

private protocol CellContent: Hashable, Sendable {
  var experiment: any Experiment { get }
  var values: [ParameterValue] { get }
  var anyParameters: any Sendable { get }
  mutating func set(_ index: Int, to value: ParameterValue) throws(ParameterError)
  mutating func use(_ images: ImageData) -> Bool
  func check() throws
  func prepare(seed: UInt64, repetition: Int) throws -> Preparation
  func measure(seed: UInt64, repetition: Int, probes: [Bool]?, with preparation: Preparation) -> TrialResult
  func trace(seed: UInt64, repetition: Int, with preparation: Preparation) throws -> Trace
  var preparationEstimate: Double { get }
  var trialEstimate: Double { get }
  var memory: MemoryEstimate { get }
  var warnings: [String] { get }
}

/// A cell of one experiment.
private struct TypedCell<E: Experiment>: CellContent {
  let owner: E
  var parameters: E.Parameters

  static func == (a: Self, b: Self) -> Bool { a.owner.name == b.owner.name && a.parameters == b.parameters }
  func hash(into hasher: inout Hasher) { hasher.combine(parameters) }

  var experiment: any Experiment { owner }
  var values: [ParameterValue] { owner.parameterTable.map { $0.value(in: parameters) } }
  var anyParameters: any Sendable { parameters }

  mutating func set(_ index: Int, to value: ParameterValue) throws(ParameterError) { try owner.parameterTable[index].set(value, in: &parameters) }

  mutating func use(_ images: ImageData) -> Bool { owner.use(images, in: &parameters) }

  func check() throws { try owner.check(parameters) }

  func prepare(seed: UInt64, repetition: Int) throws -> Preparation {
    try check()
    let outputs = StageOutputs<E.Parameters>()
    try owner.prepare(Trial(parameters, seed: seed, repetition: repetition, shared: outputs))
    return Preparation(outputs: outputs)
  }

  func measure(seed: UInt64, repetition: Int, probes: [Bool]?, with preparation: Preparation) -> TrialResult {
    owner.measure(trial(seed, repetition, with: preparation), probes ?? owner.probes.map { _ in true })
  }

  func trace(seed: UInt64, repetition: Int, with preparation: Preparation) throws -> Trace {
    try check()
    return try owner.trace(trial(seed, repetition, with: preparation))
  }

  private func trial(_ seed: UInt64, _ repetition: Int, with preparation: Preparation) -> Trial<E.Parameters> {
    let shared = preparation.outputs as? StageOutputs<E.Parameters> ?? StageOutputs()
    return Trial(parameters, seed: seed, repetition: repetition, shared: shared)
  }

  var preparationEstimate: Double { owner.prepared.operations(parameters) }
  var trialEstimate: Double { owner.probeTable.probes.reduce(0) { $0 + $1.stages.reduce(0) { $0 + $1.operations(parameters) } } }
  var memory: MemoryEstimate { MemoryEstimate(owner.allStages, preparedBy: owner.prepared, of: parameters) }
  var warnings: [String] { owner.warnings(of: parameters) }
}
