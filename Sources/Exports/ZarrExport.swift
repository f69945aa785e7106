import Experiments
import FrontierNumerics
import JSONText
import Platform
import Results
import Specs
import Stability

/// A whole sweep as one data set: its axes, every measurement of every trial, the margins of every criterion, the shares of every event and the statistics of
/// cells, with units, long names, and the thresholds that shares and margins follow.
public struct ZarrExport {
  private let table: ResultTable
  private let success: SuccessThresholds
  private let software: String

  /// - Parameter software: name and version of what writes it.
  public init(_ table: ResultTable, success: SuccessThresholds, software: String) { (self.table, self.success, self.software) = (table, success, software) }

  /// To a folder, or to one file if the path ends in .zip. What is there under that name is replaced if it is a Zarr store, once the new one is whole.
  public func write(to path: String) throws {
    let spec = table.spec, experiment = spec.experiment
    try Memory.require(
      bytes(spec.trials, (experiment.columns.count + 8) * MemoryLayout<Double>.stride), for: "a Zarr store of \(spec.trials) trials",
      advice: "export as csv instead, which takes little memory")
    var store = try ZarrStore(to: path.hasSuffix(".zip") ? ZarrArchive(path) : ZarrFolder(path), attributes: attributes)
    let axes = spec.grid.axes.map { ($0.name, $0.values.count) }, trials = axes + [("repetition", spec.repetitions)]
    for axis in spec.grid.axes { try store.add(coordinate(axis)) }
    try store.add(
      .init(
        name: "repetition", dimensions: [("repetition", spec.repetitions)], values: .counts(Array(0..<spec.repetitions)),
        attributes: about("repetition of the cell, each with random draws of its own")))

    let cells = (0..<spec.grid.count).map { table.rows(ofCell: $0) }
    func eachTrial<Value>(_ value: (_ cell: Int, _ repetition: Int) -> Value) -> [Value] {
      cells.indices.flatMap { cell in (0..<spec.repetitions).map { value(cell, $0) } }
    }
    let done = eachTrial { table[$0, $1] != .notStored }
    try store.add(.init(name: "done", dimensions: trials, values: .flags(done), attributes: about("whether the trial is stored")))
    let outcomes = eachTrial { table[$0, $1] == .completed && !table.isWhole(cell: $0, repetition: $1) ? "incomplete" : table[$0, $1].name }
    try store.add(
      .init(
        name: "outcome", dimensions: trials, values: .texts(outcomes),
        attributes: about("completed, notTrained, failed, or incomplete where probes have still to be put to it; empty if not stored")))
    for column in experiment.columns {
      let numbers = eachTrial { table.number(column.name, cell: $0, repetition: $1) }
      let values: ZarrStore.Array.Values = column.kind == .flag ? .flags(numbers.map { $0.map { $0 != 0 } }) : .numbers(numbers.map { $0 ?? .nan })
      try store.add(.init(name: column.name, dimensions: trials, values: values, attributes: about(column.meaning, unit: column.unit)))
    }
    for criterion in experiment.criteria(judging: success) {
      let margins = cells.flatMap { rows in criterion.marginsOfRepetitions(rows).map { $0.flatMap { $0.isFinite ? $0 : nil } ?? .nan } }
      let words = "margin of the criterion \(criterion.name), at least 0 where it predicts \(criterion.predicts.words): \(criterion.formula)"
      try store.add(.init(name: "margin_\(criterion.name)", dimensions: trials, values: .numbers(margins), attributes: about(words)))
    }
    for event in experiment.events {
      let shares = cells.map { GridExport.share(of: event, in: $0, success) ?? .nan }
      let words = "share of trials: \(event.tableTitle(success))"
      try store.add(.init(name: "share_\(event.name)", dimensions: axes, values: .numbers(shares), attributes: about(words)))
    }
    for (event, sides) in GridExport(table, success: success).inferred {
      let words = "inferred of a cell without trials, since those around it agree: 1 where at least half would be, 0 where fewer: \(event.tableTitle(success))"
      let values = sides.map { $0 ?? .nan }
      try store.add(.init(name: GridExport.name(ofInferred: event), dimensions: axes, values: .numbers(values), attributes: about(words)))
    }
    for statistic in experiment.statistics {
      let values = cells.map { statistic($0) ?? .nan }
      let attributes = about(statistic.column.meaning, unit: statistic.column.unit)
      try store.add(.init(name: statistic.name, dimensions: axes, values: .numbers(values), attributes: attributes))
    }
    try store.finish()
  }

  /// Of the whole. Plain numbers and texts alone, so that xarray can write them to netCDF as well.
  private var attributes: [(String, JSON)] {
    let spec = table.spec
    return [
      ("title", .string(spec.name)), ("source", .string(software)), ("experiment", .string(spec.experiment.name)), ("seed", .whole(Int(spec.seed))),
      ("specification", .string(spec.source)), ("specification_hash", .string(spec.hash)),
    ] + spec.experiment.thresholds.map { ("threshold_\($0.name)", .number(success[$0])) } + spec.fixedParameters.map { ("parameter_\($0.name)", $0.value.json) }
  }

  private func coordinate(_ axis: Axis) -> ZarrStore.Array {
    let values: ZarrStore.Array.Values =
      switch GridExport.values(axis.values) {
      case .counts(let counts): .counts(counts)
      case .numbers(let numbers): .numbers(numbers.map { $0 ?? .nan })
      case .texts(let texts): .texts(texts)
      }
    let parameter = table.spec.experiment.parameters.first { $0.name == axis.name }
    return .init(
      name: axis.name, dimensions: [(axis.name, axis.values.count)], values: values,
      attributes: about(parameter?.label ?? axis.name) + [("comment", .string(parameter?.meaning ?? ""))])
  }

  private func about(_ meaning: String, unit: String = "") -> [(String, JSON)] {
    [("long_name", .string(meaning))] + (unit.isEmpty ? [] : [("units", .string(unit))])
  }
}

extension ResultTable.State {
  /// As exports call it; empty for what is not stored.
  var name: String {
    switch self {
    case .notStored: ""
    case .completed: "completed"
    case .notTrained: "notTrained"
    case .failed: "failed"
    }
  }
}
