/// What the store files of a folder hold of one sweep: their union. Used by one thread at a time.
package final class StoreReader {
  private struct Source {
    let database: Database
    let cells: StoredCells
    let trials: Statement
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
  private let row: TrialRow
  private var notes: [[Int: TrialNote]]

  /// - Parameters:
  ///   - passingOver: whether to do without stores that are damaged; else they are an error.
  ///   - checking: whether to read all of every store for it: damage may lie where a look at the list of trials does not come.
  package init(_ folder: OutputFolder, spec: SweepSpec, passingOver: Bool = false, checking: Bool = false) throws {
    let schema = StoreSchema(experiment: spec.experiment)
    var sources: [Source] = [], done = TrialSet(cells: spec.grid.count, repetitions: spec.repetitions), others = 0, damaged: [StoreError] = []
    for database in try folder.stores(damaged: passingOver ? { damaged.append($0) } : nil) {
      do {
        if checking { try database.checkWhole(schema) } else { try schema.check(database) }
        let cells = try StoredCells(in: database, spec: spec)
        let found = try Self.trials(in: database, cells: cells, repetitions: spec.repetitions)
        for trial in found.trials { done.insert(cell: trial.cell, repetition: trial.repetition) }
        others += found.others
        sources.append(Source(database: database, cells: cells, trials: try database.prepare(schema.trialSelection)))
      } catch let error as StoreError {
        guard passingOver, error.isDamage else { throw error }
        damaged.append(error)
      }
    }
    (self.spec, self.sources, self.done, self.others, self.damaged) = (spec, sources, done, others, damaged)
    row = TrialRow(schema: schema)
    notes = sources.map { _ in [:] }
  }

  /// All or, with an error, none.
  private static func trials(in database: Database, cells: StoredCells, repetitions: Int) throws -> (trials: [TrialIdentity], others: Int) {
    let places = Dictionary(uniqueKeysWithValues: cells.rows.map { ($1, $0) })
    var trials: [TrialIdentity] = [], others = 0
    let statement = try database.prepare("SELECT cell, repetition FROM trial")
    while try statement.step() {
      let repetition = statement.integer(1)
      if let cell = places[statement.integer(0)], 0..<repetitions ~= repetition {
        trials.append(TrialIdentity(cell: cell, repetition: repetition))
      } else {
        others += 1
      }
    }
    return (trials, others)
  }

  /// The stored trials of a cell of the grid, by repetition. A trial that has other bits in another file is an error.
  package func trials(ofCell cell: Int) throws -> [(repetition: Int, result: TrialResult)] {
    var found: [Int: (result: TrialResult, file: String)] = [:]
    for (i, source) in sources.enumerated() {
      guard let identifier = source.cells.rows[cell] else { continue }
      let path = source.database.path
      source.trials.bind(identifier, at: 1)
      defer { source.trials.reset() }
      while try source.trials.step() {
        guard let (repetition, result) = try row.result(from: source.trials, note: { try note($0, source: i) }) else {
          throw StoreError.damaged(file: path, detail: "a trial of cell \(cell) has no known outcome")
        }
        guard 0..<spec.repetitions ~= repetition else { continue }
        if let first = found[repetition], first.result != result {
          throw StoreError.contradiction(trial: "repetition \(repetition) of cell \(cell)", files: [first.file, path])
        }
        found[repetition] = (result, path)
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.result) }
  }

  private func note(_ identifier: Int, source: Int) throws -> TrialNote {
    if let known = notes[source][identifier] { return known }
    let database = sources[source].database
    guard let text = try database.text("SELECT text FROM note WHERE id = \(identifier)"), let note = TrialNote(json: text) else {
      throw StoreError.damaged(file: database.path, detail: "note \(identifier), which says why figures have no value, is missing or no JSON")
    }
    notes[source][identifier] = note
    return note
  }
}

/// Which trials of a sweep: a bit each.
package struct TrialSet {
  private var bits: [UInt64]
  private let repetitions: Int
  package private(set) var count = 0

  init(cells: Int, repetitions: Int) {
    self.repetitions = repetitions
    bits = [UInt64](repeating: 0, count: (cells * repetitions + 63) / 64)
  }

  package func contains(cell: Int, repetition: Int) -> Bool {
    let index = cell * repetitions + repetition
    return bits[index / 64] >> (index % 64) & 1 == 1
  }

  mutating func insert(cell: Int, repetition: Int) {
    guard !contains(cell: cell, repetition: repetition) else { return }
    let index = cell * repetitions + repetition
    bits[index / 64] |= 1 << (index % 64)
    count += 1
  }
}
