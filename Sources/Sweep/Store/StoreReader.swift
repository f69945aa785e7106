/// What the store files of a folder hold of one sweep: their union. Used by one thread at a time.
package final class StoreReader {
  private struct Source {
    let path: String
    /// Of the file, as it was listed.
    let version: Files.Version
    /// Cells of the grid that it has trials of, ascending, and the row of each.
    let cells: [(cell: Int, row: Int)]
  }

  let spec: SweepSpec
  /// Trials of the sweep that are stored.
  package let done: TrialSet
  /// Stored trials of other settings.
  package let others: Int
  /// Stores that were passed over, and why.
  package let damaged: [StoreError]
  /// Whether there is no store that can be read.
  var isEmpty: Bool { sources.isEmpty }
  private let sources: [Source]
  private let connections: StoreConnections
  private let row: TrialRow
  private var notes: [[Int: TrialNote]]

  /// Trials that are looked up together. The more stores there are, the more looks are worth the memory: each may have to open them all.
  private var window: Int { sources.count > StoreConnections.mostOpen ? 1 << 16 : 1 << 13 }

  /// - Parameters:
  ///   - passingOver: whether to do without stores that are damaged; else they are an error.
  ///   - checking: whether to read all of every store for it: damage may lie where a look at the list of trials does not come.
  package init(_ folder: OutputFolder, spec: SweepSpec, passingOver: Bool = false, checking: Bool = false) throws {
    let schema = StoreSchema(experiment: spec.experiment), connections = StoreConnections(schema: schema)
    var sources: [Source] = [], done = TrialSet(cells: spec.grid.count, repetitions: spec.repetitions), others = 0, damaged: [StoreError] = []
    try folder.forEachStore(damaged: passingOver ? { damaged.append($0) } : nil) { database, version in
      if checking { try database.checkWhole(schema) } else { try schema.check(database) }
      let found = try Self.trials(in: database, spec: spec)
      for trial in found.trials { done.insert(cell: trial.cell, repetition: trial.repetition) }
      others += found.others
      sources.append(Source(path: database.path, version: version, cells: found.cells))
      try connections.keep(database)
    }
    (self.spec, self.sources, self.done, self.others, self.damaged, self.connections) = (spec, sources, done, others, damaged, connections)
    row = TrialRow(schema: schema)
    notes = sources.map { _ in [:] }
  }

  /// All or, with an error, none.
  private static func trials(
    in database: Database, spec: SweepSpec
  ) throws -> (trials: [TrialIdentity], cells: [(cell: Int, row: Int)], others: Int) {
    let cells = try StoredCells(in: database, spec: spec)
    let places = Dictionary(uniqueKeysWithValues: cells.rows.map { ($1, $0) })
    var trials: [TrialIdentity] = [], used: Set<Int> = [], others = 0
    let statement = try database.prepare("SELECT cell, repetition FROM trial")
    while try statement.step() {
      let repetition = statement.integer(1)
      if let cell = places[statement.integer(0)], 0..<spec.repetitions ~= repetition {
        trials.append(TrialIdentity(cell: cell, repetition: repetition))
        used.insert(cell)
      } else {
        others += 1
      }
    }
    return (trials, used.sorted().compactMap { cell in cells.rows[cell].map { (cell, $0) } }, others)
  }

  /// Every stored trial of the sweep in grid order, then by repetition. A trial that has other bits in another file is an error.
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

  /// Looks at each store once for all the trials of these cells and repetitions, and gives them in order.
  private func read(_ cells: Range<Int>, repetitions: Range<Int>, _ body: (_ cell: Int, _ repetition: Int, TrialResult) throws -> Void) throws {
    var found = [(result: TrialResult, source: Int)?](repeating: nil, count: cells.count * repetitions.count)
    for (i, source) in sources.enumerated() {
      let from = source.cells.firstPlace { $0.cell >= cells.lowerBound }, to = source.cells.firstPlace { $0.cell >= cells.upperBound }
      guard from < to else { continue }
      let connection = try connections.connection(to: source.path, version: source.version)
      for (cell, identifier) in source.cells[from..<to] {
        try connection.trials.bind(identifier, at: 1)
        try connection.trials.bind(repetitions.lowerBound, at: 2)
        try connection.trials.bind(repetitions.upperBound, at: 3)
        defer { connection.trials.reset() }
        while try connection.trials.step() {
          guard let (repetition, result) = try row.result(from: connection.trials, note: { try note($0, source: i, in: connection.database) }) else {
            throw StoreError.damaged(file: source.path, detail: "a trial of cell \(cell) has no known outcome")
          }
          let place = (cell - cells.lowerBound) * repetitions.count + repetition - repetitions.lowerBound
          if let first = found[place], first.result != result {
            throw StoreError.contradiction(trial: "repetition \(repetition) of cell \(cell)", files: [sources[first.source].path, source.path])
          }
          found[place] = (result, i)
        }
      }
    }
    for (place, trial) in found.enumerated() {
      if let trial { try body(cells.lowerBound + place / repetitions.count, repetitions.lowerBound + place % repetitions.count, trial.result) }
    }
  }

  private func note(_ identifier: Int, source: Int, in database: Database) throws -> TrialNote {
    if let known = notes[source][identifier] { return known }
    guard let text = try database.text("SELECT text FROM note WHERE id = \(identifier)"), let note = TrialNote(json: text) else {
      throw StoreError.damaged(file: database.path, detail: "note \(identifier), which says why figures have no value, is missing or no JSON")
    }
    notes[source][identifier] = note
    return note
  }
}

extension Array {
  /// The first place at which a condition holds that holds at all later places too; the count if there is none.
  fileprivate func firstPlace(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
