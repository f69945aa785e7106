import FrontierNumerics

/// Where samples come from. Draws depend on the key and on what they are for alone.
public protocol DataSource: Sendable {
  /// A data set with a network's first pre-activations on it, reduced to the inner products that a simulation needs.
  ///
  /// - Parameter freshSamples: samples to be drawn besides that are not trained on.
  func draw(architecture: Architecture, freshSamples: Int, key: RandomKey) throws -> Dataset
}

extension SignalPlusNoise: DataSource {}
