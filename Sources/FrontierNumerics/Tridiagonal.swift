/// A symmetric tridiagonal matrix that grows at its end, as Lanczos' method makes it: the projection of the operator onto the vectors so far.
struct Tridiagonal: Sendable {
  private var diagonal: [Double] = []
  private var coupling: [Double] = []

  var order: Int { diagonal.count }

  /// The largest first.
  var eigenvalues: [Double] { tridiagonalEigenvalues(diagonal: diagonal, coupling: coupling + [0]) }

  mutating func append(diagonal value: Double, couplingBefore: Double) {
    if order > 0 { coupling.append(couplingBefore) }
    diagonal.append(value)
  }

  /// The largest or smallest eigenvalue, sought from `guess` inwards or, without one, from a bound on all eigenvalues.
  func end(_ end: Lanczos.End, from guess: Double? = nil) -> Double {
    let sign = end == .top ? 1.0 : -1.0
    var (low, high) = bracket(sign)
    // What rounding leaves undecided; it goes by the matrix and not by the eigenvalue, which may be far smaller.
    let resolution = 4 * max(abs(low), abs(high), abs(bracket(-sign).high)).ulp
    // x - matrix is positive definite, all its pivots positive, exactly above the top. There the first pivot, taken last, rises and is concave, and the
    // top is its zero: Newton's steps, with bisection where they would leave the bracket. (The last pivot has the same zero, but as Lanczos'
    // method closes in also a pole right below it: the first row is the start, of which the top's vector keeps its share.)
    var x = guess.map { min(max(sign * $0, low), high) } ?? high
    while high - low > resolution {
      let pivot = firstPivot(x, sign: sign)
      if let pivot, pivot.value > 0 { high = x } else { low = x }
      let newton = pivot.map { x - $0.value / $0.slope }
      if let newton, abs(newton - x) <= resolution { break }
      x = newton.flatMap { $0 > low && $0 < high ? $0 : nil } ?? low + (high - low) / 2
    }
    return sign * x
  }

  /// The unit eigenvector of an eigenvalue: the pivots of matrix - value from the first row down and from the last row up meet where the vector is
  /// largest, and both ways from there its components are products of pivot ratios (the twisted factorisation of Parlett and Dhillon).
  func vector(of value: Double) -> [Double] {
    var down = diagonal.map { $0 - value }, largest = abs(value)
    for x in diagonal { largest = max(largest, abs(x)) }
    for x in coupling { largest = max(largest, abs(x)) }
    // A pivot of zero stands for one of rounding error.
    let least = max(largest.ulp, .leastNormalMagnitude)
    func nonzero(_ pivot: Double) -> Double { pivot == 0 ? least : pivot }
    var up = down, twist = 0, smallest = Double.infinity
    for i in coupling.indices { down[i + 1] -= coupling[i] * coupling[i] / nonzero(down[i]) }
    for i in coupling.indices.reversed() { up[i] -= coupling[i] * coupling[i] / nonzero(up[i + 1]) }
    for i in diagonal.indices {
      let gamma = abs(down[i] + up[i] - (diagonal[i] - value))
      if gamma < smallest { (smallest, twist) = (gamma, i) }
    }
    var components = [Double](repeating: 0, count: order)
    components[twist] = 1
    for i in coupling.indices.reversed() where i < twist { components[i] = -coupling[i] * components[i + 1] / nonzero(down[i]) }
    for i in coupling.indices where i >= twist { components[i + 1] = -coupling[i] * components[i] / nonzero(up[i + 1]) }
    let length = dot(components, components).squareRoot()
    return components.map { $0 / length }
  }

  /// How far the operator's end may be from that of the matrix (Eigenvalue.error).
  ///
  /// - Parameter sought: an error of no more than this is not told from it, and one of more may be given by the residual.
  func error(of value: Double, at end: Lanczos.End, residual: Double, sought: Double) -> Double {
    guard residual > sought, order > 1 else { return residual }
    let sign = end == .top ? 1.0 : -1.0, top = sign * value
    // The least gap at which the error is as sought: is the next eigenvalue beyond it?
    var near = residual * residual / sought
    guard count(above: top - near, sign: sign) == 1 else { return residual }
    // Then the gap itself, from below.
    var far = top + bracket(-sign).high
    while far - near > 0.1 * near {
      let middle = near + (far - near) / 2
      if count(above: top - middle, sign: sign) == 1 { near = middle } else { far = middle }
    }
    return residual * residual / near
  }

  /// How many eigenvalues of sign * matrix are above x: as many as x - sign * matrix has negative pivots (Sylvester).
  private func count(above x: Double, sign: Double) -> Int {
    var count = 0, pivot = 1.0
    for i in diagonal.indices {
      let square = i > 0 ? coupling[i - 1] * coupling[i - 1] : 0
      pivot = x - sign * diagonal[i] - square / (pivot == 0 ? .leastNormalMagnitude : pivot)
      if pivot < 0 { count += 1 }
    }
    return count
  }

  /// The top of sign * matrix lies between its largest diagonal element and Gershgorin's bound.
  private func bracket(_ sign: Double) -> (low: Double, high: Double) {
    var low = -Double.infinity, high = -Double.infinity
    for i in diagonal.indices {
      let reach = (i > 0 ? abs(coupling[i - 1]) : 0) + (i < coupling.count ? abs(coupling[i]) : 0)
      low = max(low, sign * diagonal[i])
      high = max(high, sign * diagonal[i] + reach)
    }
    return (low, high)
  }

  /// The first pivot of x - sign * matrix, eliminated from the last row up, and its slope in x; nil where another pivot is not positive.
  private func firstPivot(_ x: Double, sign: Double) -> (value: Double, slope: Double)? {
    var value = x - sign * diagonal[order - 1], slope = 1.0
    for i in coupling.indices.reversed() {
      guard value > 0 else { return nil }
      let ratio = coupling[i] / value
      slope = 1 + ratio * ratio * slope
      value = x - sign * diagonal[i] - coupling[i] * ratio
    }
    return (value, slope)
  }
}
