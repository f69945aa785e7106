import FrontierNumerics

/// The mean field with no network at all (theory.md section 5): kappa_gh = [same class] SNR^2/m + [g = h]/(m s_g), every margin starting where the
/// target loss puts it. The classes do not act on each other, so each is a system of two margins.
public enum APrioriMeanField {
  /// What a model comes to.
  public struct Outcome: Sendable, Equatable {
    /// Mean margin of the forget samples.
    public var forgetMargin = 0.0
    /// Mean over the forget samples of the part of their margins that is their own noise's (theory.md section 8).
    public var ownMemory = 0.0
  }

  /// The parameters that it depends on: noise patches do not overlap. Of perturbed steps it depends on the batch size and the radius too, which it is not
  /// followed in.
  public static let parameters = DataModel.parameters.subtracting(["dimension", "labelNoise"])

  /// After the steps of each model, all models side by side.
  public static func outcomes(_ models: [DataModel]) -> [Outcome] {
    var plain = outcomesOfPlainSteps(models.filter { !$0.perturbation.name.isSharpnessAware })[...]
    return models.map { $0.perturbation.name.isSharpnessAware ? outcomeOfPerturbedSteps($0) : plain.popFirst() ?? Outcome() }
  }

  /// All groups together, since a perturbation may act across classes.
  private static func outcomeOfPerturbedSteps(_ model: DataModel) -> Outcome {
    let run = MeanField(model).run(
      forgetRatio: model.forgetRatio, stepSize: model.stepSize, steps: model.wholeSteps, push: model.push, perturbation: model.perturbation,
      batchSize: model.batchSize)
    let classes = [model.classes.0, model.classes.1]
    let start = classes.reduce(0) { $0 + $1.forget / model.forgetCount * model.startingMargin / (1 + $1.all * model.snr * model.snr) }
    return Outcome(forgetMargin: run.forgetMargin, ownMemory: start + run.forgetOwnGain)
  }

  private static func outcomesOfPlainSteps(_ models: [DataModel]) -> [Outcome] {
    var sums = [Outcome](repeating: Outcome(), count: models.count)
    // Equal classes follow the same path, so one stands for both.
    let classes = models.allSatisfy { $0.classes.0 == $0.classes.1 } ? 1 : 2
    for sign in 0..<classes {
      let sizes = models.map { sign == 0 ? $0.classes.0 : $0.classes.1 }
      let outcomes = outcomes(models, ofClass: sizes)
      for i in models.indices {
        let share = classes == 1 ? 1 : sizes[i].forget / models[i].forgetCount
        guard share > 0 else { continue }
        sums[i].forgetMargin += share * outcomes[i].forgetMargin
        sums[i].ownMemory += share * outcomes[i].ownMemory
      }
    }
    return sums
  }

  /// The frontier: for each model, the value of `unknown` in `range` at which a quantity is zero, to 1e-12; nil where it has the same sign at both ends of
  /// the range.
  public static func frontier(
    of quantity: (Outcome) -> Double = { $0.forgetMargin }, _ models: [DataModel], solving unknown: WritableKeyPath<DataModel, Double>,
    in range: ClosedRange<Double>
  ) -> [Double?] {
    func values(_ points: [(index: Int, x: Double)]) -> [Double] {
      let outcomes = outcomes(
        points.map { point in
          var model = models[point.index]
          model[keyPath: unknown] = point.x
          return model
        })
      // Margins run to thousands within a hair of the root; this keeps its place and flattens the rest.
      return outcomes.map(quantity).map { $0 / (1 + abs($0)) }
    }
    let low = values(models.indices.map { ($0, range.lowerBound) }), high = values(models.indices.map { ($0, range.upperBound) })
    var searches = models.indices.map { i in
      BracketedRoot(between: range.lowerBound, valued: low[i], and: range.upperBound, valued: high[i], tolerance: 1e-12)
    }
    while true {
      let open = searches.indices.compactMap { i in searches[i]?.next.map { (index: i, x: $0) } }
      if open.isEmpty { return searches.map { $0?.root } }
      for (point, value) in zip(open, values(open)) { searches[point.index]?.update(value) }
    }
  }

  /// Of one class: its forget margin M, and of it the part N of the samples' own noise, N(0) = M / (1 + s SNR^2) with s samples in the class.
  private static func outcomes(_ models: [DataModel], ofClass sizes: [DataModel.ClassSizes]) -> [Outcome] {
    let count = models.count
    // Margins of the forget groups, then of the retain groups, and what a slope of each adds to each.
    let starts = (models + models).map(\.startingMargin)
    var margins = starts, slopes = starts
    var memories = (0..<count).map { margins[$0] / (1 + sizes[$0].all * models[$0].snr * models[$0].snr) }
    let weights = models.map(\.sampleWeights)
    let shared = models.map { $0.snr * $0.snr / $0.filtersPerClass }
    let forgetShared = (0..<count).map { weights[$0].forget * sizes[$0].forget * shared[$0] }
    let retainShared = (0..<count).map { weights[$0].retain * sizes[$0].retain * shared[$0] }
    let forgetOwn = (0..<count).map { sizes[$0].forget > 0 ? weights[$0].forget / models[$0].filtersPerClass : 0 }
    let retainOwn = (0..<count).map { sizes[$0].retain > 0 ? weights[$0].retain / models[$0].filtersPerClass : 0 }
    // Neighbours that unlearn by one method are taken together.
    var runs: [Range<Int>] = []
    for i in 0..<count {
      if let last = runs.last, models[last.lowerBound].push == models[i].push { runs[runs.count - 1] = last.lowerBound..<i + 1 } else { runs.append(i..<i + 1) }
    }
    let steps = models.map(\.wholeSteps)
    let longest = steps.max() ?? 0, shortest = steps.min() ?? 0
    for step in 0..<longest {
      Elementary.reverseSigmoid(margins, count: 2 * count, into: &slopes)
      margins.withUnsafeMutableBufferPointer { margins in
        slopes.withUnsafeMutableBufferPointer { slopes in
          starts.withUnsafeBufferPointer { starts in
            for run in runs where models[run.lowerBound].push.name != .ascent {
              guard let m = margins.baseAddress, let s = starts.baseAddress, let p = slopes.baseAddress else { return }
              let first = run.lowerBound
              models[first].push.values(at: m + first, from: s + first, count: run.count, into: p + first)
            }
          }
          for i in 0..<count where step < shortest || step < steps[i] {
            let both = forgetShared[i] * slopes[i] + retainShared[i] * slopes[count + i], own = forgetOwn[i] * slopes[i]
            margins[i] += both + own
            memories[i] += own
            margins[count + i] += both + retainOwn[i] * slopes[count + i]
          }
        }
      }
    }
    return (0..<count).map { Outcome(forgetMargin: margins[$0], ownMemory: memories[$0]) }
  }
}
