import Experiments
import Stability
import Verdicts

/// What parameters, values and lines are called on figures.
enum Words {
  static func axis(_ name: String, of experiment: any Experiment) -> String { parameter(name, of: experiment)?.label ?? name }

  /// As in "α = 0.1".
  static func assignment(_ name: String, _ value: ParameterValue, of experiment: any Experiment) -> String {
    let parameter = parameter(name, of: experiment)
    let word = parameter.map { $0.symbol.isEmpty ? $0.label : $0.symbol } ?? name
    return "\(word) = \(value.number.map(Ticks.shortLabel) ?? value.text)"
  }

  private static func parameter(_ name: String, of experiment: any Experiment) -> ParameterInfo? { experiment.parameters.first { $0.name == name } }

  /// The title of a panel.
  static func value(_ name: String, of experiment: any Experiment, success: SuccessThresholds) -> String {
    experiment.event(name)?.panelTitle(success, number: Ticks.label) ?? name
  }

  /// What a value's numbers are.
  static func scale(_ name: String, of experiment: any Experiment) -> String {
    if experiment.event(name) != nil { return "share of trials" }
    return experiment.statistic(name) == nil ? "mean of \(name)" : "cell's \(name)"
  }

  static func boundary(_ events: [Event]) -> String { "observed: half of the trials \(events.map(\.words.trials).joined(separator: " / "))" }

  static func frontier(_ criterion: Criterion<Row>) -> String {
    "\(criterion.title): \(criterion.predicts.short) (\(criterion.claim.words)\(criterion.needsNetwork ? "" : ", no network"))"
  }

  /// The parts of a title in one sentence.
  static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }
}
