import CKernels
import FrontierNumerics

extension Network {
  /// Networks around this one: w + s N(0, I), drawn as pre-activations Z + s Gaussian(covariance K), independent by filter.
  ///
  /// What is added need not lie in the span of the patches, so the coefficients stay those of this network.
  ///
  /// - Parameters:
  ///   - spread: s, the standard deviation of each coordinate.
  ///   - gram: K, of the patches that the pre-activations are on.
  /// - Precondition: `gram` has a row for each patch.
  public func surroundings(spread: Double, count: Int, gram: Matrix, from stream: inout RandomStream) -> [Network] {
    precondition(gram.rows == preactivations.columns, "inner products of other patches")
    let patches = gram.rows, filters = preactivations.rows, filterStride = Matrix.paddedCount(filters), kernels = ck_best().pointee
    let room = PerturbationRoom(patches: patches, filterStride: filterStride), everyPatch = (0..<Int32(patches)).map { $0 }
    gram.withElements { room.products(of: everyPatch, patches, in: $0, stride: gram.stride) }
    room.factorise(patches)
    return (0..<max(count, 0)).map { _ in
      for k in 0..<patches { stream.fillGaussian(UnsafeMutableBufferPointer(start: room.before + k * filterStride, count: filters)) }
      room.multiply(room.before, count: patches, kernels)
      var network = self
      for r in 0..<filters { for k in 0..<patches { network.preactivations[r, k] += spread * room.shift[k * filterStride + r] } }
      return network
    }
  }
}
