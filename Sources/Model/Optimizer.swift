/// How a network moves by the gradient of a batch. What state a rule has from step to step belongs to the value that makes the steps, so that runs do not share it.
public protocol Optimizer {
  /// One step. False, with the network as it was, where an output of the batch is beyond `Simulator.outputLimit`.
  mutating func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool
}

/// w <- w - eta gradient.
public struct GradientDescent: Optimizer, Sendable, Hashable {
  /// eta.
  public let stepSize: Double

  public init(stepSize: Double) { self.stepSize = stepSize }

  public func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool {
    guard simulator.takeGradient(of: batch, times: -stepSize, method: method) else { return false }
    simulator.move()
    return true
  }
}

extension Optimizer {
  /// A step on samples that all descend.
  public mutating func step(_ simulator: Simulator, on batch: WeightedBatch) -> Bool { step(simulator, on: batch, method: GradientAscent()) }
}
