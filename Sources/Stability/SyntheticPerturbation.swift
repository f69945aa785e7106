import FrontierNumerics
import Model

/// Where a step of the synthetic test takes its gradient (theory.md section 9).
public struct SyntheticPerturbation: Sendable, Hashable {
  /// As specifications call it.
  public enum Name: String, Sendable, CaseIterable, BitwiseCopyable {
    /// At w.
    case none
    /// At w + tau D w, with D the mean mixed Hessian.
    case mean
    /// At w + tau D_B w, with that of the step's own batch.
    case joint
    /// A point for each set, moved by the mean Hessian of the set's own batch.
    case own
    /// At w + xi, with xi normal and kept.
    case random

    public var hasInnerStep: Bool { self == .mean || self == .joint || self == .own }
  }

  public let name: Name
  /// tau, of those along a gradient.
  public let innerStep: Double
  /// s, the standard deviation of random noise.
  public let noise: Double

  public static let none = SyntheticPerturbation(name: .none, innerStep: 0, noise: 0)
  public static let largest = 1e6

  private init(name: Name, innerStep: Double, noise: Double) { (self.name, self.innerStep, self.noise) = (name, innerStep, noise) }

  public init(_ name: Name, innerStep: Double = 0, noise: Double = 0) throws {
    try require("innerStep", innerStep, in: 0...Self.largest)
    try require("noise", noise, in: 0...Self.largest)
    self.init(name: name, innerStep: innerStep, noise: noise)
  }

  /// The same inner step along the mean Hessian.
  var alongMean: SyntheticPerturbation { SyntheticPerturbation(name: .mean, innerStep: innerStep, noise: noise) }
}

extension SyntheticTest {
  /// J on an axis that `multiplicity` of the matrices share, when `retained` of the retain and `forgotten` of the forget batch are on it.
  func factor(multiplicity: Int, retained: Int, forgotten: Int) -> Double {
    let alpha = rule.forgetRatio, tau = perturbation.innerStep, each = sharpness / Double(rule.batchSize)
    let retain = each * Double(retained), forget = each * Double(forgotten)
    let weights = StepWeights(forgetRatio: alpha), x = weights.retain * retain + weights.forget * forget
    switch perturbation.name {
    case .none, .random:
      return 1 - rule.stepSize * sharpness / Double(rule.batchSize) * (weights.retain * Double(retained) + weights.forget * Double(forgotten))
    case .mean: return 1 - rule.stepSize * x * (1 + tau * eigenvalue(multiplicity: multiplicity))
    case .joint: return 1 - rule.stepSize * x * (1 + tau * x)
    case .own: return 1 - rule.stepSize * (weights.retain * retain * (1 + tau * retain) + weights.forget * forget * (1 + tau * forget))
    }
  }

  /// What J is a difference of: its rounding error is a few units of this one's last place.
  func factorSize(multiplicity: Int, retained: Int, forgotten: Int) -> Double {
    let reach = sharpness / Double(rule.batchSize) * Double(retained + forgotten), along = max(reach, abs(eigenvalue(multiplicity: multiplicity)))
    return 1 + rule.stepSize * reach * (1 + perturbation.innerStep * along)
  }

  /// lambda, of D on such an axis.
  func eigenvalue(multiplicity: Int) -> Double { sharpness * Double(multiplicity) / Double(samples) * (1 - 2 * rule.forgetRatio) }

  /// E|w|^2 with noise kept, as the log of its growth over the start: at the step where it is largest, and after the last. On each axis
  /// E w^2 <- g (E w^2 + s^2) with g = E J^2 (theory.md section 9). Nil where no noise is kept.
  public var keptNoiseGrowth: (largest: Double, last: Double)? {
    guard perturbation.name == .random else { return nil }
    let square = perturbation.noise * perturbation.noise
    let kinds = laws.enumerated().map { kind, law in (axes: kind == 0 ? 1 : samples - coherence, growth: law.mean(in: self) { $0 * $0 }) }
    // Uniform on [0, 1] has mean square 1/3. Values are multiples of exp(scale).
    var values = kinds.map { _ in 1.0 / 3 }, scale = 0.0
    func total() -> Double { zip(kinds, values).reduce(0) { $0 + Double($1.0.axes) * $1.1 } }
    let start = total()
    var largest = -Double.infinity, last = 0.0
    for _ in 0..<steps {
      let noise = square * Elementary.exp(-scale)
      for (a, kind) in kinds.enumerated() { values[a] = kind.growth * (values[a] + noise) }
      let sum = total()
      last = Elementary.log(max(sum / start, .leastNormalMagnitude)) + scale
      largest = max(largest, last)
      if sum > 1e100 * start {
        for a in values.indices { values[a] *= 1e-100 }
        scale += 100 * Elementary.log(10)
      }
    }
    return (steps > 0 ? largest : 0, last)
  }
}
