import FrontierNumerics
import Model

/// Inner products of what samples pull a network with, from which coresets are chosen and judged (docs/theory.md section 12).
public struct GradientMoments: Sendable {
  /// l_i
  public let losses: [Double]
  /// Q_ij = <grad l_i, grad l_j> = l'_i l'_j G_ij
  public let gradients: Matrix
  /// The mean of Q over networks around this one.
  public let smoothedGradients: Matrix
  /// tr H_i H_j = h_i h_j G_ij^2
  public let hessians: Matrix

  public var count: Int { losses.count }

  /// More networks to smooth over are refused.
  public static let mostDraws = 1000

  /// - Parameter surroundings: the networks to smooth over, with the same filters on the same patches; the network itself where there are none.
  public init(_ network: Network, on dataset: Dataset, loss: Loss, smoothedOver surroundings: [Network] = []) {
    let labels = dataset.samples.labels, outputs = network.outputs(of: dataset.samples), gram = GradientGram.ofSamples(network, on: dataset)
    losses = loss.values(outputs: outputs, labels: labels)
    gradients = Self.gradients(gram, outputs: outputs, labels: labels, loss: loss)
    let curvatures = zip(outputs, labels).map { loss.curvature(output: $0, label: $1) }
    hessians = gram.mapped { i, j, product in curvatures[i] * curvatures[j] * product * product }
    guard !surroundings.isEmpty else {
      smoothedGradients = gradients
      return
    }
    var sum = Matrix(rows: labels.count, columns: labels.count)
    for near in surroundings {
      let part = Self.gradients(
        GradientGram.ofSamples(near, on: dataset), outputs: near.outputs(of: dataset.samples), labels: labels, loss: loss)
      sum = sum.mapped { i, j, sum in sum + part[i, j] }
    }
    smoothedGradients = sum.mapped { _, _, sum in sum / Double(surroundings.count) }
  }

  /// Smoothed over networks whose weights are those of this one, each coordinate with a normal number more.
  ///
  /// - Parameters:
  ///   - scale: tau, the standard deviation of a coordinate.
  ///   - draws: how many networks.
  public init(_ network: Network, on dataset: Dataset, loss: Loss, posteriorScale scale: Double, draws: Int, from stream: inout RandomStream) {
    self.init(
      network, on: dataset, loss: loss, smoothedOver: network.surroundings(spread: scale, count: draws, gram: dataset.gram, from: &stream))
  }

  private static func gradients(_ gram: Matrix, outputs: [Double], labels: [Double], loss: Loss) -> Matrix {
    let slopes = zip(outputs, labels).map { loss.derivative(output: $0, label: $1) }
    return gram.mapped { i, j, product in slopes[i] * slopes[j] * product }
  }
}

extension Matrix {
  /// Each element by its place.
  fileprivate func mapped(_ transform: (Int, Int, Double) -> Double) -> Matrix {
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] = transform(i, j, self[i, j]) } }
    return result
  }
}
