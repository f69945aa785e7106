import FrontierNumerics
import Model

// The mean field by groups (set, true sign, label) (theory.md section 13): kappa_gh < 0 between samples of one true sign and different labels, so that
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

  /// The first forget ratio at which the mean forget margin ends at zero: 0 where fine-tuning alone takes it there, nil where nothing up to ascent alone does.
  public func frontier(
    stepSize: Double, steps: Int, push: ForgetPush = .ascent, perturbation: Perturbation = .none, batchSize: Double = .infinity
  ) -> Double? {
    // Margins run to thousands within a hair of the root; this keeps its place and flattens the rest.
    func margin(_ ratio: Double) -> Double {
      let run = run(forgetRatio: ratio, stepSize: stepSize, steps: steps, push: push, perturbation: perturbation, batchSize: batchSize)
      return run.forgetMargin / (1 + abs(run.forgetMargin))
    }
    var last = (ratio: 0.0, margin: margin(0))
    guard last.margin > 0 else { return 0 }
    // Ascent on flipped samples teaches clean ones, so with label noise the margin may rise again: the first of several zeros is bracketed in short pieces.
    for piece in 1...Self.pieces {
      let next = Double(piece) / Double(Self.pieces), value = margin(next)
      if value <= 0, var search = BracketedRoot(between: last.ratio, valued: last.margin, and: next, valued: value, tolerance: 1e-12) {
        while let ratio = search.next { search.update(margin(ratio)) }
        return search.root
      }
      last = (next, value)
    }
    return nil
  }

  private static let pieces = 64
}
