extension RandomStream {
  /// Fills `values` with independent standard normals (Marsaglia's polar method; an odd last value drops its partner).
  public mutating func fillGaussian(_ values: UnsafeMutableBufferPointer<Double>) {
    let chunk = 64
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * chunk) { scratch in
      guard let points = scratch.baseAddress else { return }
      let radii = points + 2 * chunk, logarithms = radii + chunk
      var filled = 0
      while filled < values.count {
        let pairs = min(chunk, (values.count - filled + 1) / 2)
        for p in 0..<pairs {
          let (u, v, square) = pointInDisc()
          points[2 * p] = u
          points[2 * p + 1] = v
          radii[p] = square
        }
        Elementary.log(radii, count: pairs, into: logarithms)
        for p in 0..<pairs {
          let scale = (-2 * logarithms[p] / radii[p]).squareRoot()
          values[filled] = points[2 * p] * scale
          if filled + 1 < values.count { values[filled + 1] = points[2 * p + 1] * scale }
          filled += 2
        }
      }
    }
  }

  /// `count` independent standard normals.
  public mutating func gaussians(_ count: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      fillGaussian(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// One standard normal.
  public mutating func gaussian() -> Double {
    let (u, _, square) = pointInDisc()
    return u * (-2 * Elementary.log(square) / square).squareRoot()
  }

  /// The length of a standard normal vector in `degrees` >= 1 dimensions.
  ///
  /// chi^2 is twice a Gamma(degrees / 2), drawn by G. Marsaglia and W. W. Tsang, "A Simple Method for Generating Gamma Variables",
  /// ACM TOMS 26 (2000): expected draws near 1 at any number of degrees.
  public mutating func chi(_ degrees: Int) -> Double {
    if degrees == 1 { return abs(gaussian()) }
    let d = Double(degrees) / 2 - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = gaussian()
      let base = 1 + c * x
      guard base > 0 else { continue }
      let v = base * base * base
      let u = 1 - uniform()
      if u < 1 - 0.0331 * x * x * x * x || Elementary.log(u) < x * x / 2 + d * (1 - v + Elementary.log(v)) {
        return (2 * d * v).squareRoot()
      }
    }
  }

  /// A uniform point of the punctured unit disc, and its squared distance from the centre.
  private mutating func pointInDisc() -> (Double, Double, Double) {
    while true {
      let u = 2 * uniform() - 1, v = 2 * uniform() - 1
      let square = u * u + v * v
      if square < 1 && square > 0 { return (u, v, square) }
    }
  }
}
