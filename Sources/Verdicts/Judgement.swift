import Experiments
import FrontierNumerics
import Specs
import Stability

/// A number with its 95 % percentile-bootstrap interval.
public struct Estimate: Sendable, Equatable {
  /// Nil where there is none, as the area under a curve when all trials ended alike.
  public let value: Double?
  public let interval: ClosedRange<Double>?

  package init(value: Double?, interval: ClosedRange<Double>?) { (self.value, self.interval) = (value, interval) }
}

/// How far apart two boundaries are along one axis.
public struct AxisDistance: Sendable {
  public let axis: String
  /// In grid steps, over all crossings of the observed boundary.
  public let median: Estimate
  public let largest: Estimate
  public let matched: Int
  /// Lines of cells that only one of the boundaries crosses.
  public let unmatched: Int
}

/// What a criterion is worth for one event, in numbers.
public struct Judgement: Sendable {
  public let criterion: Criterion<Row>
  public let event: Event
  public let cells: Int
  public let trials: Int
  public let onRightSide: Estimate
  public let balancedAccuracy: Estimate
  public let intersectionOverUnion: Estimate
  /// Of the margin against single trials.
  public let areaUnderROC: Estimate
  /// Cells predicted although it did not happen, less those where it happened unpredicted, as a share: above zero the criterion predicts too early.
  public let bias: Estimate
  public let distances: [AxisDistance]
  /// Median margin and rate of every cell where both are known.
  public let points: [(margin: Double, rate: Double)]
  /// For a criterion that claims one side alone: the cells on that side, and how many of them contradict it.
  public let sure: (cells: Int, violations: Int)?

  /// Whether the event is what the criterion predicts.
  public var isOwn: Bool { criterion.predicts == event.prediction }

  /// - Parameters:
  ///   - evidence: of every cell of the grid.
  ///   - resamples: of the repetitions, with replacement, all cells together (a cluster bootstrap): they share networks and batches.
  package init(of criterion: Criterion<Row>, for event: Event, evidence: Evidence, grid: Grid, resamples: [[Double]]) {
    self.criterion = criterion
    self.event = event
    let sorted = SortedEvidence(evidence), equal = [Double](repeating: 1, count: evidence.repetitions)
    // Names have no distance.
    let axes = grid.axes.indices.filter { PlaneAxis(grid.axes[$0]).scale != .names && grid.axes[$0].values.count > 1 }
    let lines = axes.map { grid.lines(along: $0) }
    let now = Look(sorted, weights: equal, lines: lines), again = resamples.map { Look(sorted, weights: $0, lines: lines) }
    func estimate(_ number: (Look) -> Double?) -> Estimate {
      let value = number(now)
      return Estimate(value: value, interval: value == nil ? nil : Bootstrap.middle(again.compactMap(number)))
    }
    cells = now.agreement.cells
    trials = sorted.trialCount
    onRightSide = estimate { $0.agreement.onRightSide }
    balancedAccuracy = estimate { $0.agreement.balancedAccuracy }
    intersectionOverUnion = estimate { $0.agreement.intersectionOverUnion }
    areaUnderROC = estimate { $0.areaUnderROC }
    bias = estimate { $0.agreement.bias }
    points = zip(sorted.medianMargins(equal), sorted.rates(equal)).compactMap { margin, rate in margin.flatMap { margin in rate.map { (margin, $0) } } }
    distances = axes.enumerated().map { i, axis in
      AxisDistance(
        axis: grid.axes[axis].name, median: estimate { $0.distances[i].median }, largest: estimate { $0.distances[i].largest },
        matched: now.distances[i].matched, unmatched: now.distances[i].unmatched)
    }
    sure =
      switch criterion.claim {
      case .sufficientForDivergence: (now.agreement.predicted, now.agreement.falsePositives)
      case .sufficientForConvergence, .attained: (now.agreement.notPredicted, now.agreement.falseNegatives)
      case .exactInMeanSquare, .exactTypically, .prediction: nil
      }
  }

  /// Everything that is counted, under one weighting of the repetitions.
  private struct Look {
    let agreement: Agreement
    let areaUnderROC: Double?
    let distances: [BoundaryDistance]

    init(_ sorted: SortedEvidence, weights: [Double], lines: [[[Int]]]) {
      let rates = sorted.rates(weights), margins = sorted.medianMargins(weights)
      agreement = Agreement(rates: rates, margins: margins)
      areaUnderROC = sorted.areaUnderROC(weights)
      let observed = rates.map { $0.map { $0 - 0.5 } }
      distances = lines.map { BoundaryDistance(observed: observed, predicted: margins, on: $0) }
    }
  }

}

/// Weights of repetitions for bootstrap resamples.
package enum Bootstrap {
  package static let resamples = 200

  /// The percentile interval: the middle 95 % of what resamples gave; nil of fewer than two.
  static func middle(_ values: [Double]) -> ClosedRange<Double>? {
    guard values.count > 1 else { return nil }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double { sorted[Int((share * Double(sorted.count - 1)).rounded())] }
    return quantile(0.025)...quantile(0.975)
  }

  /// How often each of `repetitions` is drawn, for each resample; none for a single repetition, of which nothing can be learnt.
  package static func weights(repetitions: Int, key: RandomKey) -> [[Double]] {
    guard repetitions > 1 else { return [] }
    return (0..<resamples).map { resample in
      var stream = key.child(resample).stream(), weights = [Double](repeating: 0, count: repetitions)
      for _ in 0..<repetitions { weights[Int(stream.below(UInt32(repetitions)))] += 1 }
      return weights
    }
  }
}
