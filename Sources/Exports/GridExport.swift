import Experiments
import FrontierNumerics
import JSONText
import Platform
import Results
import Specs
import Stability

/// What is made of stored trials and not stored with them: shares and statistics of cells, and the margins that criteria give to trials.
public struct GridExport {
  private let table: ResultTable
  private let success: SuccessThresholds

  /// - Parameter success: what counts as success; margins follow it where they predict it.
  public init(_ table: ResultTable, success: SuccessThresholds) { (self.table, self.success) = (table, success) }

  /// A row a cell, in grid order: axes, stored trials, a share for each event (none where it is known of no trial), statistics.
  public func writeCells(_ format: ResultExport.Format, to sink: some ByteSink) throws {
    let spec = table.spec, cells = Array(0..<spec.grid.count)
    var out = start("cells", of: cells, shape: spec.grid.axes.map(\.values.count))
    out.add("trials", .counts(cells.map { cell in (0..<spec.repetitions).count { table[cell, $0] != .notStored } }))
    let rows = cells.map { table.rows(ofCell: $0) }
    for event in spec.experiment.events { out.add(event.name, .numbers(rows.map { Self.share(of: event, in: $0, success) })) }
    for statistic in spec.experiment.statistics { out.add(statistic.name, .numbers(rows.map { statistic($0) })) }
    for (event, sides) in inferred { out.add(Self.name(ofInferred: event), .numbers(sides)) }
    try write(out, format, to: sink)
  }

  /// Of a refined sweep, for the events whose boundaries it sought, 1 where it is inferred of a cell without a trial that at least
  /// half of them would, 0 where fewer would; of other sweeps nothing.
  var inferred: [(event: Event, sides: [Double?])] {
    let events = table.spec.refinement?.events.compactMap(table.spec.experiment.event) ?? []
    let inferred = InferredSides(table, of: events, success: success)
    return events.compactMap { event in inferred[event].map { (event, $0.map { $0.map { $0 ? 1 : 0 } }) } }
  }

  static func name(ofInferred event: Event) -> String { event.name + "Inferred" }

  /// A row a stored trial, in grid order: axes, repetition, and the margin of each criterion, at least 0 where it predicts its event, none where it says nothing.
  ///
  /// - Parameter names: criteria; all of the experiment's if nil.
  public func writeMargins(_ format: ResultExport.Format, criteria names: [String]? = nil, to sink: some ByteSink) throws {
    let spec = table.spec, criteria = spec.experiment.criteria(judging: success).filter { names?.contains($0.name) ?? true }
    try Memory.require(
      bytes(spec.trials, (criteria.count + spec.grid.axes.count + 2) * 3 * MemoryLayout<Double>.stride), for: "margins of \(spec.trials) trials",
      advice: "name fewer criteria with --criteria")
    var margins = criteria.map { _ in [Double?]() }, trials: [(cell: Int, repetition: Int)] = []
    // An archive is over the whole grid; lists are of what is there.
    for cell in 0..<spec.grid.count {
      let rows = table.rows(ofCell: cell), wanted = (0..<spec.repetitions).filter { format == .npz || table[cell, $0] != .notStored }
      trials += wanted.map { (cell, $0) }
      for (i, criterion) in criteria.enumerated() {
        let ofCell = criterion.marginsOfRepetitions(rows)
        margins[i] += wanted.map { ofCell[$0].flatMap { $0.isFinite ? $0 : nil } }
      }
    }
    var out = start("margins", of: trials.map(\.cell), shape: spec.grid.axes.map(\.values.count) + [spec.repetitions])
    out.add("repetition", .counts(trials.map(\.repetition)))
    out.grid?.axes.append(("repetition", NumPyArray(Array(0..<spec.repetitions), shape: [spec.repetitions])))
    out.grid?.coordinates.insert("repetition")
    for (criterion, values) in zip(criteria, margins) { out.add(criterion.name, .numbers(values)) }
    try write(out, format, to: sink)
  }

  /// Of the trials of a cell of which it is known; nil if there is none.
  static func share(of event: Event, in rows: [Row], _ success: SuccessThresholds) -> Double? {
    let known = rows.compactMap { event.happened($0, success) }
    return known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count)
  }

  private func start(_ name: String, of cells: [Int], shape: [Int]) -> ExportTable {
    let axes = table.spec.grid.axes, coordinates = cells.map { table.spec.grid.coordinates(of: $0) }
    var out = ExportTable(name, head: Self.head(table.spec, success))
    for (i, axis) in axes.enumerated() { out.add(axis.name, Self.values(coordinates.map { axis.values[$0[i]] })) }
    out.grid = (axes.map { ($0.name, NumPyArray($0.values)) }, shape, Set(axes.map(\.name)))
    return out
  }

  private func write(_ out: ExportTable, _ format: ResultExport.Format, to sink: some ByteSink) throws {
    switch format {
    case .csv: try out.writeCSV(to: sink)
    case .json: try out.writeJSON(to: sink)
    case .npz: try out.writeNPZ(to: sink)
    }
  }

  /// What a sweep is, and what counts as success.
  static func head(_ spec: SweepSpec, _ success: SuccessThresholds) -> [(String, JSON)] {
    [
      ("name", .string(spec.name)), ("experiment", .string(spec.experiment.name)), ("seed", .whole(Int(spec.seed))), ("repetitions", .whole(spec.repetitions)),
      ("success", .object(spec.experiment.thresholds.map { ($0.name, .number(success[$0])) })),
      ("parameters", .object(spec.fixedParameters.map { ($0.name, $0.value.json) })),
    ]
  }

  /// All of one kind, as the values of an axis are.
  static func values(_ values: [ParameterValue]) -> ExportTable.Values {
    let counts = values.compactMap { if case .count(let count) = $0 { count } else { nil } }
    if counts.count == values.count { return .counts(counts) }
    let numbers = values.compactMap(\.number)
    return numbers.count == values.count ? .numbers(numbers) : .texts(values.map(\.text))
  }
}
