/// A trial of a sweep and what it measured.
public struct TrialRecord: Sendable {
  /// In the sweep's grid.
  public let cell: Int
  public let repetition: Int
  public let result: TrialResult

  package init(cell: Int, repetition: Int, result: TrialResult) { (self.cell, self.repetition, self.result) = (cell, repetition, result) }
}

/// Writes results of one sweep to one file, which it alone writes. Used by one thread at a time.
package final class StoreWriter {
  /// How a file is kept whole while it is written.
  package enum Journal: String {
    /// Readers do not wait; for a disk of this machine.
    case writeAhead = "WAL"
    /// For network file systems, where the shared memory of write-ahead mode does not work.
    case rollback = "TRUNCATE"

    /// How long a trial may wait for others to be stored with. A network file system that many write to is left in peace for longer.
    var commitDelay: Duration {
      switch self {
      case .writeAhead: .milliseconds(100)
      case .rollback: .milliseconds(250)
      }
    }
  }

  let journal: Journal

  private let spec: SweepSpec
  private let lock: WriterLock
  private let database: Database
  private let row: TrialRow
  private let cellInsertion: Statement
  private let trialInsertion: Statement
  private let noteInsertion: Statement
  private let noteSelection: Statement
  /// Rows of `cell` by the grid's index.
  private var cells: [Int: Int] = [:]
  private var notes: [String: Int] = [:]

  /// Opens the file, or makes it. Refuses one that is in use, damaged, or of another kind.
  package init(_ path: String, for spec: SweepSpec, journal: Journal, now: Int) throws {
    (self.spec, self.journal) = (spec, journal)
    lock = try WriterLock(for: path)
    let database = try Database(path, for: .write)
    self.database = database
    let schema = StoreSchema(experiment: spec.experiment)
    row = TrialRow(schema: schema)
    let isNew = try database.isEmpty
    if !isNew { try database.checkWhole(schema) }
    try database.execute("PRAGMA journal_mode = \(journal.rawValue); PRAGMA synchronous = FULL")
    try Self.inTransaction(database) {
      if isNew { try database.execute(schema.creation) }
      let remember = try database.prepare("INSERT OR REPLACE INTO spec VALUES (?, ?)")
      try remember.bind(spec.source, at: 1)
      try remember.bind(now, at: 2)
      try remember.run()
    }
    cellInsertion = try database.prepare(schema.cellInsertion)
    trialInsertion = try database.prepare(schema.trialInsertion)
    noteInsertion = try database.prepare("INSERT OR IGNORE INTO note VALUES (NULL, ?)")
    noteSelection = try database.prepare("SELECT id FROM note WHERE text = ?")
    cells = try StoredCells(in: database, spec: spec).rows
  }

  /// Leaves one plain file, which can be copied and read from anywhere.
  deinit { try? database.execute("PRAGMA journal_mode = DELETE") }

  /// All of them, or, with an error, none.
  package func write(_ records: [TrialRecord]) throws {
    var newCells: [Int: Int] = [:]
    do {
      try Self.inTransaction(database) {
        for record in records {
          let cell: Int
          if let known = cells[record.cell] ?? newCells[record.cell] {
            cell = known
          } else {
            cell = try insertCell(record.cell)
            newCells[record.cell] = cell
          }
          try row.bind(record.result, cell: cell, repetition: record.repetition, note: note(for: record.result), to: trialInsertion)
          try trialInsertion.run()
        }
      }
    } catch {
      // They may name rows that were rolled back.
      notes.removeAll()
      throw error
    }
    cells.merge(newCells) { _, new in new }
  }

  private func insertCell(_ index: Int) throws -> Int {
    try cellInsertion.bind(Int(spec.seed), at: 1)
    for (i, value) in try spec.grid.cell(at: index).values.enumerated() {
      switch value {
      case .count(let count): try cellInsertion.bind(count, at: 2 + i)
      case .number(let number): try cellInsertion.bind(number, at: 2 + i)
      case .choice(let name): try cellInsertion.bind(name, at: 2 + i)
      }
    }
    try cellInsertion.run()
    return database.lastInsertedRow
  }

  /// Few different ones are kept in mind; reasons that hold numbers make many.
  private static let mostNotes = 1000

  private func note(for result: TrialResult) throws -> Int? {
    guard let text = row.note(for: result) else { return nil }
    if let known = notes[text] { return known }
    try noteInsertion.bind(text, at: 1)
    try noteInsertion.run()
    try noteSelection.bind(text, at: 1)
    defer { noteSelection.reset() }
    guard try noteSelection.step() else { return nil }
    if notes.count >= Self.mostNotes { notes.removeAll() }
    notes[text] = noteSelection.integer(0)
    return notes[text]
  }

  private static func inTransaction(_ database: Database, _ body: () throws -> Void) throws {
    try database.execute("BEGIN IMMEDIATE")
    do {
      try body()
      try database.execute("COMMIT")
    } catch {
      // Fails if SQLite has rolled back by itself, as on a full disk.
      try? database.execute("ROLLBACK")
      throw error
    }
  }
}
