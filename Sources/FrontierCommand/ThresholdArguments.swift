import Experiments
import Specs
import Verdicts

extension Arguments {
  /// Of all experiments.
  static let allThresholds = Catalogue.standard.experiments.reduce(into: [Threshold]()) { all, experiment in
    all += experiment.thresholds.filter { !all.contains($0) }
  }

  /// The options that give them.
  static var thresholds: [(name: String, value: String?)] { allThresholds.map { ($0.option, $0.kind) } }

  /// Lines of a help text, indented as deeply as the others of its options.
  ///
  /// - Parameters:
  ///   - width: of the column of options.
  ///   - showsDefaults: false where the specification's hold without the option.
  static func thresholdHelp(indent: Int, width: Int, showsDefaults: Bool) -> String {
    let margin = String(repeating: " ", count: indent)
    return allThresholds.map { threshold in
      let option = "\(threshold.option) \(threshold.letter)"
      let head = option.count < width ? option.padded(to: width) : option + "\n" + margin + String(repeating: " ", count: width)
      return margin + head + threshold.meaning + (showsDefaults ? " (default \(threshold.standard))" : "")
    }.joined(separator: "\n")
  }

  /// The specification's thresholds, or those that are given.
  func success(of spec: SweepSpec) throws(UsageError) -> SuccessThresholds {
    var success = spec.success
    for threshold in Self.allThresholds {
      guard let value = try number(threshold.option, in: threshold.range) else { continue }
      guard spec.experiment.thresholds.contains(threshold) else {
        throw UsageError(description: "\(threshold.option) means nothing in the \(spec.experiment.name) experiment; leave it out")
      }
      success[threshold] = value
    }
    return success
  }

  func name(_ option: String, among allowed: [String], called kind: String) throws(UsageError) -> String? {
    guard let name = text(option) else { return nil }
    guard allowed.contains(name) else { throw UsageError(description: unknown(name, among: allowed, called: kind)) }
    return name
  }

  func names(_ option: String, among allowed: [String], called kind: String) throws(UsageError) -> [String]? {
    guard let names = text(option)?.split(separator: ",").map(String.init) else { return nil }
    if let stranger = names.first(where: { !allowed.contains($0) }) { throw UsageError(description: unknown(stranger, among: allowed, called: kind)) }
    guard !names.isEmpty, Set(names).count == names.count else {
      throw UsageError(description: "\(option) \(text(option) ?? ""): names, each once, with commas between them are needed")
    }
    return names
  }
}

extension Threshold {
  /// What stands for its value in help texts.
  fileprivate var letter: String { kind.split(separator: " ").last.map { $0.prefix(1).uppercased() } ?? "X" }
}
