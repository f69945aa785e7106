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
    let statements: [Statement]
  }

  /// What a criterion says: its margin, or why it has none.
  private struct Statement {
    let criterion: String
    let claim: Claim
    let margin: Result<Double, Silence>

    /// A bound that makes a claim on one side alone says nothing on the other.
    var says: String {
      guard case .success(let margin) = margin else { return "undefined" }
      return switch claim {
      case .sufficientForDivergence: margin >= 0 ? "yes" : "silent"
      case .sufficientForConvergence, .attained: margin < 0 ? "no" : "silent"
      case .exactInMeanSquare, .exactTypically, .prediction: margin >= 0 ? "yes" : "no"
      }
    }
  }

  private struct Silence: Error {
    let reason: String
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
        statements: own.map { Statement(criterion: $0.name, claim: $0.claim, margin: Self.margin(of: $0, row, result)) })
    }
  }

  private static func margin(of criterion: Criterion<Row>, _ row: Row, _ result: TrialResult) -> Result<Double, Silence> {
    if let margin = criterion.margin(of: row) { return .success(margin) }
    if let reason = result.outcome.reason { return .failure(Silence(reason: reason)) }
    do {
      _ = try criterion.assess(row)
      return .failure(Silence(reason: "\(Undefined.notMeasured)"))
    } catch Undefined.noValue(let column) {
      // The trial knows more of its columns than a row does.
      let found = zip(row.cell.experiment.columns, result.values).first { $0.0.name == column }?.1.reason
      return .failure(Silence(reason: found.map { "\(column): \($0)" } ?? "\(Undefined.noValue(of: column))"))
    } catch {
      return .failure(Silence(reason: "\(error)"))
    }
  }

  var text: String {
    events.map { event in
      let happened = event.happened.map { $0 ? "yes" : "no" } ?? "not known"
      let rows = event.statements.map { statement in
        let name = "  " + statement.criterion.padded(to: 24)
        return switch statement.margin {
        case .success(let margin): name + statement.says.padded(to: 12) + "margin \(margin)"
        case .failure(let silence): (name + "\(statement.says): \(silence.reason)").wrapped(indent: name.count)
        }
      }
      return ([(event.words + ": " + happened).wrapped(indent: 4)] + rows).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  var json: JSON {
    .array(
      events.map { event in
        .object([
          ("event", .string(event.name)), ("happened", event.happened.map { .bool($0) } ?? .null),
          ("criteria", .array(event.statements.map(Self.json))),
        ])
      })
  }

  private static func json(_ statement: Statement) -> JSON {
    let (margin, reason): (JSON, JSON) =
      switch statement.margin {
      case .success(let margin): (.number(margin), .null)
      case .failure(let silence): (.null, .string(silence.reason))
      }
    return .object([("criterion", .string(statement.criterion)), ("says", .string(statement.says)), ("margin", margin), ("reason", reason)])
  }
}
