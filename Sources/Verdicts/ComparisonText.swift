import Experiments
import JSONText
import Specs
import Stability

extension Comparison {
  // MARK: - For people

  /// Tables of the criteria that are meant for each event, and what the others are worth for it.
  public var text: String {
    var parts = ["what happened, in trials", Self.counts(happenings), ""]
    for event in spec.experiment.predictedEvents {
      let own = judgements.filter { $0.event == event && $0.isOwn }, others = judgements.filter { $0.event == event && !$0.isOwn }
      guard let first = own.first ?? others.first else { continue }
      parts.append("\(event.tableTitle(success)): \(first.cells) cells, \(first.trials) trials")
      if !own.isEmpty { parts.append(Self.table(own)) }
      if !others.isEmpty {
        let ranked = others.sorted { ($0.areaUnderROC.value ?? -1) > ($1.areaUnderROC.value ?? -1) }
        let list = ranked.prefix(4).map { "\($0.criterion.name) \(Self.number($0.areaUnderROC.value))" }
        parts.append("  made for other ends, area under ROC: \(list.joined(separator: ", "))\(ranked.count > 4 ? ", ..." : "")")
      }
      parts.append("")
    }
    parts.append(
      """
      right: cells on the right side of the frontier (and balanced over both sides); IoU: intersection over union of observed and predicted cells;
      AUC: of the margin against single trials; bias: cells predicted too early (+) less too late (-); distance: median (largest) between the
      boundaries in grid steps. [ ]: 95 % of bootstrap resamples of the repetitions. A bound that speaks of one side alone is
      judged by its claim: of the cells that it is sure of, how many do otherwise, and silent where it is sure of none; the other figures
      take it as if it spoke of both.
      \(Self.limits)
      """)
    return parts.joined(separator: "\n")
  }

  /// To be said wherever verdicts are shown.
  public static let limits = "Linear stability predicts the onset of escape, not the end state, and escape is not deletion (docs/theory.md section 7)."

  private static func counts(_ happenings: [Happening]) -> String {
    let width = happenings.map(\.event.name.count).max() ?? 0
    return happenings.map { found in
      "  \(found.event.name)\(String(repeating: " ", count: width - found.event.name.count))  "
        + (found.known == 0 ? "-" : "\(found.happened) of \(found.known)")
    }.joined(separator: "\n")
  }

  private static func table(_ judgements: [Judgement]) -> String {
    var rows = [["  criterion", "right", "balanced", "IoU", "AUC", "bias", "distance", "claim"]]
    for judgement in judgements {
      let distances = judgement.distances.filter { $0.matched > 0 }.map { "\($0.axis) \(number($0.median.value)) (\(number($0.largest.value)))" }
      rows.append([
        "  " + judgement.criterion.name, number(judgement.onRightSide), number(judgement.balancedAccuracy.value),
        number(judgement.intersectionOverUnion.value), number(judgement.areaUnderROC), number(judgement.bias.value, signed: true),
        distances.isEmpty ? "-" : distances.joined(separator: ", "), judgement.claimWords,
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ").trimmingTrailingSpaces
    }.joined(separator: "\n")
  }

  /// With its interval.
  public static func number(_ estimate: Estimate) -> String {
    number(estimate.value) + (estimate.interval.map { " [\(number($0.lowerBound)), \(number($0.upperBound))]" } ?? "")
  }

  /// With three decimals.
  private static func number(_ value: Double?, signed: Bool = false) -> String {
    guard let value, value.magnitude < 1e6 else { return "-" }
    // The product's own rounding must not decide: what lies beyond the whole thousandths is computed exactly.
    let whole = (value.magnitude * 1000).rounded(.down), rest = (-whole).addingProduct(value.magnitude, 1000)
    let thousandths = Int(whole) + (rest > 0.5 || (rest == 0.5 && Int(whole) % 2 == 1) ? 1 : 0), fraction = "\(thousandths % 1000)"
    let digits = "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    return (value < 0 && thousandths > 0 ? "-" : signed ? "+" : "") + digits
  }

  // MARK: - For programs

  private static let estimates: [(name: String, of: @Sendable (Judgement) -> Estimate)] = [
    ("onRightSide", { $0.onRightSide }), ("balancedAccuracy", { $0.balancedAccuracy }), ("intersectionOverUnion", { $0.intersectionOverUnion }),
    ("areaUnderROC", { $0.areaUnderROC }), ("bias", { $0.bias }),
  ]

  /// A row for each criterion and event.
  public var csv: String {
    let axes = judgements.first?.distances.map(\.axis) ?? []
    var header = ["event", "criterion", "predicts", "claim", "cells", "trials"]
    header += Self.estimates.flatMap { [$0.name, $0.name + "Low", $0.name + "High"] }
    header += ["sureCells", "violations"]
    for axis in axes {
      header += ["median", "medianLow", "medianHigh", "largest", "largestLow", "largestHigh", "matched", "unmatched"].map { "distance.\(axis).\($0)" }
    }
    let rows = judgements.map { judgement in
      var row = [
        judgement.event.name, judgement.criterion.name, judgement.criterion.predicts.name, judgement.criterion.claim.rawValue, "\(judgement.cells)",
        "\(judgement.trials)",
      ]
      row += Self.estimates.flatMap { Self.fields($0.of(judgement)) }
      row += judgement.sure.map { ["\($0.cells)", "\($0.violations)"] } ?? ["", ""]
      for distance in judgement.distances {
        row += Self.fields(distance.median) + Self.fields(distance.largest) + ["\(distance.matched)", "\(distance.unmatched)"]
      }
      return row
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private static func fields(_ estimate: Estimate) -> [String] {
    [estimate.value, estimate.interval?.lowerBound, estimate.interval?.upperBound].map { $0.map { "\($0)" } ?? "" }
  }

  public var json: JSON {
    .object([
      ("name", .string(spec.name)), ("experiment", .string(spec.experiment.name)),
      ("success", .object(spec.experiment.thresholds.map { ($0.name, .number(success[$0])) })),
      (
        "events",
        .object(happenings.map { ($0.event.name, .object([("happened", .whole($0.happened)), ("trials", .whole($0.known))])) })
      ),
      ("judgements", .array(judgements.map(Self.json))),
    ])
  }

  private static func json(_ judgement: Judgement) -> JSON {
    let distances = judgement.distances.map { distance in
      (
        distance.axis,
        JSON.object([
          ("median", json(distance.median)), ("largest", json(distance.largest)), ("matched", .whole(distance.matched)),
          ("unmatched", .whole(distance.unmatched)),
        ])
      )
    }
    let sure = judgement.sure.map { JSON.object([("cells", .whole($0.cells)), ("violations", .whole($0.violations))]) } ?? .null
    return .object(
      [
        ("event", .string(judgement.event.name)), ("criterion", .string(judgement.criterion.name)),
        ("predicts", .string(judgement.criterion.predicts.name)), ("claim", .string(judgement.criterion.claim.rawValue)),
        ("cells", .whole(judgement.cells)), ("trials", .whole(judgement.trials)),
      ] + estimates.map { ($0.name, json($0.of(judgement))) } + [("sure", sure), ("distance", .object(distances))])
  }

  private static func json(_ estimate: Estimate) -> JSON {
    .object([
      ("value", estimate.value.map { .number($0) } ?? .null), ("low", estimate.interval.map { .number($0.lowerBound) } ?? .null),
      ("high", estimate.interval.map { .number($0.upperBound) } ?? .null),
    ])
  }
}

extension Judgement {
  /// What the criterion claims; for one side alone, how it fared there.
  public var claimWords: String {
    guard let sure else { return criterion.claim.words }
    return sure.cells == 0 ? "silent on all \(cells) cells" : "\(sure.violations) of \(sure.cells) sure cells contradict"
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

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
