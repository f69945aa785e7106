import Model
import FrontierNumerics

/// The mean field with no network at all (theory.md section 5): kappa_gh = [same class] SNR^2/m + [g = h]/(m s_g), every margin starting where the
/// target loss puts it. Labels alternate from + on. The classes do not act on each other, so each is a system of two margins.
///
/// Every quantity is a real number, so that any of them can be an axis; `steps` counts whole ones.
public struct APrioriMeanField: Sendable, Hashable {
  public var snr: Double
  public var samples: Double
  /// n_F
  public var forgetCount: Double
  /// m
  public var filtersPerClass: Double
  /// eta
  public var stepSize: Double
  public var steps: Double
  public var targetLoss: Double
  /// alpha
  public var forgetRatio: Double

  public init(
    snr: Double, samples: Double, forgetCount: Double, filtersPerClass: Double, stepSize: Double, steps: Double, targetLoss: Double,
    forgetRatio: Double
  ) {
    self.snr = snr
    self.samples = samples
    self.forgetCount = forgetCount
    self.filtersPerClass = filtersPerClass
    self.stepSize = stepSize
    self.steps = steps
    self.targetLoss = targetLoss
    self.forgetRatio = forgetRatio
  }

  /// The mean forget margin after the steps of each model, all models side by side.
  public static func forgetMargins(_ models: [APrioriMeanField]) -> [Double] {
    var sums = [Double](repeating: 0, count: models.count)
    // Equal classes follow the same path, so one stands for both.
    let classes = models.allSatisfy { $0.classSizes.0 == $0.classSizes.1 } ? 1 : 2
    for sign in 0..<classes {
      let sizes = models.map { sign == 0 ? $0.classSizes.0 : $0.classSizes.1 }
      let margins = classMargins(models, sizes: sizes)
      for i in models.indices {
        let share = classes == 1 ? 1 : sizes[i].forget / models[i].forgetCount
        if share > 0 { sums[i] += share * margins[i] }
      }
    }
    return sums
  }

  /// The frontier: for each model, the value of `unknown` in `range` at which the mean forget margin is zero, to 1e-12; nil where the margin has the same
  /// sign at both ends of the range.
  public static func frontier(
    _ models: [APrioriMeanField], solving unknown: WritableKeyPath<APrioriMeanField, Double>, in range: ClosedRange<Double>
  ) -> [Double?] {
    func values(_ points: [(index: Int, x: Double)]) -> [Double] {
      let margins = forgetMargins(
        points.map { point in
          var model = models[point.index]
          model[keyPath: unknown] = point.x
          return model
        })
      // Margins run to thousands within a hair of the root; this keeps its place and flattens the rest.
      return margins.map { $0 / (1 + abs($0)) }
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

  /// Forget and retain samples of class + and of class -.
  private var classSizes: ((forget: Double, retain: Double), (forget: Double, retain: Double)) {
    let positive = (samples / 2).rounded(.up), forgetPositive = (forgetCount / 2).rounded(.up)
    return (
      (forgetPositive, positive - forgetPositive), (forgetCount - forgetPositive, samples - positive - (forgetCount - forgetPositive))
    )
  }

  /// The forget margin of one class.
  private static func classMargins(_ models: [APrioriMeanField], sizes: [(forget: Double, retain: Double)]) -> [Double] {
    let count = models.count
    // Margins of the forget groups, then of the retain groups, and what a slope of each adds to each.
    var margins = (models + models).map { -Elementary.log(Elementary.exp($0.targetLoss) - 1) }
    var slopes = margins
    let weights = models.map { model in
      StepWeights(
        forgetRatio: model.forgetRatio, retainSize: model.samples - model.forgetCount, forgetSize: model.forgetCount, times: model.stepSize)
    }
    let shared = models.map { $0.snr * $0.snr / $0.filtersPerClass }
    let forgetShared = (0..<count).map { weights[$0].forget * sizes[$0].forget * shared[$0] }
    let retainShared = (0..<count).map { weights[$0].retain * sizes[$0].retain * shared[$0] }
    let forgetOwn = (0..<count).map { sizes[$0].forget > 0 ? weights[$0].forget / models[$0].filtersPerClass : 0 }
    let retainOwn = (0..<count).map { sizes[$0].retain > 0 ? weights[$0].retain / models[$0].filtersPerClass : 0 }
    let steps = models.map { Int(max($0.steps, 0).rounded()) }
    let longest = steps.max() ?? 0, shortest = steps.min() ?? 0
    for step in 0..<longest {
      Elementary.reverseSigmoid(margins, count: 2 * count, into: &slopes)
      margins.withUnsafeMutableBufferPointer { margins in
        slopes.withUnsafeBufferPointer { slopes in
          for i in 0..<count where step < shortest || step < steps[i] {
            let both = forgetShared[i] * slopes[i] + retainShared[i] * slopes[count + i]
            margins[i] += both + forgetOwn[i] * slopes[i]
            margins[count + i] += both + retainOwn[i] * slopes[count + i]
          }
        }
      }
    }
    return Array(margins[..<count])
  }
}
