/// A linear operator that is self-adjoint in an inner product of its own: <x, y> = dual(x) . y.
public protocol SelfAdjointOperator {
  /// The length of its vectors.
  var size: Int { get }

  /// A bound on <x, x> over the sum of squares of x: the size of the inner product, which tells a length from rounding error.
  var largestSquare: Double { get }

  /// Writes the dual and the image of x. The inner product may be semi-definite; vectors of length zero are then as good as zero.
  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>)
}

/// An eigenvalue with its residual, which bounds its distance from a true one.
public struct Eigenvalue: Sendable, Equatable {
  public let value: Double
  /// Length of (operator - value) x at the unit vector x that was found: some eigenvalue lies within this of `value`. For a simple eigenvalue
  /// the error is at most residual^2 over the distance to the next one (Kato and Temple).
  public let residual: Double
  /// Applications of the operator.
  public let iterations: Int
  /// Whether the residual is within the tolerance, or what is left has no length that the inner product could tell from rounding error.
  public let converged: Bool
}

/// The ends of a spectrum by Lanczos' method. Unlike LAPACK's, these bits are the same on every machine.
public struct Lanczos {
  public enum End: Sendable { case top, bottom }

  /// Of the residual, relative to the largest magnitude seen of the operator.
  public var tolerance: Double
  public var largestIterations: Int
  /// Keeps all vectors and orthogonalises against them: exact after as many steps as the operator has distinct eigenvalues. Without it memory
  /// stays at three vectors, and repeated copies of a converged end may appear, which do not move the end.
  public var reorthogonalizes: Bool

  /// - Precondition: at least one iteration is allowed.
  public init(tolerance: Double, largestIterations: Int, reorthogonalizes: Bool = true) {
    precondition(largestIterations > 0, "Lanczos' method of no iterations")
    self.tolerance = tolerance
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
    let size = operation.size
    precondition(start.count == size)
    var next = start, current = start, previous = [Double](repeating: 0, count: size)
    var dual = previous, image = previous
    var basis = Basis(size: size)
    var tridiagonal = Tridiagonal()
    var guesses = [Double?](repeating: nil, count: wanted.count)
    var scale = 0.0
    while true {
      operation.apply(next, dual: &dual, image: &image)
      let square = dot(dual, next)
      let length = max(square, 0).squareRoot()
      if tridiagonal.order == 0 && length == 0 { return nil }
      // A vector whose length is rounding error alone means that the Krylov space is exhausted, as far as can be told: its length bounds the error.
      let isRounding = length <= 1e-14 * scale || square <= 1e-13 * operation.largestSquare * dot(next, next)
      let exhausted = tridiagonal.order > 0 && isRounding
      let isLast = exhausted || tridiagonal.order == largestIterations
      if isLast || tridiagonal.isDue {
        let ends = wanted.indices.map { k in
          let value = tridiagonal.end(wanted[k], from: guesses[k])
          let weights = tridiagonal.vector(of: value)
          let residual = abs(square).squareRoot() * abs(weights[weights.count - 1])
          return (value: value, weights: weights, residual: residual, converged: exhausted || residual <= tolerance * scale)
        }
        // An end moves outwards, by no more than its residual where it has begun to converge.
        guesses = zip(wanted, ends).map { $1.value + ($0 == .top ? $1.residual : -$1.residual) }
        if isLast || ends.allSatisfy(\.converged) {
          return ends.map { end in
            let eigenvalue = Eigenvalue(
              value: end.value, residual: end.residual, iterations: tridiagonal.order, converged: end.converged)
            return (eigenvalue, reorthogonalizes ? basis.combination(end.weights) : [])
          }
        }
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
      basis.removeComponents(from: &next)
    }
  }
}

/// Lanczos' vectors, one after the other, and their duals.
private struct Basis {
  let size: Int
  private var vectors: [Double] = []
  private var duals: [Double] = []
  private var count = 0

  init(size: Int) { self.size = size }

  mutating func append(_ vector: [Double], dual: [Double], times factor: Double) {
    vectors += vector
    for element in dual { duals.append(factor * element) }
    count += 1
  }

  /// Orthogonalises x against the basis by Gram-Schmidt. Twice is enough to leave nothing but rounding error (Parlett).
  func removeComponents(from x: inout [Double]) {
    guard count > 0 else { return }
    for _ in 0..<2 {
      vectors.withUnsafeBufferPointer { vectors in
        duals.withUnsafeBufferPointer { duals in
          x.withUnsafeMutableBufferPointer { x in
            guard let vectors = vectors.baseAddress, let duals = duals.baseAddress, let x = x.baseAddress else { return }
            for k in 0..<count { add(-dot(duals + k * size, x, count: size), vectors + k * size, to: x, count: size) }
          }
        }
      }
    }
  }

  func combination(_ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: size)
    for (k, weight) in weights.enumerated() { for i in 0..<size { sum[i] += weight * vectors[k * size + i] } }
    return sum
  }
}
