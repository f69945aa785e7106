import FrontierNumerics

// Methods besides ascent (theory-deletion-and-data.md section 4, arXiv 2404.05868, 2302.09880). All descend on the loss of the retain samples.

/// Descent on the loss of the opposite label: phi = l(f, -y).
public struct Relabelling: UnlearningMethod {
  public init() {}

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.retained, into: result)
    for i in batch.retained..<batch.count { result[i] = -loss.derivative(output: batch.outputs[i], label: -batch.labels[i]) }
  }
}

/// Descent towards a coin's toss: phi = (l(f, y) + l(f, -y)) / 2.
public struct UniformLabels: UnlearningMethod {
  public init() {}

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.retained, into: result)
    for i in batch.retained..<batch.count {
      let (f, y) = (batch.outputs[i], batch.labels[i])
      result[i] = -(loss.derivative(output: f, label: y) + loss.derivative(output: f, label: -y)) / 2
    }
  }
}

/// Negative preference optimisation: phi = (2/b) log(1 + (p/p_t)^b) with p = sigma(y f) and p_t that of the trained network. It begins as ascent does, and fades
/// as a sample is forgotten. Logistic loss only.
public struct NegativePreference: UnlearningMethod {
  /// b
  public let beta: Double
  /// log p_t of every sample.
  private let trained: [Double]

  public static let largestBeta = 1e6

  /// - Parameters:
  ///   - outputs: of the trained network, for every sample of the data set, with its labels.
  public init(beta: Double, trainedOutputs outputs: [Double], labels: [Double]) throws {
    try require("npoBeta", beta, in: 0...Self.largestBeta, above: 0)
    guard outputs.count == labels.count else {
      throw ParameterError(parameter: "trainedOutputs", value: "\(outputs.count)", allowed: "one for each of \(labels.count) labels")
    }
    self.beta = beta
    trained = zip(outputs, labels).map { -Elementary.softplus(-$1 * $0) }
  }

  public func slopes(of loss: Loss, at batch: BatchOutputs, into result: UnsafeMutablePointer<Double>) {
    loss.derivatives(outputs: batch.outputs, labels: batch.labels, count: batch.retained, into: result)
    for (i, sample) in zip(batch.retained..<batch.count, batch.batch.forget) {
      let (f, y) = (batch.outputs[i], batch.labels[i])
      // q by its logarithm: both probabilities may be as small as they like. q/(1+q) is a sigmoid of it.
      let logRatio = beta * (-Elementary.softplus(-y * f) - trained[Int(sample)])
      result[i] = -y * 2 / (1 + Elementary.exp(y * f)) / (1 + Elementary.exp(-logRatio))
    }
  }
}
