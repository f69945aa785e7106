import Experiments
import FrontierNumerics
import JSONText
import Platform
import Specs
import Storage

/// The stored trials of a sweep in a form that other programs read.
public struct ResultExport {
  public enum Format: String, Sendable, CaseIterable { case csv, json, npz }

  private let spec: SweepSpec
  private let reader: StoreReader

  /// Of the specification that was run last in the folder.
  public init(of folder: OutputFolder) throws {
    spec = try folder.lastSpec()
    reader = try StoreReader(folder, spec: spec)
  }

  /// What the user should know of the stores.
  public var notices: [String] { reader.notices }

  /// Trials that there are to write.
  public var trials: Int { reader.done.started.count }

  public func write(_ format: Format, to sink: some ByteSink) throws {
    switch format {
    case .csv: try writeCSV(to: sink)
    case .json: try writeJSON(to: sink)
    case .npz: try writeNPZ(to: sink)
    }
  }

  /// Every stored trial in grid order, then by repetition.
  private func forEachTrial(_ body: (_ cell: Int, _ coordinates: [Int], _ repetition: Int, TrialResult) throws -> Void) throws {
    try reader.forEachTrial { cell, repetition, result in try body(cell, spec.grid.coordinates(of: cell), repetition, result) }
  }

  // MARK: - CSV

  /// A row a trial: axes, repetition, measurements (empty where there is none), outcome and the reason for it.
  private func writeCSV(to sink: some ByteSink) throws {
    let axes = spec.grid.axes
    try sink.write((axes.map(\.name) + ["repetition"] + spec.experiment.columns.map(\.name) + ["outcome", "reason"]).joined(separator: ",") + "\n")
    try forEachTrial { _, coordinates, repetition, result in
      var fields = zip(axes, coordinates).map { $0.values[$1].text }
      fields.append("\(repetition)")
      fields += result.values.map { value in
        switch value {
        case .number(let number): "\(number)"
        case .count(let count): "\(count)"
        case .flag(let flag): "\(flag)"
        case .absent, .undefined: ""
        }
      }
      fields += [result.outcomeName, Self.quotedIfNeeded(result.outcome.reason ?? "")]
      try sink.write(fields.joined(separator: ",") + "\n")
    }
  }

  /// RFC 4180.
  static func quotedIfNeeded(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  // MARK: - JSON

  /// The sweep, and under "trials" an object a trial, each on its line.
  private func writeJSON(to sink: some ByteSink) throws {
    let axes = spec.grid.axes
    let head: [(String, JSON)] = [
      ("name", .string(spec.name)), ("experiment", .string(spec.experiment.name)), ("seed", .whole(Int(spec.seed))),
      ("repetitions", .whole(spec.repetitions)), ("axes", .object(axes.map { ($0.name, .array($0.values.map(\.json))) })),
      ("parameters", .object(spec.fixedParameters.map { ($0.name, $0.value.json) })),
    ]
    try sink.write("{\n" + head.map { "\(JSON.quoted($0)): \($1.text),\n" }.joined() + "\"trials\": [")
    var separator = "\n"
    try forEachTrial { _, coordinates, repetition, result in
      var members = zip(axes, coordinates).map { ($0.name, $0.values[$1].json) }
      members.append(("repetition", .whole(repetition)))
      members += zip(spec.experiment.columns, result.values).map { ($0.name, $1.json) }
      members += [("outcome", .string(result.outcomeName)), ("reason", result.outcome.reason.map { .string($0) } ?? .null)]
      try sink.write(separator + JSON.object(members).text)
      separator = ",\n"
    }
    try sink.write("\n]\n}\n")
  }

  // MARK: - NumPy

  /// An array for each axis with its values, and one for each measurement over axes x repetition, NaN where there is none; flags are
  /// booleans where all are known. `axes` names the dimensions.
  private func writeNPZ(to sink: some ByteSink) throws {
    let axes = spec.grid.axes, columns = spec.experiment.columns
    let shape = axes.map(\.values.count) + [spec.repetitions]
    // Every column, then one at a time as bytes and packed; outcomes as texts and as their characters take most.
    try Memory.require(
      bytes(spec.trials, (columns.count + 4) * MemoryLayout<Double>.stride + 200), for: "an archive of \(spec.trials) trials",
      advice: "export as csv instead, which takes little memory")
    var archive = ZipArchive(to: sink)
    try archive.add("axes.npy", NumPyArray(axes.map(\.name), shape: [axes.count]).bytes)
    for axis in axes { try archive.add(axis.name + ".npy", NumPyArray(axis.values).bytes) }
    try archive.add("repetition.npy", NumPyArray(Array(0..<spec.repetitions), shape: [spec.repetitions]).bytes)

    var done = [Bool](repeating: false, count: spec.trials), outcomes = [String](repeating: "", count: spec.trials)
    var measurements = columns.map { _ in [Double](repeating: .nan, count: spec.trials) }
    try forEachTrial { cell, _, repetition, result in
      let index = cell * spec.repetitions + repetition
      done[index] = true
      outcomes[index] = result.outcomeName
      for (i, value) in result.values.enumerated() { measurements[i][index] = value.number ?? .nan }
    }
    try archive.add("done.npy", NumPyArray(done, shape: shape).bytes)
    try archive.add("outcome.npy", NumPyArray(outcomes, shape: shape).bytes)
    for (column, values) in zip(columns, measurements) {
      let areFlags = column.kind == .flag && values.allSatisfy { !$0.isNaN }
      try archive.add(column.name + ".npy", (areFlags ? NumPyArray(values.map { $0 != 0 }, shape: shape) : NumPyArray(values, shape: shape)).bytes)
    }
    try archive.finish()
  }
}

extension MeasuredValue {
  /// Null where there is none.
  public var json: JSON {
    switch self {
    case .number(let number): .number(number)
    case .count(let count): .whole(count)
    case .flag(let flag): .bool(flag)
    case .absent, .undefined: .null
    }
  }
}
