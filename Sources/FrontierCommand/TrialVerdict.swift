import Experiments
import JSONText
import Results
import Specs
import Stability
import Verdicts

/// What happened in one trial, and what each criterion that is made for it had said. Events that none predicts come last.
struct TrialVerdict {
  private struct Finding {
    let name: String
    let words: String
    /// Nil where the trial did not get so far.
    let happened: Bool?
    let criteria: [(name: String, margin: Double?, claim: Claim)]
  }

  private let events: [Finding]

  /// - Parameter spec: of one cell and one repetition, which the result is of.
  init(of result: TrialResult, spec: SweepSpec, success: SuccessThresholds) {
    let row = ResultTable(spec, [result]).rows(ofCell: 0)[0]
    let predicted = spec.experiment.predictedEvents, others = spec.experiment.events.filter { $0.prediction == nil }
    events = (predicted + others).map { event in
      let own = spec.experiment.criteria(judging: success).filter { $0.predicts == event.prediction }
      return Finding(
        name: event.name, words: event.tableTitle(success), happened: event.happened(row, success),
        criteria: own.map { ($0.name, $0.margin(of: row), $0.claim) })
    }
  }

  var text: String {
    events.map { event in
      let happened = event.happened.map { $0 ? "yes" : "no" } ?? "not known"
      let rows = event.criteria.map { name, margin, claim in
        "  " + name.padded(to: 24) + Self.says(margin, claim).padded(to: 12) + (margin.map { "margin \($0)" } ?? "")
      }
      return ([event.words + ": " + happened] + rows).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  var json: JSON {
    .array(
      events.map { event in
        .object([
          ("event", .string(event.name)), ("happened", event.happened.map { .bool($0) } ?? .null),
          (
            "criteria",
            .array(
              event.criteria.map { name, margin, claim in
                .object([
                  ("criterion", .string(name)), ("says", .string(Self.says(margin, claim))), ("margin", margin.map { .number($0) } ?? .null),
                ])
              })
          ),
        ])
      })
  }

  /// A bound that makes a claim on one side alone says nothing on the other.
  private static func says(_ margin: Double?, _ claim: Claim) -> String {
    guard let margin else { return "undefined" }
    switch claim {
    case .sufficientForDivergence: return margin >= 0 ? "yes" : "silent"
    case .sufficientForConvergence, .attained: return margin < 0 ? "no" : "silent"
    case .exactInMeanSquare, .exactTypically, .prediction: return margin >= 0 ? "yes" : "no"
    }
  }
}
