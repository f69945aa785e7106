import Experiments
import Specs
import Stability

extension Comparison {
  /// Tables of the criteria that are meant for each event, and what the others are worth for it, in lines of 80 characters.
  public var text: String {
    var parts = [("what happened, in trials" + Self.words(held)).wrapped(indent: 4), Self.counts(happenings), ""]
    for event in spec.experiment.predictedEvents {
      let judged = judgements.filter { $0.event == event }, own = judged.filter(\.isOwn), others = judged.filter { !$0.isOwn }
      guard !judged.isEmpty, let known = happenings.first(where: { $0.event == event }) else { continue }
      parts.append("\(event.tableTitle(success)): \(known.cells) cells, \(known.known) trials".wrapped(indent: 4))
      if !own.isEmpty { parts.append(Self.table(own)) }
      parts += Self.notes(own, of: known)
      if !others.isEmpty {
        let ranked = others.sorted { ($0.areaUnderROC.value ?? -1) > ($1.areaUnderROC.value ?? -1) }
        let list = ranked.prefix(4).map { "\($0.criterion.name)\(Self.fixedSpace)\(Self.number($0.areaUnderROC.value))" }
        let line = "  made for other ends, AUC: \(list.joined(separator: ", "))\(ranked.count > 4 ? ", ..." : "")"
        parts.append(line.wrapped(indent: 4).split(separator: Self.fixedSpace).joined(separator: " "))
      }
      parts.append("")
    }
    if spec.refinement != nil { parts.append(Self.refined.wrapped(indent: 0)) }
    parts += [Self.legend.wrapped(indent: 0), Self.limits.wrapped(indent: 0)]
    return parts.joined(separator: "\n")
  }

  /// Stands for a space at which no line may end.
  private static let fixedSpace = "\u{A0}"

  private static let legend = """
    right: cells on the right side of the frontier; balanced: the same, balanced over both sides; AUC: area under ROC of the margin against single trials; \
    IoU: intersection over union of observed and predicted cells; bias: cells predicted too early (+) less too late (-); along an axis: median (largest) \
    distance between the boundaries in grid steps; [ ]: 95 % of bootstrap resamples of the repetitions. A bound that speaks of one side alone is judged by \
    its claim: of the cells that it is sure of, how many do otherwise (k of n wrong), and silent where it is sure of none; its other figures take it as if \
    it spoke of both.
    """

  /// Of a refined sweep.
  private static let refined = """
    Boundaries were sought (refine): only cells that were run are judged, most of them near a boundary, where criteria differ most. So these shares are not \
    those of the whole grid, and a predicted boundary is seen only where it passes cells that were run.
    """

  /// To be said wherever verdicts are shown.
  public static let limits = "Linear stability predicts the onset of escape, not the end state, and escape is not deletion (docs/theory.md section 7)."

  /// Of cells with some values in common; empty for all cells.
  static func words(_ held: [(axis: String, value: ParameterValue)]) -> String {
    held.isEmpty ? "" : " of the cells with " + held.map { "\($0.axis)=\($0.value.text)" }.joined(separator: ", ")
  }

  private static func counts(_ happenings: [Happening]) -> String {
    let width = happenings.map(\.event.name.count).max() ?? 0
    return happenings.map { found in
      "  \(found.event.name)\(String(repeating: " ", count: width - found.event.name.count))  "
        + (found.known == 0 ? "-" : "\(found.happened) of \(found.known)")
    }.joined(separator: "\n")
  }

  private static func table(_ judgements: [Judgement]) -> String {
    func column(_ heading: String, _ text: (Judgement) -> String) -> [String] { [heading] + judgements.map(text) }
    let axes = judgements[0].distances.indices.filter { axis in judgements.contains { $0.distances[axis].matched > 0 } }
    let distances = axes.map { axis in
      column("along " + judgements[0].distances[axis].axis) {
        let distance = $0.distances[axis]
        return distance.matched > 0 ? "\(number(distance.median.value)) (\(number(distance.largest.value)))" : "-"
      }
    }
    let sides = [column("right") { number($0.onRightSide) }, column("balanced") { number($0.balancedAccuracy.value) }]
    let rest = [column("IoU") { number($0.intersectionOverUnion.value) }, column("bias") { number($0.bias.value, signed: true) }]
    return TextTable(
      leading: [column("criterion") { $0.criterion.name }],
      groups: [sides + [column("AUC") { number($0.areaUnderROC) }], rest + [column("claim", \.shortClaim)] + distances]
    ).text
  }

  /// Which criteria do not speak of all cells.
  private static func notes(_ judgements: [Judgement], of known: Happening) -> [String] {
    judgements.filter { $0.cells < known.cells }.map { "  \($0.criterion.name) speaks of \($0.cells) of the \(known.cells) cells alone" }
  }

  /// With its interval.
  public static func number(_ estimate: Estimate) -> String {
    number(estimate.value) + (estimate.interval.map { " [\(number($0.lowerBound)), \(number($0.upperBound))]" } ?? "")
  }

  /// With three decimals.
  static func number(_ value: Double?, signed: Bool = false) -> String {
    guard let value, value.magnitude < 1e6 else { return "-" }
    // The product's own rounding must not decide: what lies beyond the whole thousandths is computed exactly.
    let whole = (value.magnitude * 1000).rounded(.down), rest = (-whole).addingProduct(value.magnitude, 1000)
    let thousandths = Int(whole) + (rest > 0.5 || (rest == 0.5 && Int(whole) % 2 == 1) ? 1 : 0), fraction = "\(thousandths % 1000)"
    let digits = "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    return (value < 0 && thousandths > 0 ? "-" : signed ? "+" : "") + digits
  }
}

extension Judgement {
  /// What the criterion claims; for one side alone, how it fared there.
  public var claimWords: String {
    guard let sure else { return criterion.claim.words }
    return sure.cells == 0 ? "silent on all \(cells) cells" : "\(sure.violations) of \(sure.cells) sure cells contradict"
  }
}

extension Judgement {
  /// The same in few words, for a table that explains them.
  fileprivate var shortClaim: String {
    if let sure { return sure.cells == 0 ? "silent" : "\(sure.violations) of \(sure.cells) wrong" }
    return switch criterion.claim {
    case .exactInMeanSquare: "exact on average"
    case .exactTypically: "exact"
    case .prediction, .sufficientForDivergence, .sufficientForConvergence, .attained: criterion.claim.words
    }
  }
}

extension Claim {
  /// For tables and legends.
  public var words: String {
    switch self {
    case .sufficientForDivergence: "sufficient"
    case .sufficientForConvergence: "sufficient to stay"
    case .attained: "attained to stay"
    case .exactInMeanSquare: "exact in mean square"
    case .exactTypically: "exact for typical runs"
    case .prediction: "prediction"
    }
  }
}
