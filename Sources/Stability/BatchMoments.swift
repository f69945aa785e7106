import FrontierNumerics
import Model

/// Expectations of products of what the samples weigh in a batch: y_k = a_k size/B on the batch and 0 off it, so that its mean is a_k (theory.md section 9).
///
/// Where samples of a set come independently, each with chance p, a product expands in cumulants of y, which are a q p, a^2 q^2 p (1-p), a^3 q^3 p (1-p)(1-2p)
/// and a^4 q^4 p (1-p)(1 - 6p + 6p^2) with q = size/B: polynomials in p, in which p^r stands for r different samples. In a uniform batch that chance is
/// pi_r = prod_{i<r} (B-i)/(size-i).
struct BatchMoments {
  /// A set of samples.
  enum Of: Int, CaseIterable { case forget, retain }

  private struct SetLaw {
    /// size/B
    let q: Double
    /// The chance that r given samples are in the batch, r = 0...4.
    let chances: [Double]

    init(size: Int, batchSize: Int, sampling: Sampling) {
      let batch = min(batchSize, size), p = Double(batch) / Double(size)
      q = 1 / p
      chances = (0...4).map { r in
        switch sampling {
        case .bernoulli: (0..<r).reduce(1.0) { product, _ in product * p }
        case .uniform: r > batch ? 0 : (0..<r).reduce(1.0) { $0 * Double(batch - $1) / Double(size - $1) }
        }
      }
    }
  }

  /// Of the order that is their index, as coefficients of 1, p, p^2, ...
  private static let cumulants: [[Double]] = [[1], [0, 1], [0, 1, -1], [0, 1, -3, 2], [0, 1, -7, 12, -6]]

  private let laws: [SetLaw]

  init(_ split: ForgetSplit, _ rule: StepRule) {
    laws = Of.allCases.map { set in
      SetLaw(size: set == .forget ? split.forget.count : split.retain.count, batchSize: rule.batchSize, sampling: rule.sampling)
    }
  }

  /// E of a product of cumulants over a^order.
  ///
  /// - Precondition: their orders add up to four at most.
  func mean(_ factors: (order: Int, set: Of)...) -> Double {
    var product = 1.0
    for set in Of.allCases {
      var polynomial = [1.0], order = 0
      for factor in factors where factor.set == set {
        polynomial = Self.multiply(polynomial, Self.cumulants[factor.order])
        order += factor.order
      }
      let law = laws[set.rawValue]
      let mean = zip(polynomial, law.chances).reduce(0) { $0 + $1.0 * $1.1 }
      product *= (0..<order).reduce(mean) { scaled, _ in scaled * law.q }
    }
    return product
  }

  private static func multiply(_ a: [Double], _ b: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: a.count + b.count - 1)
    for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { product[i + j] += x * y } }
    return product
  }
}
