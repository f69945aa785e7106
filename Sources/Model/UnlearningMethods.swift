import FrontierNumerics

// Methods besides ascent (theory.md section 4, arXiv 2404.05868, 2302.09880). All descend on the loss of the retain samples.

/// Descent on the loss of the opposite label: phi = l(f, -y).
public struct Relabelling: UnlearningMethod {
  public init() {}

  public func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { -loss.derivative(output: f, label: -y) }

  public func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { -loss.curvature(output: f, label: -y) }
}

/// Descent towards a coin's toss: phi = (l(f, y) + l(f, -y)) / 2.
public struct UniformLabels: UnlearningMethod {
  public init() {}

  public func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    -(loss.derivative(output: f, label: y) + loss.derivative(output: f, label: -y)) / 2
  }

  public func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    -(loss.curvature(output: f, label: y) + loss.curvature(output: f, label: -y)) / 2
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

  public func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    -y * 2 / (1 + Elementary.exp(y * f)) * preference(output: f, label: y, sample: sample)
  }

  /// psi = 2 (1-p) q/(1+q) with q = (p/p_t)^b, and dq/dm = b q (1-p): so -dpsi/dm = 2 (1-p) q/(1+q) (p - b (1-p)/(1+q)), which at the trained network, q = 1, is
  /// p (1-p) - b (1-p)^2/2.
  public func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double {
    let wrong = 1 / (1 + Elementary.exp(y * f)), right = 1 / (1 + Elementary.exp(-y * f)), share = preference(output: f, label: y, sample: sample)
    return 2 * wrong * share * (right - beta * wrong * (1 - share))
  }

  /// q/(1+q), by the logarithm of q: both probabilities may be as small as they like.
  private func preference(output f: Double, label y: Double, sample: Int) -> Double {
    1 / (1 + Elementary.exp(-beta * (-Elementary.softplus(-y * f) - trained[sample])))
  }
}
