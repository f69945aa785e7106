import FrontierNumerics

/// Where a step takes its gradient: at the weights, or beside them (theory.md section 9).
public struct Perturbation: Sendable, Hashable {
  /// As specifications call it.
  public enum Name: String, Sendable, CaseIterable, BitwiseCopyable {
    /// At the weights.
    case none
    /// Along the step's own signed gradient, one point for both sets.
    case joint
    /// A point for each set, along the gradient of its own mean loss.
    case own
    /// At the weights plus Gaussian noise, drawn at each step and not kept.
    case probe

    /// Whether it follows a gradient.
    public var isSharpnessAware: Bool { self == .joint || self == .own }
  }

  /// How far a perturbation along a gradient goes.
  public enum Length: String, Sendable, CaseIterable, BitwiseCopyable {
    /// tau = radius / norm of the gradient, 0 where that is 0.
    case normalized
    /// tau = radius.
    case fixed
  }

  public let name: Name
  /// R of a normalised perturbation, tau of a fixed one, the standard deviation s of a probe.
  public let radius: Double
  /// Of those along a gradient.
  public let length: Length

  public static let none = Perturbation(name: .none, radius: 0, length: .fixed)
  public static let largestRadius = 1e6

  private init(name: Name, radius: Double, length: Length) { (self.name, self.radius, self.length) = (name, radius, length) }

  /// Refuses a radius out of range.
  ///
  /// - Parameter parameter: what the radius is called where it comes from.
  public init(_ name: Name, radius: Double, length: Length = .normalized, parameter: String = "radius") throws {
    try require(parameter, radius, in: 0...Self.largestRadius)
    self.init(name: name, radius: radius, length: length)
  }

  /// tau, at a gradient of the given squared norm.
  package func innerStep(squaredNorm: Double) -> Double {
    switch length {
    case .fixed: radius
    // Rounding may leave a square of zero a little below it.
    case .normalized: squaredNorm > 0 ? radius / squaredNorm.squareRoot() : 0
    }
  }

  /// Gradient descent with gradients taken there.
  ///
  /// - Parameters:
  ///   - sizes: of the retain and the forget batches that sets' means are over.
  ///   - stream: what probes are drawn from.
  func descent(stepSize: Double, sizes: (retain: Int, forget: Int), stream: RandomStream) -> any Optimizer {
    switch name {
    case .none: GradientDescent(stepSize: stepSize)
    case .joint: JointlyPerturbedDescent(stepSize: stepSize, perturbation: self)
    case .own:
      SeparatelyPerturbedDescent(
        stepSize: stepSize, perturbation: self,
        means: StepWeights(retain: 1 / Double(max(sizes.retain, 1)), forget: 1 / Double(max(sizes.forget, 1))))
    case .probe: ProbedDescent(stepSize: stepSize, spread: radius, stream: stream)
    }
  }
}

/// w <- w - eta grad L(w + tau grad L(w)), with L the signed mixed loss of the batch.
public struct JointlyPerturbedDescent: Optimizer, Sendable {
  /// eta.
  public let stepSize: Double
  public let perturbation: Perturbation

  public init(stepSize: Double, perturbation: Perturbation) { (self.stepSize, self.perturbation) = (stepSize, perturbation) }

  public func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool {
    guard simulator.takeGradient(of: batch, times: -stepSize, method: method, perturbed: perturbation, along: batch.weights) else { return false }
    simulator.move()
    return true
  }
}

/// The same with a point of its own for each set, moved along the gradient of the mean over that set's batch, whatever alpha.
public struct SeparatelyPerturbedDescent: Optimizer, Sendable {
  /// eta.
  public let stepSize: Double
  public let perturbation: Perturbation
  /// One over the sizes of the batches.
  public let means: StepWeights

  public init(stepSize: Double, perturbation: Perturbation, means: StepWeights) {
    (self.stepSize, self.perturbation, self.means) = (stepSize, perturbation, means)
  }

  public func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool {
    let retain = WeightedBatch(retain: batch.retain, forget: [], weights: batch.weights)
    let forget = WeightedBatch(retain: [], forget: batch.forget, weights: batch.weights)
    guard simulator.takeGradient(of: retain, times: -stepSize, method: method, perturbed: perturbation, along: means),
      simulator.addGradient(of: forget, times: -stepSize, method: method, perturbed: perturbation, along: means)
    else { return false }
    simulator.move()
    return true
  }
}

/// w <- w - eta grad L(w + xi), every coordinate of xi normal with the given standard deviation.
public struct ProbedDescent: Optimizer, Sendable {
  /// eta.
  public let stepSize: Double
  /// s.
  public let spread: Double
  private var stream: RandomStream

  public init(stepSize: Double, spread: Double, stream: RandomStream) { (self.stepSize, self.spread, self.stream) = (stepSize, spread, stream) }

  public mutating func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool {
    guard simulator.takeGradient(of: batch, times: -stepSize, method: method, probedBy: spread, from: &stream) else { return false }
    simulator.move()
    return true
  }
}
