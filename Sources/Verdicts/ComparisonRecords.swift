import JSONText
import Specs

extension Comparison {
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
    .object([("name", .string(spec.name)), ("experiment", .string(spec.experiment.name))] + settings + findings)
  }

  /// What it was judged by, and in which cells.
  var settings: [(String, JSON)] {
    [("success", .object(spec.experiment.thresholds.map { ($0.name, .number(success[$0])) }))]
      + (held.isEmpty ? [] : [("fixed", .object(held.map { ($0.axis, $0.value.json) }))])
  }

  /// How often each event happened, and the judgements.
  var findings: [(String, JSON)] {
    [
      ("events", .object(happenings.map { ($0.event.name, .object([("happened", .whole($0.happened)), ("trials", .whole($0.known))])) })),
      ("judgements", .array(judgements.map(Self.json))),
    ]
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
      ] + figures(of: judgement) + [("sure", sure), ("distance", .object(distances))])
  }

  /// Its numbers, each with its interval.
  package static func figures(of judgement: Judgement) -> [(String, JSON)] { estimates.map { ($0.name, json($0.of(judgement))) } }

  private static func json(_ estimate: Estimate) -> JSON {
    .object([
      ("value", estimate.value.map { .number($0) } ?? .null), ("low", estimate.interval.map { .number($0.lowerBound) } ?? .null),
      ("high", estimate.interval.map { .number($0.upperBound) } ?? .null),
    ])
  }
}
