import FrontierNumerics

/// Standard normal vectors in D dimensions (training noise, initial weights, fresh noise), written in an orthonormal frame adapted to them.
///
/// The law of Gaussian vectors does not change under rotation, so the frame may be the one that Gram-Schmidt makes of the vectors in order:
/// vector i then has i standard normal coordinates, a chi of D - i degrees of freedom as its own new one, and zeros (Bartlett's decomposition
/// of the Wishart matrix). From vector D on there is no new direction, and D normal coordinates are an explicit vector. Inner products with
/// the fresh vectors need only their coordinates along the others. So D never enters the cost.
struct NoiseFrame {
  /// samples x width
  let noise: Matrix
  /// filters x width
  let weights: Matrix
  /// fresh x width
  let fresh: Matrix

  init(samples: Int, filters: Int, fresh: Int, dimension: Int, key: RandomKey) {
    let width = min(dimension, samples + filters)
    var noise = Matrix(rows: samples, columns: width), weights = Matrix(rows: filters, columns: width)
    for i in 0..<samples {
      noise.setRow(i, NoiseFrame.bartlettRow(order: i, dimension: dimension, key: key.child(Purpose.noise).child(i)))
    }
    for r in 0..<filters {
      weights.setRow(
        r, NoiseFrame.bartlettRow(order: samples + r, dimension: dimension, key: key.child(Purpose.initialWeights).child(r)))
    }
    var rest = Matrix(rows: fresh, columns: width)
    for t in 0..<fresh {
      var stream = key.child(Purpose.freshNoise).child(t).stream()
      rest.setRow(t, stream.gaussians(width))
    }
    self.noise = noise
    self.weights = weights
    self.fresh = rest
  }

  private static func bartlettRow(order: Int, dimension: Int, key: RandomKey) -> [Double] {
    var stream = key.stream()
    var row = stream.gaussians(min(order, dimension))
    if order < dimension { row.append(stream.chi(dimension - order)) }
    return row
  }
}

extension Matrix {
  /// Writes the first elements of a row.
  fileprivate mutating func setRow(_ row: Int, _ values: [Double]) {
    let stride = stride
    withMutableElements { elements in
      for (column, value) in values.enumerated() { elements[row * stride + column] = value }
    }
  }
}
