/// An eigenvalue at an end of a spectrum, with what is known of its error.
public struct Eigenvalue: Sendable, Equatable {
  public let value: Double
  /// Length of (operator - value) x at the unit vector x that was found. It is a bound: some eigenvalue lies within this of `value`.
  public let residual: Double
  /// How far the end may be: the residual, or residual^2 over the gap to the next Ritz value. By Kato and Temple the latter is a bound where the gap is that to
  /// the next eigenvalue. The Ritz value is not beyond that one but may be short of it, so this is an estimate, and the true error may be tens of times as
  /// large. Where other eigenvalues are so close that the method has not told them apart yet, the residual alone is sure.
  public let error: Double
  /// Applications of the operator.
  public let iterations: Int
  /// Whether the error or the residual, whichever was asked for, is within the tolerance, or what is left has no length that the inner product could tell
  /// from rounding error.
  public let converged: Bool
}
