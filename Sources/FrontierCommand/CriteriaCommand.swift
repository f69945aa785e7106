import Experiments
import Stability

/// `frontier criteria`: the theories that can be compared with what runs do.
enum CriteriaCommand {
  static let help = """
    usage: frontier criteria

    Lists every criterion: its name, what it predicts, how far its word goes, its formula in the
    symbols of docs/theory.md, and its source.

    """

  static func run(_ arguments: [String]) throws {
    if let argument = arguments.first { throw UsageError(description: "criteria takes no arguments, and got '\(argument)'") }
    let entries = all.map { criterion in
      """
      \(criterion.name.padded(to: 22))\(criterion.title)
        predicts  \(criterion.predicts.words) (\(text(criterion.claim)))
        when      \(criterion.formula)
        source    \(criterion.citation.text)
      """
    }
    print(entries.joined(separator: "\n\n"))
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
