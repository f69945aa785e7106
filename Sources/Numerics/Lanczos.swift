/// A linear operator that is self-adjoint in an inner product of its own: <x, y> = dual(x) . y.
public protocol SelfAdjointOperator {
  /// The length of its vectors.
  var size: Int { get }

  /// Writes the dual and the image of x. The inner product may be semi-definite; vectors of length zero are then as good as zero.
  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>)
}

/// An eigenvalue that admits doubt.
public struct Eigenvalue: Sendable, Equatable {
  public let value: Double
  /// Length of (operator - value) x at the unit vector x that was found: some eigenvalue lies within this of `value`, and by Kato and Temple the
  /// error is at most residual^2 over the distance to the next one.
  public let residual: Double
  /// Applications of the operator.
  public let iterations: Int
  public let converged: Bool
}

/// The ends of a spectrum by Lanczos' method. Unlike LAPACK's, these bits are the same on every machine.
public struct Lanczos {
  public enum End: Sendable { case top, bottom }

  /// Converged when residual <= tolerance * (largest magnitude seen of the operator).
  public var tolerance: Double
  public var largestIterations: Int
  /// Keeps all vectors and orthogonalises against them: exact after as many steps as the operator has distinct eigenvalues. Without it memory
  /// stays at three vectors, and repeated copies of a converged end may appear, which do not move the end.
  public var reorthogonalizes: Bool

  public init(tolerance: Double, largestIterations: Int, reorthogonalizes: Bool = true) {
    self.tolerance = tolerance
    self.largestIterations = largestIterations
    self.reorthogonalizes = reorthogonalizes
  }

  /// The wanted ends of the operator's spectrum on the space that `start` reaches; nil when `start` has length zero.
  ///
  /// - Precondition: `start` has the operator's size.
  public func ends<Operator: SelfAdjointOperator>(_ wanted: [End], of operation: Operator, from start: [Double]) -> [Eigenvalue]? {
    let size = operation.size
    precondition(start.count == size)
    var next = start, current = start, previous = [Double](repeating: 0, count: size)
    var dual = previous, image = previous
    var basis: [(vector: [Double], dual: [Double])] = []
    var tridiagonal = Tridiagonal()
    var scale = 0.0
    while true {
      operation.apply(next, dual: &dual, image: &image)
      let length = max(dot(dual, next), 0).squareRoot()
      // A vector that is rounding error alone says that the space is exhausted: the ends found so far are exact on it.
      let exhausted = tridiagonal.order > 0 ? length <= 1e-14 * scale : length == 0
      if tridiagonal.order > 0 {
        let ends = wanted.map { tridiagonal.end($0) }
        let residuals = ends.map { exhausted ? 0 : length * abs($0.lastComponent) }
        let converged = residuals.allSatisfy { $0 <= tolerance * scale }
        if converged || tridiagonal.order == largestIterations {
          return zip(ends, residuals).map { end, residual in
            Eigenvalue(value: end.value, residual: residual, iterations: tridiagonal.order, converged: converged)
          }
        }
      } else if exhausted {
        return nil
      }
      let inverse = 1 / length
      previous = current
      current = next
      multiply(&current, by: inverse)
      multiply(&dual, by: inverse)
      multiply(&image, by: inverse)
      if reorthogonalizes { basis.append((current, dual)) }

      let diagonal = dot(dual, image)
      next = image
      add(-diagonal, current, to: &next)
      if tridiagonal.order > 0 { add(-length, previous, to: &next) }
      tridiagonal.append(diagonal: diagonal, couplingBefore: length)
      scale = max(scale, abs(diagonal) + length * (tridiagonal.order > 1 ? 1 : 0))
      // Twice is enough to leave nothing but rounding error (Parlett).
      for _ in 0..<2 { for (vector, dual) in basis { add(-dot(dual, next), vector, to: &next) } }
    }
  }
}

/// The projection of the operator onto Lanczos' vectors.
struct Tridiagonal {
  private var diagonal: [Double] = []
  private var coupling: [Double] = []

  var order: Int { diagonal.count }

  mutating func append(diagonal value: Double, couplingBefore: Double) {
    if order > 0 { coupling.append(couplingBefore) }
    diagonal.append(value)
  }

  /// The largest or smallest eigenvalue, and the last component of its unit eigenvector.
  func end(_ end: Lanczos.End) -> (value: Double, lastComponent: Double) {
    let sign = end == .top ? 1.0 : -1.0
    // Gershgorin's bound, then bisection on Sturm's count of eigenvalues above x, for the top of sign * matrix.
    var low = -Double.infinity, high = -Double.infinity
    for i in diagonal.indices {
      let reach = (i > 0 ? abs(coupling[i - 1]) : 0) + (i < coupling.count ? abs(coupling[i]) : 0)
      low = max(low, sign * diagonal[i])
      high = max(high, sign * diagonal[i] + reach)
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low && middle < high else { break }
      if hasEigenvalueAbove(middle, sign: sign) { low = middle } else { high = middle }
    }
    return (sign * high, lastComponent(at: sign * high))
  }

  private func hasEigenvalueAbove(_ x: Double, sign: Double) -> Bool {
    // x - matrix is positive definite exactly when all its pivots are positive.
    var pivot = x - sign * diagonal[0]
    if pivot <= 0 { return true }
    for i in coupling.indices {
      pivot = x - sign * diagonal[i + 1] - coupling[i] * coupling[i] / pivot
      if pivot <= 0 { return true }
    }
    return false
  }

  /// From the ratios of neighbouring components, walked from the last one up, which is the stable direction for it.
  private func lastComponent(at value: Double) -> Double {
    guard order > 1 else { return 1 }
    var component = 1.0, above = 0.0, square = 1.0
    for i in stride(from: order - 1, to: 0, by: -1) {
      guard coupling[i - 1] != 0 else { return 1 / square.squareRoot() }
      let below = ((value - diagonal[i]) * component - (i < order - 1 ? coupling[i] * above : 0)) / coupling[i - 1]
      above = component
      component = below
      square += component * component
      if square > 1e200 { return 0 }
    }
    return 1 / square.squareRoot()
  }
}
