import Experiments
import Platform
import Results
import Specs

/// The cells of a sweep as a table: what share of a cell's trials each event happened in, by the specification's thresholds, and the statistics that cells have.
public struct CellExport {
  private let table: ResultTable

  public init(_ table: ResultTable) { self.table = table }

  /// A row a cell, in grid order: axes, stored trials, a share for each event (empty where it is known of no trial), statistics.
  public func write(to sink: some ByteSink) throws {
    let spec = table.spec, axes = spec.grid.axes, events = spec.experiment.events, statistics = spec.experiment.statistics
    let names = axes.map(\.name) + ["trials"] + events.map(\.name) + statistics.map(\.name)
    try sink.write(names.joined(separator: ",") + "\n")
    for cell in 0..<spec.grid.count {
      let rows = table.rows(ofCell: cell)
      var fields = zip(axes, spec.grid.coordinates(of: cell)).map { $0.values[$1].text }
      fields.append("\((0..<spec.repetitions).count { table[cell, $0] != .notStored })")
      fields += events.map { event in
        let known = rows.compactMap { event.happened($0, spec.success) }
        return known.isEmpty ? "" : "\(Double(known.count { $0 }) / Double(known.count))"
      }
      fields += statistics.map { $0(rows).map { "\($0)" } ?? "" }
      try sink.write(fields.joined(separator: ",") + "\n")
    }
  }
}
