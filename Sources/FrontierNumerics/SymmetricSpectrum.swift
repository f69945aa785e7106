extension Matrix {
  /// All eigenvalues of a symmetric matrix, the largest first, by Householder's reduction to tridiagonal form and implicit QL steps. The bits are the same on
  /// every machine. O(n^3).
  ///
  /// - Precondition: the matrix is square; what is above its diagonal is not read.
  public func symmetricEigenvalues() -> [Double] {
    precondition(rows == columns)
    let (diagonal, coupling) = tridiagonalForm()
    return tridiagonalEigenvalues(diagonal: diagonal, coupling: coupling)
  }

  /// The diagonal, and the couplings below it with a zero behind them.
  private func tridiagonalForm() -> (diagonal: [Double], coupling: [Double]) {
    var a = (0..<rows).map { r in (0...r).map { self[r, $0] } }
    var coupling = [Double](repeating: 0, count: rows)
    // From the last row up, a reflection turns all of a row but its last element before the diagonal to zero.
    for i in (2..<max(rows, 2)).reversed() {
      let scale: Double = a[i][..<i].reduce(0) { max($0, abs($1)) }
      guard scale > 0 else { continue }
      var v: [Double] = a[i][..<i].map { $0 / scale }
      let square = dot(v, v), length = square.squareRoot(), sign = v[i - 1] < 0 ? -1.0 : 1.0
      coupling[i - 1] = -sign * scale * length
      let half = square + abs(v[i - 1]) * length
      v[i - 1] += sign * length
      // p = A v / (v.v/2), K = v.p / (v.v), and A <- A - v q^T - q v^T with q = p - K v.
      var p = [Double](repeating: 0, count: i)
      for j in 0..<i {
        for k in 0...j {
          p[j] += a[j][k] * v[k]
          if k < j { p[k] += a[j][k] * v[j] }
        }
      }
      for j in 0..<i { p[j] /= half }
      let shared = dot(p, v) / (2 * half)
      for j in 0..<i { p[j] -= shared * v[j] }
      for j in 0..<i { for k in 0...j { a[j][k] -= v[j] * p[k] + p[j] * v[k] } }
    }
    if rows > 1 { coupling[0] = a[1][0] }
    return ((0..<rows).map { a[$0][$0] }, coupling)
  }
}

/// Those of a tridiagonal matrix, the largest first.
///
/// - Parameter coupling: what is below the diagonal, with a zero behind it.
func tridiagonalEigenvalues(diagonal: [Double], coupling: [Double]) -> [Double] {
  var (diagonal, coupling) = (diagonal, coupling)
  let rows = diagonal.count
  guard rows > 1 else { return diagonal }
  var scale = 0.0
  for i in 0..<rows { scale = max(scale, abs(diagonal[i]) + abs(coupling[i])) }
  let negligible = scale.ulp
  for first in 0..<rows {
    while true {
      // The first coupling from here on that is nothing beside its neighbours.
      var last = first
      while last < rows - 1, abs(coupling[last]) > max((abs(diagonal[last]) + abs(diagonal[last + 1])).ulp, negligible) { last += 1 }
      if last == first { break }
      // Wilkinson's shift, by which the couplings vanish at a cubic rate.
      var g = (diagonal[first + 1] - diagonal[first]) / (2 * coupling[first])
      var r = (g * g + 1).squareRoot()
      g = diagonal[last] - diagonal[first] + coupling[first] / (g + (g < 0 ? -r : r))
      var (s, c, p, isSplit) = (1.0, 1.0, 0.0, false)
      for i in (first..<last).reversed() {
        let f = s * coupling[i], b = c * coupling[i]
        r = (f * f + g * g).squareRoot()
        coupling[i + 1] = r
        if r == 0 {
          diagonal[i + 1] -= p
          coupling[last] = 0
          isSplit = true
          break
        }
        (s, c) = (f / r, g / r)
        g = diagonal[i + 1] - p
        r = (diagonal[i] - g) * s + 2 * c * b
        p = s * r
        diagonal[i + 1] = g + p
        g = c * r - b
      }
      if isSplit { continue }
      diagonal[first] -= p
      coupling[first] = g
      coupling[last] = 0
    }
  }
  return diagonal.sorted(by: >)
}
