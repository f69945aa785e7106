import Model

extension Linearisation {
  /// alpha* = A_FR / (A_FR + A_FF), the forget ratio at which the first drift of the mean forget margin changes sign (theory.md section 5), with
  /// A_FR = mean_{j in F, i in R} y_j y_i G_ji |l'_i| and A_FF = mean_{j, k in F} y_j y_k G_jk |l'_k|.
  public func driftAlignmentRatio() throws(Undefined) -> Double {
    guard loss == .logistic else { throw .notAMarginLoss }
    guard !hasNoGradient else { throw .zeroGradients }
    func alignment(from set: Range<Int>) -> Double {
      var sum = 0.0
      for j in split.forget { for i in set { sum += labels[j] * labels[i] * gram[j, i] * abs(slopes[i]) } }
      return sum / Double(split.forget.count * set.count)
    }
    let fromRetain = alignment(from: split.retain), fromForget = alignment(from: split.forget)
    // A_FF is not negative; where the sum is not positive, no mixture changes the sign.
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
