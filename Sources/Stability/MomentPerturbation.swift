import FrontierNumerics

extension LeadingMoment {
  /// N of sum_ij N_ij g_i g_j^T, symmetric to the last bit: the leading moment with what it lacks of T's top, to first order in the noise.
  ///
  /// Let T(M) = A M A + E(M), with A = I - eta D, Pi the projection onto the directions and M the leading moment. What the top has beyond them, R, grows as the
  /// top does: radius R = A R A + E(M) - Pi E(M) Pi. There A takes u_a to means_a u_a, and all else nearly to `rest` times itself, the mean of its eigenvalues
  /// there, so that R is E(M) divided by radius - means_a rest where one side is u_a, and by radius - rest^2 where none is.
  func perturbed(by noise: MomentNoise, at hessians: WeightedHessians) -> Matrix {
    let count = hessians.at.count, size = means.count, stride = hessians.at.gram.stride
    // Coefficients of E(M), from the P_kl = g_k . M g_l.
    var added = responses.transposed * (moment * responses)
    added.withMutableElements { added in
      let diagonal = (0..<count).map { noise.onDiagonal[$0] * added[$0 * stride + $0] }
      var factors = [Double](repeating: 0, count: count * count)
      for set in noise.sets { for k in set { for l in set { factors[k * count + l] = -noise.within[k] * noise.within[l] } } }
      for k in 0..<count { for l in 0..<count { added[k * stride + l] *= factors[k * count + l] } }
      for k in 0..<count { added[k * stride + k] += diagonal[k] }
    }
    // E(M) u_a, among the directions and in all.
    let images = responses * added, among = images * responses.transposed, beyond = among * vectors
    let rest = meanBeyond(hessians)
    // Where the top stands hardly above what is beyond, the first order says nothing.
    func share(_ growth: Double) -> Double { 1 / max(radius - growth, 1e-3 * radius) }
    let whole = share(rest * rest)
    var mixed = Matrix(rows: size, columns: count), core = moment
    for a in 0..<size {
      let own = share(means[a] * rest)
      for k in 0..<count { mixed[a, k] = own * (images[a, k] - beyond[a, k]) - whole * images[a, k] }
      for b in 0..<size { core[a, b] += whole * among[a, b] }
    }
    var result = vectors.transposed * (core * vectors)
    let half = vectors.transposed * mixed
    result.withMutableElements { result in
      half.withElements { half in
        added.withElements { added in
          for i in 0..<count {
            for j in 0...i {
              let sum = result[i * stride + j] + half[i * stride + j] + half[j * stride + i] + whole * added[i * stride + j]
              result[i * stride + j] = sum
              result[j * stride + i] = sum
            }
          }
        }
      }
    }
    return result
  }

  /// The mean eigenvalue of I - eta D on what is orthogonal to the directions in the span of the gradients.
  private func meanBeyond(_ hessians: WeightedHessians) -> Double {
    let left = hessians.at.count - means.count
    guard left > 0 else { return 1 }
    let trace = (0..<hessians.at.count).reduce(0) { $0 + hessians.signed[$1] * hessians.at.gram[$1, $1] }
    let among = means.reduce(0) { $0 + (1 - $1) }
    return 1 - (hessians.rule.stepSize * trace - among) / Double(left)
  }
}
