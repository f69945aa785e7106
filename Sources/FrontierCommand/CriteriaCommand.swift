import Experiments
import Model
import Stability
import Verdicts

/// `frontier criteria`: the theories that can be compared with what runs do.
enum CriteriaCommand {
  static let help = """
    usage: frontier criteria

    Lists every criterion: its name, what it predicts, how far its word goes, its formula in the
    symbols of docs/theory.md, and its source; at the end what methods of unlearning other than ascent
    change in the formulas.

    """

  static func run(_ arguments: [String]) throws {
    if let argument = arguments.first { throw UsageError(description: "criteria takes no arguments, and got '\(argument)'") }
    let entries = all.map { criterion in
      let lines = [
        "  predicts  \(criterion.predicts.words) (\(text(criterion.claim)))", "  when      \(criterion.formula)", "  source    \(criterion.citation.text)",
      ]
      return ([criterion.name.padded(to: 22) + criterion.title] + lines.map { $0.wrapped(indent: 12) }).joined(separator: "\n")
    }
    print((entries + [methods]).joined(separator: "\n\n"))
  }

  /// What else than ascent makes of the formulas.
  private static var methods: String {
    let before = """
      Methods (the parameter method; docs/theory.md section 4). These formulas are those of ascent. Another method has, for a forget sample of margin m, \
      another push (how fast a step moves m down) and another curvature of what it descends on; p is the probability of the label, p_t that in the trained \
      network, and h = p (1 - p):
      """
    let after = """
      The push is in tangent, drift, mean field and quenched mean field, whatever they predict; the curvature in the Hessians Ht and D of the other criteria \
      of escape. coherenceDivergence, coherenceConvergence and closedForm are of ascent alone, and undefined under the others.
      """
    let rows = [("method", "push, for 1/(1 + exp m) and -y l'(f)", "curvature, for h")] + MethodRule.Name.allCases.map { ($0.rawValue, $0.push, $0.curvature) }
    let table = rows.map { "  " + $0.padded(to: 9) + $1.padded(to: 42) + $2 }.joined(separator: "\n")
    return [before.wrapped(indent: 0), table, after.wrapped(indent: 0)].joined(separator: "\n\n")
  }

  /// Of all experiments, each once.
  private static var all: [Criterion<Row>] {
    Catalogue.standard.experiments.reduce(into: []) { all, experiment in
      all += experiment.criteria.filter { criterion in !all.contains { $0.name == criterion.name } }
    }
  }

  private static func text(_ claim: Claim) -> String {
    switch claim {
    case .sufficientForDivergence: "sufficient for divergence in mean square"
    case .sufficientForConvergence: "failing it is sufficient for convergence in mean square"
    case .attained: "failing it is convergence for some Hessians of this coherence"
    case .exactInMeanSquare: "exact, in mean square"
    case .exactTypically: "exact, for almost every run"
    case .prediction: "a prediction, neither bound nor exact"
    }
  }
}
