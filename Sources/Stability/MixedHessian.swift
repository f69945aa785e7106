import FrontierNumerics

/// A combination sum_k c_k g_k g_k^T of gradient outer products, acting on their span. A vector delta = sum_k a_k g_k is kept as a, its inner products
/// with the gradients are r = G a, and <a, b> = a^T G b: parameter space is never formed.
struct GradientCombination: SelfAdjointOperator {
  let gram: Matrix
  let coefficients: [Double]

  var size: Int { coefficients.count }

  var largestSquare: Double { gram.trace }

  func apply(_ x: UnsafePointer<Double>, dual: UnsafeMutablePointer<Double>, image: UnsafeMutablePointer<Double>) {
    gram.combineRows(x, into: dual)
    for k in 0..<size { image[k] = coefficients[k] * dual[k] }
  }
}

/// How the ends of operators on combinations of gradients are found: at most n steps reach them, and before that their error is estimated as 1e-12 of the
/// operator's size. The vectors are known to the square root of that over the gap: a start for more, not a result.
///
/// The start is G times random numbers. Coefficients that G sends to zero stand for no vector at all, but would drown the others in their rounding
/// error as the method closes in.
func spectrumEnds<Operator: SelfAdjointOperator>(
  _ wanted: [Lanczos.End], of operation: Operator, gram: Matrix, key: UInt64
) throws(Undefined) -> [(eigenvalue: Eigenvalue, vector: [Double])] {
  try spectrumEndsWithSpace(wanted, of: operation, gram: gram, key: key).ends
}

/// The same and the space that they were found in.
func spectrumEndsWithSpace<Operator: SelfAdjointOperator>(
  _ wanted: [Lanczos.End], of operation: Operator, gram: Matrix, key: UInt64
) throws(Undefined) -> (ends: [(eigenvalue: Eigenvalue, vector: [Double])], space: KrylovSpace) {
  var stream = RandomKey(seed: key).stream()
  var start = [Double](repeating: 0, count: operation.size)
  gram.combineRows(stream.gaussians(operation.size), into: &start)
  let method = Lanczos(tolerance: 1e-12, of: .error(orResidual: 1e-9), largestIterations: operation.size + 1)
  guard let found = method.endsWithSpace(wanted, of: operation, from: start) else { throw .zeroGradients }
  if let doubtful = found.ends.map(\.eigenvalue).first(where: { !$0.converged }) {
    throw .notConverged(residual: doubtful.residual, iterations: doubtful.iterations)
  }
  return found
}

/// The spectrum's ends of D = (1-alpha) H_R - alpha H_F on the span of the gradients, and near eigenvectors, as coefficients of the gradients.
public struct MixedHessianEnds: Sendable {
  public let top: Eigenvalue
  public let bottom: Eigenvalue
  let space: KrylovSpace

  public init(_ hessians: WeightedHessians) throws(Undefined) {
    let (ends, space) = try spectrumEndsWithSpace(
      [.top, .bottom], of: GradientCombination(gram: hessians.at.gram, coefficients: hessians.signed), gram: hessians.at.gram, key: 1)
    top = ends[0].eigenvalue
    bottom = ends[1].eigenvalue
    self.space = space
  }
}

/// D of a step rule, with its ends: what several parts of a Hessian test go by.
public struct MixedHessian: Sendable {
  let hessians: WeightedHessians
  let ends: Result<MixedHessianEnds, Undefined>

  init(_ hessians: WeightedHessians) {
    self.hessians = hessians
    ends = Result { () throws(Undefined) in try MixedHessianEnds(hessians) }
  }
}

extension Linearisation {
  /// The largest eigenvalue of H = (1/n) sum_i H_i over all samples.
  public func fullHessianTop() throws(Undefined) -> Eigenvalue {
    let mean = GradientCombination(gram: gram, coefficients: curvatures.map { $0 / Double(count) })
    return try spectrumEnds([.top], of: mean, gram: gram, key: 2)[0].eigenvalue
  }
}
