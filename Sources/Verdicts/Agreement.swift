/// How well a predicted yes or no fits what happened, over cells.
package struct Agreement {
  package private(set) var truePositives = 0
  package private(set) var falsePositives = 0
  package private(set) var trueNegatives = 0
  package private(set) var falseNegatives = 0

  /// It happened in a cell if in at least half of its trials, and is predicted if the margin is at least 0. Cells where either is unknown do not count.
  package init(rates: [Double?], margins: [Double?]) {
    for case (let rate?, let margin?) in zip(rates, margins) {
      switch (rate >= 0.5, margin >= 0) {
      case (true, true): truePositives += 1
      case (false, true): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (true, false): falseNegatives += 1
      }
    }
  }

  package var cells: Int { truePositives + falsePositives + trueNegatives + falseNegatives }
  package var predicted: Int { truePositives + falsePositives }
  package var notPredicted: Int { trueNegatives + falseNegatives }

  package var onRightSide: Double? { ratio(truePositives + trueNegatives, cells) }

  /// The mean of the true positive rate and the true negative rate; nil if one kind of cell is missing.
  package var balancedAccuracy: Double? {
    guard let found = ratio(truePositives, truePositives + falseNegatives), let spared = ratio(trueNegatives, trueNegatives + falsePositives) else {
      return nil
    }
    return (found + spared) / 2
  }

  /// The Jaccard index: of the cells where it happened or is predicted, the share where both hold.
  package var intersectionOverUnion: Double? { ratio(truePositives, truePositives + falsePositives + falseNegatives) }

  /// Cells predicted too early less those predicted too late, as a share of all.
  package var bias: Double? { ratio(falsePositives - falseNegatives, cells) }

  private func ratio(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
