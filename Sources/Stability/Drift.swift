import Model

extension Linearisation {
  /// alpha* = A_FR / (A_FR + A_FF), the forget ratio at which the first drift of the mean forget margin changes sign (theory.md section 5), with
  /// A_FR = mean_{j in F, i in R} y_j y_i G_ji |l'_i| and A_FF = mean_{j, k in F} y_j y_k G_jk psi_k, where the psi of ascent is |l'|.
  public func driftAlignmentRatio(method: some UnlearningMethod = GradientAscent()) throws(Undefined) -> Double {
    guard loss == .logistic else { throw .notAMarginLoss }
    guard !hasNoGradient else { throw .zeroGradients }
    func alignment(from set: Range<Int>, _ push: (Int) -> Double) -> Double {
      let pushes = set.map(push)
      var sum = 0.0
      for j in split.forget { for (i, pushed) in zip(set, pushes) { sum += labels[j] * labels[i] * gram[j, i] * pushed } }
      return sum / Double(split.forget.count * set.count)
    }
    let fromRetain = alignment(from: split.retain) { abs(slopes[$0]) }
    let fromForget = alignment(from: split.forget) {
      -labels[$0] * method.forgetSlope(of: loss, output: outputs[$0], label: labels[$0], sample: $0)
    }
    // Where the sum is not positive, no mixture changes the sign.
    guard fromRetain + fromForget > 0 else { throw .noAlignment }
    return fromRetain / (fromRetain + fromForget)
  }
}

/// The drift's alpha* in the signal-plus-noise model, with nothing measured: (1/2) n_F SNR^2 / (n_F SNR^2 + c).
///
/// c is what a forget sample's own noise weighs against the signal, near 1 for data of theory.md section 1. Any number of steps: an answer for
/// infinite time.
public func closedFormForgetRatio(snr: Double, forgetCount: Double, privateWeight c: Double = 1) -> Double {
  let shared = forgetCount * snr * snr
  return shared / (shared + c) / 2
}
