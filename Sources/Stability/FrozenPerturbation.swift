import FrontierNumerics
import Model

/// What the perturbation of a step does where gradients are frozen (theory.md section 9): numbers v_b of the batch's samples become
/// v_b + tau G_bb u, with u the samples' shares of the perturbation's gradient, whose squared norm is u . G_bb u.
struct FrozenPerturbation {
  private let perturbation: Perturbation
  private let gram: Matrix
  private let weights: StepWeights

  /// Nil for steps that follow no gradient. Probes move nothing to first order in their mean.
  init?(_ perturbation: Perturbation, gram: Matrix, rule: StepRule, sizes: (retain: Int, forget: Int)) {
    guard perturbation.name.isSharpnessAware else { return nil }
    (self.perturbation, self.gram) = (perturbation, gram)
    let (retain, forget) = (Double(max(sizes.retain, 1)), Double(max(sizes.forget, 1)))
    weights =
      perturbation.name == .own
      ? StepWeights(retain: 1 / retain, forget: 1 / forget) : StepWeights(forgetRatio: rule.forgetRatio, retainSize: retain, forgetSize: forget)
  }

  /// - Parameters:
  ///   - batch: retain samples first, `retained` of them.
  ///   - slopes: what the weights of a step multiply, in the order of the batch.
  ///   - values: of the batch's samples, in its order; moved.
  func displace(
    _ values: UnsafeMutablePointer<Double>, by slopes: UnsafePointer<Double>, batch: UnsafeBufferPointer<Int32>, retained: Int
  ) {
    let sets = perturbation.name == .own ? [0..<retained, retained..<batch.count] : [0..<batch.count]
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * batch.count) { scratch in
      guard let share = scratch.baseAddress else { return }
      let move = share + batch.count
      for slot in batch.indices { share[slot] = (slot < retained ? weights.retain : weights.forget) * slopes[slot] }
      gram.withElements { gram in
        for set in sets {
          var square = 0.0
          for k in set {
            let row = gram + Int(batch[k]) * self.gram.stride
            var sum = 0.0
            for l in set { sum += row[Int(batch[l])] * share[l] }
            move[k] = sum
            square += share[k] * sum
          }
          let tau = perturbation.innerStep(squaredNorm: square)
          for k in set { values[k] += tau * move[k] }
        }
      }
    }
  }
}
