import Experiments
import Platform
import Specs

/// What the store files of a folder hold of one sweep: their union. Used by one thread at a time.
package final class StoreReader {
  private struct Source {
    let path: String
    /// Of the file, as it was listed.
    let version: Files.Version
    /// Cells of the grid that it has trials of, ascending, and the row of each.
    let cells: [(cell: Int, row: Int)]
  }

  package let spec: SweepSpec
  /// What is stored of the sweep's trials.
  package let done: StoredTrials
  /// Stored trials of other settings.
  package let others: Int
  /// Stores that were passed over, and why.
  package let damaged: [StoreError]
  /// What the user should know of findings that are not used.
  package let notices: [String]
  /// Whether there is no store that can be read.
  package var isEmpty: Bool { sources.isEmpty }
  private let sources: [Source]
  private let connections: StoreConnections
  private let rows: [ProbeRow]

  /// Trials that are read together. With more stores than may be open at once, each such read may have to open them all: fewer reads are worth the memory.
  private var window: Int { sources.count > StoreConnections.mostOpen ? 1 << 16 : 1 << 13 }

  /// - Parameters:
  ///   - passingOver: whether to do without stores that are damaged; else they are an error.
  ///   - checking: whether to read all of every store for it: damage may lie where listing the trials does not read.
  package init(_ folder: OutputFolder, spec: SweepSpec, passingOver: Bool = false, checking: Bool = false) throws {
    let schema = StoreSchema(spec.experiment), connections = StoreConnections(schema: schema)
    var sources: [Source] = [], others = 0, damaged: [StoreError] = [], outdated: [String: (ProbeInfo, Int)] = [:]
    var done = schema.probes.map { _ in TrialSet(cells: spec.grid.count, repetitions: spec.repetitions) }
    try folder.forEachStore(damaged: passingOver ? { damaged.append($0) } : nil) { database, version in
      let layout = checking ? try database.checkWhole(schema) : try StoredLayout(of: database, schema)
      let found = try Self.trials(in: database, layout, spec: spec)
      for (probe, trials) in found.trials.enumerated() { for trial in trials { done[probe].insert(cell: trial.cell, repetition: trial.repetition) } }
      others += found.others
      for (probe, version) in layout.outdated { outdated[probe.name] = (probe, version) }
      sources.append(Source(path: database.path, version: version, cells: found.cells))
      try connections.keep(database, layout)
    }
    (self.spec, self.sources, self.done, self.others, self.damaged, self.connections) = (spec, sources, StoredTrials(done), others, damaged, connections)
    notices = outdated.sorted { $0.key < $1.key }.map { name, found in
      "\(folder.path) holds findings of version \(found.1) of the probe '\(name)', which this program measures by version \(found.0.version): they are not used"
    }
    rows = schema.probes.map { ProbeRow(columns: $0.columns) }
  }

  /// All or, with an error, none.
  private static func trials(
    in database: Database, _ layout: StoredLayout, spec: SweepSpec
  ) throws -> (trials: [[TrialIdentity]], cells: [(cell: Int, row: Int)], others: Int) {
    let cells = try StoredCells(in: database, layout, spec: spec)
    let places = Dictionary(uniqueKeysWithValues: cells.rows.map { ($1, $0) })
    var used: Set<Int> = []
    func read(_ selection: String) throws -> (trials: [TrialIdentity], others: Int) {
      var trials: [TrialIdentity] = [], others = 0
      let statement = try database.prepare(selection)
      while try statement.step() {
        let repetition = statement.integer(1)
        if let cell = places[statement.integer(0)], 0..<spec.repetitions ~= repetition {
          trials.append(TrialIdentity(cell: cell, repetition: repetition))
          used.insert(cell)
        } else {
          others += 1
        }
      }
      return (trials, others)
    }
    var all: (trials: [TrialIdentity], others: Int)?
    let found = try layout.tables.indices.map { probe in
      if let selection = try layout.trials(of: probe, in: database) { return try read(selection) }
      let known = try all ?? read(layout.allTrials)
      all = known
      return known
    }
    let cellsUsed = used.sorted().compactMap { cell in cells.rows[cell].map { (cell, $0) } }
    return (found.map(\.trials), cellsUsed, found.map(\.others).max() ?? 0)
  }

  /// Every stored trial of the sweep in grid order, then by repetition. A trial whose bits differ between files is an error.
  package func forEachTrial(_ body: (_ cell: Int, _ repetition: Int, TrialResult) throws -> Void) throws {
    if spec.repetitions > window {
      for cell in 0..<spec.grid.count { try forEachTrial(of: cell, body) }
      return
    }
    let step = window / spec.repetitions
    for start in stride(from: 0, to: spec.grid.count, by: step) {
      try read(start..<min(start + step, spec.grid.count), repetitions: 0..<spec.repetitions, body)
    }
  }

  /// The stored trials of a cell of the grid, by repetition.
  package func trials(ofCell cell: Int) throws -> [(repetition: Int, result: TrialResult)] {
    var trials: [(Int, TrialResult)] = []
    try forEachTrial(of: cell) { trials.append(($1, $2)) }
    return trials
  }

  private func forEachTrial(of cell: Int, _ body: (_ cell: Int, _ repetition: Int, TrialResult) throws -> Void) throws {
    for start in stride(from: 0, to: spec.repetitions, by: window) {
      try read(cell..<cell + 1, repetitions: start..<min(start + window, spec.repetitions), body)
    }
  }

  /// Goes through each store once for all the trials of these cells and repetitions, and gives them in order.
  private func read(_ cells: Range<Int>, repetitions: Range<Int>, _ body: (_ cell: Int, _ repetition: Int, TrialResult) throws -> Void) throws {
    var found = [TrialResult?](repeating: nil, count: cells.count * repetitions.count)
    for (i, source) in sources.enumerated() {
      let from = source.cells.firstPlace { $0.cell >= cells.lowerBound }, to = source.cells.firstPlace { $0.cell >= cells.upperBound }
      guard from < to else { continue }
      let connection = try connections.connection(to: source.path, version: source.version)
      do {
        try read(source, from..<to, connection, i, cells, repetitions, into: &found)
      } catch let error as StoreError {
        // A file that was brought up to date, or replaced, is not what it was taken for.
        throw connection.hasChanged ? .changed(file: source.path) : error
      }
    }
    for (place, trial) in found.enumerated() {
      if let trial { try body(cells.lowerBound + place / repetitions.count, repetitions.lowerBound + place % repetitions.count, trial) }
    }
  }

  /// What a source has of these cells and repetitions.
  private func read(
    _ source: Source, _ members: Range<Int>, _ connection: StoreConnections.Connection, _ number: Int, _ cells: Range<Int>, _ repetitions: Range<Int>,
    into found: inout [TrialResult?]
  ) throws {
    let empty = TrialResult(empty: spec.experiment)
    for (cell, identifier) in source.cells[members] {
      try connection.trials.bind(identifier, at: 1)
      try connection.trials.bind(repetitions.lowerBound, at: 2)
      try connection.trials.bind(repetitions.upperBound, at: 3)
      defer { connection.trials.reset() }
      while try connection.trials.step() {
        let repetition = connection.trials.integer(0), place = (cell - cells.lowerBound) * repetitions.count + repetition - repetitions.lowerBound
        for (probe, offset) in connection.offsets.enumerated() {
          guard let offset, let result = try rows[probe].result(from: connection.trials, at: offset, remark: connection.remarks.remark) else { continue }
          if let first = found[place]?.probes[probe] {
            guard first == result else { throw contradiction(cell, repetition, probe, number) }
          } else {
            found[place, default: empty].set(probe, to: result)
          }
        }
      }
    }
  }

  /// Of a trial that one source has with other bits than one before it.
  private func contradiction(_ cell: Int, _ repetition: Int, _ probe: Int, _ second: Int) -> StoreError {
    let files = sources[..<second].filter { source in source.cells.contains { $0.cell == cell } }.map(\.path)
    return .contradiction(
      trial: "\(spec.experiment.probes[probe].name) of repetition \(repetition) of cell \(cell)", files: [files.first ?? "another"] + [sources[second].path])
  }
}

extension Array {
  /// Binary search: the first place at which a condition holds that holds at all later places too; the count if there is none.
  fileprivate func firstPlace(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Array where Element == TrialResult? {
  fileprivate subscript(place: Int, default empty: TrialResult) -> TrialResult {
    get { self[place] ?? empty }
    set { self[place] = newValue }
  }
}
