import FrontierNumerics
import Model

/// Which samples are to be forgotten (theory.md section 13), chosen at the network trained on all of them. Ties go to the lower index.
public enum ForgetSelection: String, CaseIterable, Sendable, BitwiseCopyable {
  /// In their order.
  case first
  /// Those labelled + before those labelled -.
  case `class`
  /// Those whose label was flipped before the others.
  case mislabelled
  /// Largest and smallest margin y f.
  case easiest, hardest
  /// Largest and smallest share of noise in y f.
  case memorised, learned
  /// Largest and smallest sum_l S_kl / S_kk.
  case coherent, incoherent
  /// What a stable coreset of all the others leaves out.
  case outsideCoreset

  /// `count` samples to forget, in ascending order. Refuses a count that leaves either set empty, and a policy that the data cannot answer.
  ///
  /// - Parameters:
  ///   - network: trained on all samples.
  ///   - coreset: the members of a stable coreset of the given size; asked for by `outsideCoreset` alone.
  public func samples(
    _ count: Int, of network: Network, on dataset: Dataset, loss: Loss, coreset: (_ size: Int) throws -> [Int]
  ) throws -> [Int] {
    let samples = dataset.samples, all = 0..<samples.count
    let split = try ForgetSplit(samples: samples.count, forgetCount: count)
    // The first `count` of two lists, one behind the other.
    func leading(_ isFirst: (Int) -> Bool) -> [Int] { (all.filter(isFirst) + all.filter { !isFirst($0) }).prefix(count).sorted() }
    switch self {
    case .first: return Array(split.forget)
    case .class: return leading { samples.labels[$0] > 0 }
    case .mislabelled: return leading(samples.isFlipped)
    case .outsideCoreset:
      let members = Set(try coreset(split.retain.count)), outside = all.filter { !members.contains($0) }
      guard outside.count == count else {
        throw ParameterError(
          parameter: "forgetSelection", value: rawValue, allowed: "a coreset of \(split.retain.count) of the \(samples.count) samples, each once")
      }
      return outside
    case .easiest, .hardest, .memorised, .learned, .coherent, .incoherent:
      let scores = try scores(of: network, on: dataset, loss: loss)
      let ranked = all.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
      let plus = ranked.filter { samples.labels[$0] > 0 }, minus = ranked.filter { samples.labels[$0] < 0 }
      // Where one label has too few, the rest is of the other.
      let fromPlus = min(max((count + 1) / 2, count - minus.count), plus.count)
      return (plus.prefix(fromPlus) + minus.prefix(count - fromPlus)).sorted()
    }
  }

  /// The lowest is forgotten first; empty for policies that go by no score. A sample that has none - one that is not fitted has no share of noise, one that
  /// pulls nowhere no coherence - is forgotten last, by a policy and by its opposite.
  public func scores(of network: Network, on dataset: Dataset, loss: Loss) throws -> [Double] {
    let samples = dataset.samples
    func ranks(_ values: [Double?], sign: Double) -> [Double] { values.map { $0.map { $0.isNaN ? .infinity : sign * $0 } ?? .infinity } }
    switch self {
    case .first, .class, .mislabelled, .outsideCoreset: return []
    case .easiest, .hardest:
      let margins = zip(network.outputs(of: samples), samples.labels).map { $0 * $1 }
      return ranks(margins, sign: self == .easiest ? -1 : 1)
    case .memorised, .learned:
      guard dataset.signalPatches > 0 else {
        throw ParameterError(
          parameter: "forgetSelection", value: rawValue, allowed: "a policy without shares of noise, since no patch of the data is the signal alone")
      }
      return ranks(network.marginShares(of: samples, withoutFirst: dataset.signalPatches), sign: self == .memorised ? -1 : 1)
    case .coherent, .incoherent: return ranks(Self.coherences(of: network, on: dataset, loss: loss), sign: self == .coherent ? -1 : 1)
    }
  }

  /// sum_l S_kl / S_kk over all samples, with S_kl = sqrt(tr H_k H_l) = sqrt(h_k h_l) |G_kl|; nil where S_kk = 0.
  private static func coherences(of network: Network, on dataset: Dataset, loss: Loss) -> [Double?] {
    let gram = GradientGram.ofSamples(network, on: dataset), samples = dataset.samples
    let roots = zip(network.outputs(of: samples), samples.labels).map { loss.curvature(output: $0, label: $1).squareRoot() }
    return (0..<samples.count).map { k in
      let own = roots[k] * gram[k, k]
      guard own > 0 else { return nil }
      var sum = 0.0
      for l in 0..<samples.count { sum += roots[l] * abs(gram[k, l]) }
      return sum / own
    }
  }

  /// All samples, those to forget first and the others behind them, for `Dataset.ordered`: the forget set of a split is then what was chosen.
  public static func order(forgetting chosen: [Int], of samples: Int) -> [Int] {
    let forgotten = Set(chosen)
    return chosen + (0..<samples).filter { !forgotten.contains($0) }
  }
}
