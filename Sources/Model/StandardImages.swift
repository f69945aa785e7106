import FrontierNumerics

/// Images of two classes in units of their noise (theory.md section 10): c is the midpoint of the class means, mu half their difference, and the residuals are
/// xi_i = x_i - c - y_i mu; all is divided by the root mean square of |xi|.
public struct StandardImages: Sendable {
  /// xi, a row an image.
  public let residuals: Matrix
  /// +1 or -1 an image.
  public let labels: [Double]
  public let shape: ImageShape
  /// mu / |mu|.
  public let direction: [Double]
  /// |mu|, in units of the noise.
  public let naturalSNR: Double
  /// The root mean square of |xi| in units of the pixels.
  public let unit: Double

  /// Refuses images without noise or without signal.
  public init(_ images: LabelledImages) throws {
    let (count, size) = (images.labels.count, images.shape.size)
    var plus = [Double](repeating: 0, count: size), minus = plus, mean = plus, mu = plus
    let positive = Double(images.labels.count { $0 > 0 }), negative = Double(count) - positive
    images.pixels.withElements { pixels in
      for (i, label) in images.labels.enumerated() {
        let row = pixels + i * images.pixels.stride
        if label > 0 { for j in 0..<size { plus[j] += row[j] } } else { for j in 0..<size { minus[j] += row[j] } }
      }
    }
    for j in 0..<size {
      let (a, b) = (plus[j] / positive, minus[j] / negative)
      (mean[j], mu[j]) = ((a + b) / 2, (a - b) / 2)
    }
    var residuals = images.pixels, squares = 0.0
    let stride = residuals.stride
    residuals.withMutableElements { elements in
      for (i, label) in images.labels.enumerated() {
        let row = elements + i * stride
        var square = 0.0
        for j in 0..<size {
          row[j] -= mean[j] + label * mu[j]
          square.addProduct(row[j], row[j])
        }
        squares += square
      }
    }
    let unit = (squares / Double(count)).squareRoot(), length = mu.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard squares.isFinite, length.isFinite else {
      throw ParameterError(parameter: "images", value: "pixels whose squares overflow", allowed: "pixels below 1e150")
    }
    // Images of a class that are all alike differ from their mean by rounding at most.
    let largest = (mean + mu).reduce(0) { max($0, abs($1)) }
    guard unit > 1e-12 * largest, unit.isNormal else {
      throw ParameterError(
        parameter: "images", value: "all images of a class are the same", allowed: "images that differ within a class, as their noise is the unit")
    }
    guard length > 1e-12 * unit, length.isFinite else {
      throw ParameterError(
        parameter: "images", value: "both classes have the same mean", allowed: "classes whose means differ, as half the difference is the signal")
    }
    residuals.withMutableElements { elements in
      for i in 0..<count { for j in 0..<size { elements[i * stride + j] /= unit } }
    }
    (self.residuals, labels, shape, self.unit) = (residuals, images.labels, images.shape, unit)
    direction = mu.map { $0 / length }
    naturalSNR = length / unit
  }

  public var count: Int { labels.count }

  /// Of the residuals' variance, the share along mu: 1/d where all directions are alike.
  public var varianceAlongSignal: Double {
    let axis = Matrix([direction]), along = axis * residuals.transposed
    return along.row(0).reduce(0) { $0 + $1 * $1 } / Double(count)
  }

  /// (tr C)^2 / tr C^2 of the residuals' covariance C: of how many directions of equal variance there would be as much.
  public var effectiveDimension: Double {
    // tr C^2 is the squared length of X' X, and of X X'.
    let gram = (residuals.rows < residuals.columns ? residuals : residuals.transposed).rowGram
    var squares = 0.0
    for r in 0..<gram.rows { squares += gram.row(r).reduce(0) { $0 + $1 * $1 } }
    return gram.trace * gram.trace / squares
  }
}
