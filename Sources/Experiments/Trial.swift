import FrontierNumerics
import Synchronization

/// One repetition of one cell. All that is made and measured of it is a pure function of its parameters and its key.
public struct Trial<Parameters: Hashable & Sendable>: Sendable {
  public let parameters: Parameters
  public let repetition: Int
  /// Names the random draws of this repetition.
  public let key: RandomKey
  /// The cache of stage outputs that trials share.
  private let shared: StageOutputs<Parameters>
  /// What its probes have in common, by the stage.
  private let own = OwnOutputs()

  private final class OwnOutputs: Sendable {
    /// They are few.
    private let known = Mutex<[(stage: ObjectIdentifier, output: any Kept)]>([])

    subscript(stage: ObjectIdentifier) -> (any Kept)? { known.withLock { known in known.first { $0.stage == stage }?.output } }
    func keep(_ output: any Kept, of stage: ObjectIdentifier) { known.withLock { $0.append((stage, output)) } }
  }

  public init(_ parameters: Parameters, seed: UInt64, repetition: Int) {
    self.init(parameters, seed: seed, repetition: repetition, shared: StageOutputs())
  }

  init(_ parameters: Parameters, seed: UInt64, repetition: Int, shared: StageOutputs<Parameters>) {
    (self.parameters, self.repetition, self.shared) = (parameters, repetition, shared)
    key = RandomKey(seed: seed).child(repetition)
  }

  /// The output of a stage, memoised.
  ///
  /// - Parameter make: given the parameters as the stage sees them.
  public func output<Output: Sendable>(of stage: Stage<Parameters>, make: (Parameters) throws -> Output) rethrows -> Output {
    if let known = own[ObjectIdentifier(stage)] as? KeptOutput<Output> { return known.output }
    let output =
      stage.scope == .trial
      ? try make(stage.view(of: parameters))
      : try shared.output(of: stage, for: parameters, repetition: stage.scope == .cell ? nil : repetition, make: make)
    own.keep(KeptOutput(output), of: ObjectIdentifier(stage))
    return output
  }
}
