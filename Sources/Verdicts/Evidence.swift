/// What happened in the trials of some cells, and what a criterion said of each: all that a judgement needs.
public struct Evidence: Sendable {
  /// By cell, then repetition; nil where it is not known.
  public let happened: [[Bool?]]
  public let margins: [[Double?]]

  /// A margin that is not finite is as good as none.
  public init(happened: [[Bool?]], margins: [[Double?]]) {
    self.happened = happened
    self.margins = margins.map { $0.map { $0.flatMap { $0.isFinite ? $0 : nil } } }
  }

  var repetitions: Int { happened.first?.count ?? 0 }

  /// Of each cell the median margin of its repetitions; nil if none is known.
  public var medianMargins: [Double?] { SortedEvidence(self).medianMargins([Double](repeating: 1, count: margins.first?.count ?? 0)) }
}

/// Evidence sorted once, so that it can be judged many times with the repetitions weighted anew.
package struct SortedEvidence {
  private let evidence: Evidence
  /// Repetitions of each cell that have a margin, by margin.
  private let byMargin: [[Int]]
  /// All trials that have both, by margin.
  private let trials: [(margin: Double, repetition: Int, happened: Bool)]

  package init(_ evidence: Evidence) {
    self.evidence = evidence
    byMargin = evidence.margins.map { margins in
      let known = margins.enumerated().compactMap { repetition, margin in margin.map { (repetition, $0) } }
      return known.sorted { $0.1 < $1.1 }.map(\.0)
    }
    var trials: [(margin: Double, repetition: Int, happened: Bool)] = []
    for (happened, margins) in zip(evidence.happened, evidence.margins) {
      for (repetition, (happened, margin)) in zip(happened, margins).enumerated() {
        if let happened, let margin { trials.append((margin, repetition, happened)) }
      }
    }
    self.trials = trials.sorted { $0.margin < $1.margin }
  }

  var trialCount: Int { trials.count }

  /// Share of a cell's trials in which it happened; nil if none is known.
  package func rates(_ weights: [Double]) -> [Double?] {
    evidence.happened.map { happened in
      var known = 0.0, count = 0.0
      for (repetition, happened) in happened.enumerated() {
        guard let happened else { continue }
        known += weights[repetition]
        if happened { count += weights[repetition] }
      }
      return known > 0 ? count / known : nil
    }
  }

  /// The median margin of each cell, which is at least 0 where at least half of its trials' are; nil if none is known.
  package func medianMargins(_ weights: [Double]) -> [Double?] {
    zip(byMargin, evidence.margins).map { order, margins in
      let total = order.reduce(0) { $0 + weights[$1] }
      guard total > 0 else { return nil }
      var sum = 0.0, lower: Double?
      for repetition in order where weights[repetition] > 0 {
        guard let margin = margins[repetition] else { continue }
        if let lower { return lower / 2 + margin / 2 }
        sum += weights[repetition]
        if sum > total / 2 { return margin }
        // Exactly half: the median is half-way to the next.
        if sum == total / 2 { lower = margin }
      }
      return lower
    }
  }

  /// The probability that a trial in which it happened has the larger margin than one in which it did not, ties counted half; nil if one kind is missing.
  package func areaUnderROC(_ weights: [Double]) -> Double? {
    var positives = 0.0, negatives = 0.0, ordered = 0.0
    var i = 0
    while i < trials.count {
      var tiedPositives = 0.0, tiedNegatives = 0.0
      let margin = trials[i].margin
      while i < trials.count, trials[i].margin == margin {
        if trials[i].happened { tiedPositives += weights[trials[i].repetition] } else { tiedNegatives += weights[trials[i].repetition] }
        i += 1
      }
      ordered += tiedPositives * (negatives + tiedNegatives / 2)
      positives += tiedPositives
      negatives += tiedNegatives
    }
    return positives > 0 && negatives > 0 ? ordered / (positives * negatives) : nil
  }
}
