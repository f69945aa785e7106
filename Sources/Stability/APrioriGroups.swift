import FrontierNumerics

/// The mean field by groups with no network at all (theory.md section 13), where it is known beforehand which samples a policy forgets: expected sizes, real
/// numbers that move smoothly with every parameter. At no label noise and `first` it is `APrioriMeanField`.
public enum APrioriGroups {
  /// Samples of one set, true sign and label.
  struct Group: Equatable {
    let isForget: Bool
    let truth: Double
    let label: Double
    /// s_g
    let size: Double
  }

  /// Mean margin of the forget samples after the model's steps: forgotten below zero. Nil for a policy that goes by the trained network, and for a label noise
  /// outside 0...1.
  ///
  /// - Parameter labelNoise: q, the share of the samples whose label is flipped.
  public static func forgetMargin(_ model: DataModel, selection: ForgetSelection, labelNoise: Double) -> Double? {
    guard let groups = groups(model, forgetting: selection, labelNoise: labelNoise) else { return nil }
    return MeanField(model, groups: groups).run(
      forgetRatio: model.forgetRatio, stepSize: model.stepSize, steps: model.wholeSteps, push: model.push, perturbation: model.perturbation,
      batchSize: model.batchSize
    ).forgetMargin
  }

  /// The first forget ratio at which that is zero: 0 where fine-tuning alone takes it there, nil where nothing up to ascent alone does and where there is no
  /// such form.
  public static func frontier(_ model: DataModel, selection: ForgetSelection, labelNoise: Double) -> Double? {
    guard let groups = groups(model, forgetting: selection, labelNoise: labelNoise) else { return nil }
    return MeanField(model, groups: groups).frontier(
      stepSize: model.stepSize, steps: model.wholeSteps, push: model.push, perturbation: model.perturbation, batchSize: model.batchSize)
  }

  /// Forget groups first, those of no size among them.
  static func groups(_ model: DataModel, forgetting selection: ForgetSelection, labelNoise q: Double) -> [Group]? {
    guard 0...1 ~= q else { return nil }
    let kinds = kinds(model, labelNoise: q)
    switch selection {
    case .first: return groups(kinds)
    case .class: return groups(taking(model.forgetCount, from: kinds) { $0.label > 0 })
    case .mislabelled: return groups(taking(model.forgetCount, from: kinds) { $0.label != $0.truth })
    case .easiest, .hardest, .memorised, .learned, .coherent, .incoherent, .outsideCoreset: return nil
    }
  }

  /// Without label noise, the first samples of each class to forget.
  static func inOrder(_ model: DataModel) -> [Group] { groups(kinds(model, labelNoise: 0)) }

  private static func kinds(_ model: DataModel, labelNoise q: Double) -> [Kind] {
    let (plus, minus) = model.classes
    return [(1.0, plus), (-1.0, minus)].flatMap { truth, sizes in
      [(1 - q, truth), (q, -truth)].map { share, label in Kind(truth, label, share, sizes) }
    }
  }

  private static func groups(_ kinds: [Kind]) -> [Group] {
    [true, false].flatMap { isForget in
      kinds.map { Group(isForget: isForget, truth: $0.truth, label: $0.label, size: isForget ? $0.forget : $0.retain) }
    }
  }

  /// Forgets `count` samples: of the preferred kinds in proportion to their sizes, then of the others likewise.
  private static func taking(_ count: Double, from kinds: [Kind], preferring isPreferred: (Kind) -> Bool) -> [Kind] {
    func total(_ kinds: [Kind]) -> Double { kinds.reduce(0) { $0 + $1.forget + $1.retain } }
    let preferred = total(kinds.filter(isPreferred)), others = total(kinds) - preferred
    let taken = min(count, preferred)
    return kinds.map { kind in
      let (part, of) = isPreferred(kind) ? (taken, preferred) : (count - taken, others)
      return kind.forgetting(of > 0 ? min(part / of, 1) : 0)
    }
  }

  /// Samples of one true sign and label.
  private struct Kind {
    let truth: Double
    let label: Double
    let forget: Double
    let retain: Double

    init(_ truth: Double, _ label: Double, _ share: Double, _ sizes: DataModel.ClassSizes) {
      (self.truth, self.label, forget, retain) = (truth, label, share * sizes.forget, share * sizes.retain)
    }

    private init(_ truth: Double, _ label: Double, forget: Double, retain: Double) {
      (self.truth, self.label, self.forget, self.retain) = (truth, label, forget, retain)
    }

    func forgetting(_ share: Double) -> Kind {
      let all = forget + retain
      return Kind(truth, label, forget: share * all, retain: all - share * all)
    }
  }
}
