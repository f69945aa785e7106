import Experiments

extension Trace {
  /// As CSV: a row a step, and in it the step and every column; empty where a number is not finite.
  public var csv: String {
    let head = (["step"] + columns.map(\.name)).joined(separator: ",")
    let rows = (0..<count).map { step in (["\(step)"] + self[step].map { $0.isFinite ? "\($0)" : "" }).joined(separator: ",") }
    return ([head] + rows).joined(separator: "\n") + "\n"
  }
}
