import Model
import FrontierNumerics

/// What linear stability sees of a network: outputs, loss derivatives and the inner products of the per-sample gradients g_i = grad f(x_i). Made once
/// a trained network; everything that depends on the step (alpha, eta, B) is built on top.
public struct Linearisation: Sendable {
  public let loss: Loss
  public let split: ForgetSplit
  public let labels: [Double]
  /// f(x_i)
  public let outputs: [Double]
  /// l'_i
  public let slopes: [Double]
  /// h_i = l''_i
  public let curvatures: [Double]
  /// G_ij = <g_i, g_j>
  public let gram: Matrix

  public var count: Int { labels.count }

  /// Linearises at given gradients and outputs.
  public init(gram: Matrix, outputs: [Double], labels: [Double], split: ForgetSplit, loss: Loss) throws {
    let count = split.forget.count + split.retain.count
    guard gram.rows == count, gram.columns == count, outputs.count == count, labels.count == count else {
      throw ParameterError(parameter: "gram", value: "\(gram.rows) x \(gram.columns)", allowed: "\(count) x \(count), with as many outputs and labels")
    }
    self.loss = loss
    self.split = split
    self.labels = labels
    self.outputs = outputs
    self.gram = gram
    slopes = zip(outputs, labels).map { loss.derivative(output: $0, label: $1) }
    curvatures = zip(outputs, labels).map { loss.curvature(output: $0, label: $1) }
  }

  /// Linearises at a network.
  public init(_ network: Network, on dataset: Dataset, split: ForgetSplit, loss: Loss) throws {
    try self.init(
      gram: GradientGram.ofSamples(network, on: dataset), outputs: network.outputs(of: dataset.samples),
      labels: dataset.samples.labels, split: split, loss: loss)
  }

  /// Of gradients with another Gram matrix, of the same size.
  init(_ other: Linearisation, gram: Matrix) {
    (loss, split, labels, outputs, slopes, curvatures) = (other.loss, other.split, other.labels, other.outputs, other.slopes, other.curvatures)
    self.gram = gram
  }

  /// |G_ij|
  var magnitudes: Matrix {
    var magnitudes = gram
    for i in 0..<count { for j in 0..<count { magnitudes[i, j] = abs(gram[i, j]) } }
    return magnitudes
  }

  /// Whether every gradient is zero.
  public var hasNoGradient: Bool { (0..<count).allSatisfy { gram[$0, $0] == 0 } }
}

/// Fresh samples as the linearised network sees them: what moves them when it is trained on, or unlearned.
public struct FreshLinearisation: Sendable {
  public let labels: [Double]
  /// f(x_t)
  public let outputs: [Double]
  /// G_tj = <g_t, g_j>, a row for each fresh sample, a column for each of the data set.
  public let gram: Matrix

  /// Nil where there are none.
  public init?(_ network: Network, on dataset: Dataset) {
    guard dataset.fresh.samples.count > 0 else { return nil }
    labels = dataset.fresh.samples.labels
    outputs = dataset.fresh.outputs(of: network)
    gram = GradientGram.ofFresh(network, on: dataset)
  }
}
