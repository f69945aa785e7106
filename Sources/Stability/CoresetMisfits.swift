import FrontierNumerics

/// How far the mean over some of the samples is from the mean over all, relative to that: sqrt(|mean_C - mean|^2 / |mean|^2) (docs/theory.md section 12).
/// Members count alike, whatever they weigh in training. Nil where the mean over all is zero.
public struct CoresetMisfits: Sendable, Equatable {
  /// Of gradients.
  public let gradient: Double?
  /// Of gradients, the squares being means over the posterior.
  public let smoothedGradient: Double?
  /// Of Hessians, in Frobenius norm.
  public let hessian: Double?

  /// - Precondition: the members are samples, one at least.
  public init(of members: [Int], in moments: GradientMoments) {
    gradient = Self.misfit(of: members, in: moments.gradients)
    smoothedGradient = Self.misfit(of: members, in: moments.smoothedGradients)
    hessian = Self.misfit(of: members, in: moments.hessians)
  }

  private static func misfit(of members: [Int], in gram: Matrix) -> Double? {
    var difference = [Double](repeating: -1 / Double(gram.rows), count: gram.rows)
    for member in members { difference[member] += 1 / Double(members.count) }
    let mean = [Double](repeating: 1 / Double(gram.rows), count: gram.rows)
    let square = squaredNorm(mean, in: gram)
    // Rounding may leave a little below zero of a difference that is none.
    return square > 0 ? (max(squaredNorm(difference, in: gram), 0) / square).squareRoot() : nil
  }

  /// |sum_i c_i g_i|^2
  private static func squaredNorm(_ c: [Double], in gram: Matrix) -> Double { c.indices.reduce(0) { $0 + c[$1] * dot(gram.row($1), c) } }
}
