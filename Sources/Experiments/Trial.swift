import FrontierNumerics

/// One repetition of one cell: what all that is made and measured of it is a pure function of.
public struct Trial<Parameters: Hashable & Sendable>: Sendable {
  public let parameters: Parameters
  public let repetition: Int
  /// Names the random draws of this repetition.
  public let key: RandomKey
  /// What trials of the same network and others that agree on some stages have made already.
  private let shared: StageOutputs<Parameters>
  /// What its probes have in common.
  private let own = StageOutputs<Parameters>()

  public init(_ parameters: Parameters, seed: UInt64, repetition: Int) {
    self.init(parameters, seed: seed, repetition: repetition, shared: StageOutputs())
  }

  init(_ parameters: Parameters, seed: UInt64, repetition: Int, shared: StageOutputs<Parameters>) {
    (self.parameters, self.repetition, self.shared) = (parameters, repetition, shared)
    key = RandomKey(seed: seed).child(repetition)
  }

  /// The output of a stage, kept for whoever else may want it.
  ///
  /// - Parameter make: given the parameters as the stage sees them.
  public func output<Output: Sendable>(of stage: Stage<Parameters>, make: (Parameters) throws -> Output) rethrows -> Output {
    let outputs = stage.scope == .trial ? own : shared
    return try outputs.output(of: stage, for: parameters, repetition: stage.scope == .cell ? nil : repetition, make: make)
  }
}
