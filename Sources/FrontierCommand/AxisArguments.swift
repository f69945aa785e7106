import Experiments
import Specs

extension Arguments {
  /// What `--fix` holds: of some axes one of their values each.
  func fixed(of axes: [Axis]) throws(UsageError) -> [String: ParameterValue] {
    var fixed: [String: ParameterValue] = [:]
    for part in text("--fix")?.split(separator: ",") ?? [] {
      let words = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard words.count == 2 else { throw UsageError(description: "--fix \(part): AXIS=VALUE is needed") }
      guard let axis = axes.first(where: { $0.name == words[0] }) else {
        throw UsageError(description: unknown(words[0], among: axes.map(\.name), called: "axis to fix"))
      }
      guard let value = axis.values.first(where: { $0.text == words[1] || ($0.number != nil && $0.number == Double(words[1])) }) else {
        throw UsageError(description: "\(axis.name) has no value \(words[1]); it has: \(axis.values.map(\.text).joined(separator: ", "))")
      }
      fixed[axis.name] = value
    }
    return fixed
  }

  /// Values that are held, in the order of the axes, as the end of a file's name.
  static func suffix(of fixed: [String: ParameterValue], _ axes: [Axis]) -> String {
    let words = axes.compactMap { axis in fixed[axis.name].map { "\(axis.name)=\($0.shortText)" } }
    return words.isEmpty ? "" : "-" + words.joined(separator: ",")
  }
}

extension ParameterValue {
  /// As a person writes it: whole numbers without a point.
  fileprivate var shortText: String { number.flatMap { Int(exactly: $0) }.map { "\($0)" } ?? text }
}
