import Experiments
import Specs

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
  /// How commits are made atomic: SQLite's journal mode.
  package enum Journal: String {
    /// A write-ahead log: readers do not wait. For a local disk.
    case writeAhead = "WAL"
    /// For network file systems, where the shared memory of write-ahead mode does not work.
    case rollback = "TRUNCATE"

    /// How long a trial may wait to be committed with others (group commit). A network file system that many write to gets fewer commits.
    package var commitDelay: Duration {
      switch self {
      case .writeAhead: .milliseconds(100)
      case .rollback: .milliseconds(250)
      }
    }
  }

  package let journal: Journal

  /// What the user should know of how the file was brought up to date.
  package let notices: [String]

  private let spec: SweepSpec
  private let lock: WriterLock
  private let database: Database
  private let cellInsertion: Statement
  private let trialSelection: Statement
  private let trialInsertion: Statement
  private let probes: [(row: ProbeRow, insertion: Statement)]
  private let notes: NoteTable
  /// Rows of `cell` by the grid's index.
  private var cells: [Int: Int] = [:]

  /// Opens the file, or makes it. One that an earlier version wrote is migrated. Refuses one that is in use, damaged, or of another kind.
  package init(_ path: String, for spec: SweepSpec, journal: Journal, now: Int) throws {
    (self.spec, self.journal) = (spec, journal)
    lock = try WriterLock(for: path)
    let schema = StoreSchema(spec.experiment)
    (database, notices) = try Self.open(path, schema)
    let isNew = try database.isEmpty, database = database
    try database.execute("PRAGMA journal_mode = \(journal.rawValue); PRAGMA synchronous = FULL")
    try database.inTransaction {
      if isNew { try database.execute(schema.creation) }
      let remember = try database.prepare("INSERT OR REPLACE INTO spec VALUES (?, ?)")
      try remember.bind(spec.keptText, at: 1)
      try remember.bind(now, at: 2)
      try remember.run()
    }
    cellInsertion = try database.prepare(schema.cellInsertion)
    trialSelection = try database.prepare(StoreSchema.trialSelection)
    trialInsertion = try database.prepare(StoreSchema.trialInsertion)
    probes = try schema.probes.map { (ProbeRow(columns: $0.columns), try database.prepare(StoreSchema.insertion($0))) }
    notes = try NoteTable(database)
    cells = try StoredCells(in: database, StoredLayout(of: database, schema), spec: spec).rows
  }

  /// Undamaged and of the current layout; or empty.
  private static func open(_ path: String, _ schema: StoreSchema) throws -> (Database, notices: [String]) {
    do {
      let database = try Database(path, for: .write)
      if try database.isEmpty { return (database, []) }
      if try database.checkWhole(schema).isCurrent { return (database, []) }
    }
    let notices = try StoreMigration.upgrade(path, schema)
    return (try Database(path, for: .write), notices)
  }

  /// Leaves one file without a log or journal beside it, which can be copied and read from anywhere.
  deinit { try? database.execute("PRAGMA journal_mode = DELETE") }

  /// In one transaction: all of them or, with an error, none.
  package func write(_ records: [TrialRecord]) throws {
    var newCells: [Int: Int] = [:]
    do {
      try database.inTransaction {
        for record in records {
          let cell: Int
          if let known = cells[record.cell] ?? newCells[record.cell] {
            cell = known
          } else {
            cell = try insertCell(record.cell)
            newCells[record.cell] = cell
          }
          let trial = try identifier(cell: cell, repetition: record.repetition)
          for (probe, result) in zip(probes, record.result.probes) {
            guard let result else { continue }
            let note = try probe.row.remark(on: result).map(notes.identifier)
            try probe.row.bind(result, trial: trial, note: note, to: probe.insertion)
            try probe.insertion.run()
          }
        }
      }
    } catch {
      // The cached notes may name rows that were rolled back.
      notes.forget()
      throw error
    }
    cells.merge(newCells) { _, new in new }
  }

  /// The row identifier of a trial, assigned when it is first stored.
  private func identifier(cell: Int, repetition: Int) throws -> Int {
    for statement in [trialSelection, trialInsertion] {
      try statement.bind(cell, at: 1)
      try statement.bind(repetition, at: 2)
      defer { statement.reset() }
      if try statement.step() { return statement.integer(0) }
    }
    return database.lastInsertedRow
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
}
