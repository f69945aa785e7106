/// A linear operator that is self-adjoint in an inner product of its own: <x, y> = dual(x) . y.
public protocol SelfAdjointOperator {
  /// The length of its vectors.
  var size: Int { get }

  /// A bound on <x, x> over the sum of squares of x: the size of the inner product, which tells a length from rounding error.
  var largestSquare: Double { get }

  /// Writes the dual and the image of x. The inner product may be semi-definite; vectors of length zero are then as good as zero.
  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>)
}

/// The ends of a spectrum by Lanczos' method. Unlike LAPACK's, these bits are the same on every machine.
public struct Lanczos {
  public enum End: Sendable { case top, bottom }

  /// What the tolerance is of.
  public enum Measure: Sendable {
    /// The residual: where the vectors are results too, whose error is the residual over the gap.
    case residual
    /// The error's estimate, which falls as the residual's square; or a residual of so much relatively, where close eigenvalues leave the estimate no gap.
    case error(orResidual: Double)
  }

  /// Relative to the largest magnitude seen of the operator.
  public var tolerance: Double
  public var measure: Measure
  public var largestIterations: Int
  /// Keeps all vectors and orthogonalises against them: exact after as many steps as the operator has distinct eigenvalues. Without it memory
  /// stays at three vectors, and repeated copies of a converged end may appear, which do not move the end.
  public var reorthogonalizes: Bool

  /// - Precondition: at least one iteration is allowed.
  public init(tolerance: Double, of measure: Measure = .residual, largestIterations: Int, reorthogonalizes: Bool = true) {
    precondition(largestIterations > 0, "Lanczos' method of no iterations")
    self.tolerance = tolerance
    self.measure = measure
    self.largestIterations = largestIterations
    self.reorthogonalizes = reorthogonalizes
  }

  /// The wanted ends of the operator's spectrum on the space that `start` reaches; nil when `start` has length zero.
  ///
  /// - Precondition: `start` has the operator's size.
  public func ends<Operator: SelfAdjointOperator>(_ wanted: [End], of operation: Operator, from start: [Double]) -> [Eigenvalue]? {
    endsWithVectors(wanted, of: operation, from: start)?.map(\.eigenvalue)
  }

  /// The ends and a unit vector found for each: empty unless the method reorthogonalizes, since it keeps no vectors otherwise.
  public func endsWithVectors<Operator: SelfAdjointOperator>(
    _ wanted: [End], of operation: Operator, from start: [Double]
  ) -> [(eigenvalue: Eigenvalue, vector: [Double])]? {
    endsWithSpace(wanted, of: operation, from: start)?.ends
  }

  /// The same and all that the method made on its way.
  public func endsWithSpace<Operator: SelfAdjointOperator>(
    _ wanted: [End], of operation: Operator, from start: [Double]
  ) -> (ends: [(eigenvalue: Eigenvalue, vector: [Double])], space: KrylovSpace)? {
    let size = operation.size
    precondition(start.count == size)
    var next = start, current = start, previous = [Double](repeating: 0, count: size)
    var dual = previous, image = previous
    var basis = Basis(size: size)
    var tridiagonal = Tridiagonal()
    var guesses = [Double?](repeating: nil, count: wanted.count)
    var scale = 0.0
    var pace = Pace()
    while true {
      operation.apply(next, dual: &dual, image: &image)
      let square = dot(dual, next)
      let length = max(square, 0).squareRoot()
      if tridiagonal.order == 0 && length == 0 { return nil }
      // A vector whose length is rounding error alone means that the Krylov space is exhausted, as far as can be told: its length bounds the error.
      let isRounding = length <= 1e-14 * scale || square <= 1e-13 * operation.largestSquare * dot(next, next)
      let exhausted = tridiagonal.order > 0 && isRounding
      let isLast = exhausted || tridiagonal.order == largestIterations
      if isLast || tridiagonal.order >= pace.next {
        let limit = tolerance * scale
        let ends = wanted.indices.map { k -> (value: Double, weights: [Double], residual: Double, error: Double) in
          let value = tridiagonal.end(wanted[k], from: guesses[k])
          let weights = tridiagonal.vector(of: value)
          let residual = abs(square).squareRoot() * abs(weights[weights.count - 1])
          return (value, weights, residual, tridiagonal.error(of: value, at: wanted[k], residual: residual, sought: limit))
        }
        // An end moves outwards, by no more than its residual where it has begun to converge.
        guesses = zip(wanted, ends).map { $1.value + ($0 == .top ? $1.residual : -$1.residual) }
        let converged = ends.map { exhausted || isWithin($0.residual, $0.error, scale) }
        if isLast || converged.allSatisfy({ $0 }) {
          let found = zip(ends, converged).map { end, converged in
            let eigenvalue = Eigenvalue(
              value: end.value, residual: end.residual, error: end.error, iterations: tridiagonal.order, converged: converged)
            return (eigenvalue: eigenvalue, vector: reorthogonalizes ? basis.combination(end.weights) : [])
          }
          return (found, KrylovSpace(tridiagonal: tridiagonal, basis: reorthogonalizes ? basis : nil))
        }
        // The residual that an end has at least to come to: the gap is at most twice the scale.
        let sought = if case .residual = measure { tolerance } else { (2 * tolerance).squareRoot() }
        pace.note(order: tridiagonal.order, residual: ends.reduce(0) { max($0, $1.residual) } / scale, sought: sought)
      }
      let inverse = 1 / length
      swap(&previous, &current)
      swap(&current, &next)
      multiply(&current, by: inverse)
      if reorthogonalizes { basis.append(current, dual: dual, times: inverse) }
      let diagonal = dot(dual, image) / square
      swap(&next, &image)
      combine(&next, inverse, current, -diagonal, previous, tridiagonal.order > 0 ? -length : 0)
      tridiagonal.append(diagonal: diagonal, couplingBefore: length)
      scale = max(scale, abs(diagonal) + length * (tridiagonal.order > 1 ? 1 : 0))
      basis.removeComponents(from: &next, scale: scale)
    }
  }
}

extension Lanczos {
  private func isWithin(_ residual: Double, _ error: Double, _ scale: Double) -> Bool {
    switch measure {
    case .residual: residual <= tolerance * scale
    case .error(let largest): error <= tolerance * scale || residual <= largest * scale
    }
  }
}

/// When the ends are worth computing next: halfway to where the residual's decline so far would bring it to what is sought.
private struct Pace {
  private(set) var next = 1
  private var order = 0
  private var logarithm = 0.0

  mutating func note(order: Int, residual: Double, sought: Double) {
    let now = Elementary.log(max(residual, .leastNormalMagnitude)), left = now - Elementary.log(sought)
    let decline = self.order > 0 ? (logarithm - now) / Double(order - self.order) : 0
    // Where it does not decline, or is there already, as for a small matrix: at every sixteenth more.
    let steps = left > 0 && decline > 0 ? min(left / decline / 2, Double(order)) : 0
    next = order + max(Int(steps), order / 16, 1)
    (self.order, logarithm) = (order, now)
  }
}
