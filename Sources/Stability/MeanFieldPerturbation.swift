import FrontierNumerics
import Model

/// The perturbation of a step in the mean field (theory.md section 9): m'_g = m_g - tau sum_h v_h s_h kappa'_gh psi_h. Jointly over all groups with the
/// weights v of the step; or each set over its own groups, v = 1/size. kappa' is kappa with the own part size/B times as large.
struct MeanFieldPerturbation {
  private let perturbation: Perturbation
  /// Groups that go together, and v_h s_h of each.
  private let sets: [Range<Int>]
  private let weights: [Double]
  /// kappa'
  private let coupling: [[Double]]

  /// Nil for steps that follow no gradient.
  init?(_ perturbation: Perturbation, of field: MeanField, weights step: StepWeights, batchSize: Double) {
    guard perturbation.name.isSharpnessAware else { return nil }
    self.perturbation = perturbation
    let groups = field.groups, forget = groups.prefix { $0.isForget }.count, isOwn = perturbation.name == .own
    sets = isOwn ? [0..<forget, forget..<groups.count] : [0..<groups.count]
    let sizes = groups.map { field.total(forget: $0.isForget) }
    weights = groups.indices.map { g in groups[g].size * (isOwn ? 1 / sizes[g] : groups[g].isForget ? step.forget : step.retain) }
    coupling = groups.indices.map { g in
      groups.indices.map { h in
        field.coupling[g][h] + (g == h ? field.own[g] * (sizes[g] / min(batchSize, sizes[g]) - 1) : 0)
      }
    }
  }

  func displace(_ margins: inout [Double], by slopes: [Double]) {
    for set in sets {
      let push = set.map { weights[$0] * slopes[$0] }
      var square = 0.0
      let moves = set.map { g in
        let move = zip(set, push).reduce(0) { $0 + coupling[g][$1.0] * $1.1 }
        square += weights[g] * slopes[g] * move
        return move
      }
      let tau = perturbation.innerStep(squaredNorm: square)
      for (g, move) in zip(set, moves) { margins[g] -= tau * move }
    }
  }
}
