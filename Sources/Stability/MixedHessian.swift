import Numerics

/// A combination sum_k c_k g_k g_k^T of gradient outer products, acting on their span. A vector delta = sum_k a_k g_k is kept as a, its inner products
/// with the gradients are r = G a, and <a, b> = a^T G b: parameter space is never formed.
struct GradientCombination: SelfAdjointOperator {
  let gram: Matrix
  let coefficients: [Double]

  var size: Int { coefficients.count }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    gram.multiply(x, into: dual)
    for k in 0..<size { image[k] = coefficients[k] * dual[k] }
  }
}

extension Matrix {
  /// A square symmetric matrix times a vector.
  func multiply(_ x: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    withElements { elements in
      for r in 0..<rows { result[r] = dot(elements + r * stride, x, count: columns) }
    }
  }
}

/// How the ends of n x n operators are found: exact to rounding, since at most n steps reach them.
func spectrumEnds<Operator: SelfAdjointOperator>(
  _ wanted: [Lanczos.End], of operation: Operator, key: UInt64
) throws(Undefined) -> [Eigenvalue] {
  var stream = RandomKey(seed: key).stream()
  let start = stream.gaussians(operation.size)
  let method = Lanczos(tolerance: 1e-9, largestIterations: operation.size + 1)
  guard let ends = method.ends(wanted, of: operation, from: start) else { throw .zeroGradients }
  if let doubtful = ends.first(where: { !$0.converged }) {
    throw .notConverged(residual: doubtful.residual, iterations: doubtful.iterations)
  }
  return ends
}

extension WeightedHessians {
  /// The largest and the smallest eigenvalue of D = (1-alpha) H_R - alpha H_F on the span of the gradients.
  public func mixedHessianEnds() throws(Undefined) -> (top: Eigenvalue, bottom: Eigenvalue) {
    let ends = try spectrumEnds([.top, .bottom], of: GradientCombination(gram: at.gram, coefficients: signed), key: 1)
    return (ends[0], ends[1])
  }
}

extension Linearisation {
  /// The largest eigenvalue of H = (1/n) sum_i H_i over all samples.
  public func fullHessianTop() throws(Undefined) -> Eigenvalue {
    let mean = GradientCombination(gram: gram, coefficients: curvatures.map { $0 / Double(count) })
    return try spectrumEnds([.top], of: mean, key: 2)[0]
  }
}
