import Experiments
import Results
import Specs
import Stability
import Verdicts

/// What parameters, values and lines are called on figures.
enum Words {
  static func axis(_ name: String, of experiment: any Experiment) -> String { parameter(name, of: experiment)?.label ?? name }

  /// As in "α = 0.1".
  static func assignment(_ name: String, _ value: ParameterValue, of experiment: any Experiment) -> String {
    let parameter = parameter(name, of: experiment)
    let word = parameter.map { $0.symbol.isEmpty ? $0.label : $0.symbol } ?? name
    return "\(word) \(number(value))"
  }

  /// Of every value of an axis, told apart.
  static func assignments(_ axis: Axis, of experiment: any Experiment) -> [String] {
    let short = axis.values.map { assignment(axis.name, $0, of: experiment) }
    guard Set(short).count < short.count, let symbol = short.first?.prefix(while: { $0 != "=" && $0 != "≈" }) else { return short }
    return axis.values.map { "\(symbol)= \($0.text)" }
  }

  /// As in "= 0.1", or "≈ 0.1234" of what is rounded.
  private static func number(_ value: ParameterValue) -> String {
    let (text, isExact) = Ticks.label(of: value)
    return (isExact ? "= " : "≈ ") + text
  }

  private static func parameter(_ name: String, of experiment: any Experiment) -> ParameterInfo? { experiment.parameters.first { $0.name == name } }

  /// The title of a panel.
  static func value(_ name: String, of experiment: any Experiment, success: SuccessThresholds) -> String {
    experiment.event(name)?.panelTitle(success, number: Ticks.label) ?? name
  }

  /// What is so in regions of a heatmap of an event: where it happens in at least half of the trials, and elsewhere.
  static func regions(_ event: Event) -> [String] { event.words.pair.isEmpty ? [] : [event.words.pair, "not \(event.words.pair)"] }

  /// Of two events at once: neither, the first alone, the second alone, both.
  static func regions(_ first: Event, _ second: Event) -> [String] {
    let (a, b) = (first.words.pair, second.words.pair)
    return a.isEmpty || b.isEmpty ? [] : ["neither", "\(a), not \(b)", "\(b), not \(a)", "\(a) and \(b)"]
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

  /// What all of a figure has in common, and how much of the sweep there is.
  ///
  /// - Parameters:
  ///   - held: axes at one value.
  ///   - further: what else is to be said.
  static func settings(of table: ResultTable, held: [(String, ParameterValue)], besides further: [String] = []) -> String {
    let spec = table.spec
    var parts = held.map { assignment($0, $1, of: spec.experiment) }
    let parameters = Dictionary(uniqueKeysWithValues: spec.experiment.parameters.map { ($0.name, $0) })
    for (name, value) in spec.fixedParameters {
      guard let parameter = parameters[name], parameter.isAlwaysNamed || value != parameter.standard, spec.acts(parameter) else { continue }
      if name == "data", let images = spec.imageWords {
        parts.append(images)
        continue
      }
      parts.append(assignment(name, value, of: spec.experiment))
    }
    parts.append("seed \(spec.seed)")
    parts.append("\(spec.repetitions) repetition\(spec.repetitions == 1 ? "" : "s")")
    parts += further
    let stored = table.stored
    if stored < spec.trials {
      parts.append("\(stored) of \(spec.trials) trials\(table.search?.isFinished == true ? ", those that tell of boundaries" : " so far")")
    }
    return "\(spec.name): " + parts.joined(separator: ", ")
  }

  /// The parts of a title in one sentence.
  static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }
}
