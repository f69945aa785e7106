/// Which method unlearns, whatever network it is put to.
public struct MethodRule: Sendable, Hashable {
  /// As specifications call it.
  public enum Name: String, Sendable, CaseIterable, BitwiseCopyable {
    /// Ascent on the loss.
    case ascent
    /// Negative preference optimisation.
    case npo
    /// Descent on the loss of the opposite label.
    case relabel
    /// Descent towards a coin's toss.
    case uniform

    /// psi = y dphi/df of a forget sample, as a formula in the symbols of docs/theory.md section 4.
    public var push: String {
      switch self {
      case .ascent: "1 - p"
      case .npo: "2 (1 - p) q/(1 + q), q = (p/p_t)^npoBeta"
      case .relabel: "p"
      case .uniform: "p - 1/2"
      }
    }

    /// -d2phi/df2 of a forget sample at the trained network, likewise.
    public var curvature: String {
      switch self {
      case .ascent: "h"
      case .npo: "h - npoBeta (1 - p)^2/2"
      case .relabel, .uniform: "-h"
      }
    }

    /// Whether it is made of probabilities.
    fileprivate var needsLogisticLoss: Bool { self == .npo || self == .uniform }
  }

  public let name: Name
  /// b of npo; nothing else has it.
  public let npoBeta: Double

  public static let ascent = MethodRule(name: .ascent, npoBeta: 1)

  private init(name: Name, npoBeta: Double) { (self.name, self.npoBeta) = (name, npoBeta) }

  /// Refuses a method that the loss has not.
  public init(_ name: Name, npoBeta: Double = 1, loss: Loss) throws {
    try require("npoBeta", npoBeta, in: 0...NegativePreference.largestBeta, above: 0)
    guard loss == .logistic || !name.needsLogisticLoss else {
      let others = Name.allCases.filter { !$0.needsLogisticLoss }.map(\.rawValue)
      throw ParameterError(
        parameter: "method", value: name.rawValue, allowed: "\(others.joined(separator: " or ")) with \(loss.rawValue) loss; others need logistic")
    }
    self.init(name: name, npoBeta: npoBeta)
  }

  /// The method for a trained network.
  ///
  /// - Parameters:
  ///   - outputs: of the trained network, for every sample of the data set, with its labels.
  public func method(trainedOutputs outputs: [Double], labels: [Double]) throws -> any UnlearningMethod {
    switch name {
    case .ascent: GradientAscent()
    case .npo: try NegativePreference(beta: npoBeta, trainedOutputs: outputs, labels: labels)
    case .relabel: Relabelling()
    case .uniform: UniformLabels()
    }
  }
}
