import FrontierNumerics
import Model

// The mean field by groups (set, true sign, label) (docs/theory.md section 13): kappa_gh < 0 between samples of one true sign and different labels, so that
// fine-tuning on clean samples forgets flipped ones.
extension MeanField {
  /// The a-priori form: kappa_gh = [same true sign] y_g y_h SNR^2/m + [g = h]/(m s_g), every margin starting where the target loss puts it.
  ///
  /// - Parameter groups: forget groups first.
  init(_ model: DataModel, groups members: [APrioriGroups.Group]) {
    let m = model.filtersPerClass, shared = model.snr * model.snr / m, members = members.filter { $0.size > 0 }
    let own = members.map { 1 / (m * $0.size) }
    groups = members.map { Group(isForget: $0.isForget, size: $0.size, margin: model.startingMargin) }
    coupling = members.enumerated().map { g, a in
      members.enumerated().map { h, b in (a.truth == b.truth ? a.label * b.label * shared : 0) + (g == h ? own[g] : 0) }
    }
    self.own = own
    passive = nil
  }

  /// The forget ratio from which on the mean forget margin ends below zero: 0 where fine-tuning alone takes it there, nil where ascent alone does not.
  public func frontier(
    stepSize: Double, steps: Int, push: ForgetPush = .ascent, perturbation: Perturbation = .none, batchSize: Double = .infinity
  ) -> Double? {
    Self.forgetRatio { ratio in
      run(forgetRatio: ratio, stepSize: stepSize, steps: steps, push: push, perturbation: perturbation, batchSize: batchSize).forgetMargin
    }
  }

  /// The forget ratio at which a margin falls to zero, to 1e-12; 0 where it is not above it at 0, nil where it is at 1.
  static func forgetRatio(where margin: (_ forgetRatio: Double) -> Double) -> Double? {
    // Margins run to thousands within a hair of the root; this keeps its place and flattens the rest.
    func flattened(_ ratio: Double) -> Double {
      let margin = margin(ratio)
      return margin / (1 + abs(margin))
    }
    let start = flattened(0)
    guard start > 0 else { return 0 }
    guard var search = BracketedRoot(between: 0, valued: start, and: 1, valued: flattened(1), tolerance: 1e-12) else { return nil }
    while let ratio = search.next { search.update(flattened(ratio)) }
    return search.root
  }
}
