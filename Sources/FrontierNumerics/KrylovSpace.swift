/// What Lanczos' method leaves besides the ends that were asked for: approximations of other eigenvectors, the better the nearer they are to an end.
public struct KrylovSpace: Sendable {
  let tridiagonal: Tridiagonal
  /// Nil where the method kept no vectors.
  let basis: Basis?

  /// Ritz values and their unit vectors, the first `count` in order of falling `weight`; none where the method kept no vectors.
  public func pairs(_ count: Int, by weight: (Double) -> Double) -> [(value: Double, vector: [Double])] {
    guard let basis else { return [] }
    let values = tridiagonal.eigenvalues.map { (value: $0, weight: weight($0)) }.sorted { $0.weight > $1.weight }
    return values.prefix(count).map { ($0.value, basis.combination(tridiagonal.vector(of: $0.value))) }
  }
}
