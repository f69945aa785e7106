import Experiments
import Platform

/// Schema migration from earlier layouts to this one, step by step. The steps work on a copy, which replaces the store by an atomic rename: after an
/// interruption at any moment the store is the old one or the new one.
enum StoreMigration {
  private struct Step: Sendable {
    let from: Int
    let name: String
    let run: @Sendable (Database, StoreSchema) throws -> Void
  }

  private static let steps = [Step(from: 1, name: "a table for each probe", run: tableForEachProbe)]

  /// Writes what is in `file` to `copy` as this program lays it out. `file` stays as it is.
  ///
  /// - Returns: what the user should know of it.
  static func upgrade(_ file: String, to copy: String, _ schema: StoreSchema) throws -> [String] {
    try Files.remove(copy)
    do {
      var notices: [String] = []
      do {
        let old = try Database(file, for: .copy)
        let layout = try StoredLayout(of: old, schema), strangers = try layout.strangers(in: old)
        if let stranger = strangers.first { throw StoreError.newer(file: file, what: "the probe '\(stranger)'") }
        notices = layout.outdated.map { probe, version in
          "\(file): what version \(version) of the probe '\(probe.name)' found is dropped, and measured again by version \(probe.version)"
        }
        let copying = try old.prepare("VACUUM INTO ?")
        try copying.bind(copy, at: 1)
        try copying.run()
      }
      let database = try Database(copy, for: .write)
      try database.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL; BEGIN")
      for step in steps where try step.from == StoredLayout.format(of: database) {
        try step.run(database, schema)
        notices.append("\(file) had layout \(step.from) and has layout \(step.from + 1) now: \(step.name)")
      }
      let layout = try StoredLayout(of: database, schema)
      if !layout.isCurrent { try database.execute(layout.renewal) }
      try database.execute("COMMIT; VACUUM; PRAGMA journal_mode = DELETE")
      return notices
    } catch {
      try? Files.remove(copy)
      throw error
    }
  }

  /// Migrates a store in its place, if it is out of date. Its writer's lock must be held.
  static func upgrade(inPlace file: String, _ schema: StoreSchema) throws -> [String] {
    guard try !StoredLayout(of: Database(file, for: .read), schema).isCurrent else { return [] }
    try Database.gather(file)
    let copy = file + ".upgrading.partial", notices = try upgrade(file, to: copy, schema)
    try Files.replace(file, with: copy)
    return notices
  }

  // MARK: - Steps

  /// Layout 1 had all columns of a trial in one row of the table `trial`, of one version for all, and a note with the reasons for all of them.
  @Sendable private static func tableForEachProbe(_ database: Database, _ schema: StoreSchema) throws {
    let old = try StoredLayout(of: database, schema), version = try database.integer("SELECT value FROM about WHERE key = 'algorithmVersion'") ?? 0
    let cells = try database.texts("SELECT name FROM pragma_table_info('cell')").map { "\"\($0)\"" }.joined(separator: ", ")
    try database.execute(
      """
      DROP VIEW result;
      ALTER TABLE note RENAME TO old_note;
      ALTER TABLE trial RENAME TO old_trial;
      ALTER TABLE cell RENAME TO old_cell;
      \(schema.noteCreation)
      CREATE TABLE probe (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
      CREATE TABLE cell (id INTEGER PRIMARY KEY, seed INTEGER NOT NULL, \(schema.parameters.map(StoreSchema.definition).joined(separator: ", ")));
      \(schema.cellKey)
      INSERT INTO cell (\(cells)) SELECT \(cells) FROM old_cell;
      \(schema.trialCreation)
      INSERT INTO trial (cell, repetition) SELECT cell, repetition FROM old_trial ORDER BY cell, repetition;
      DELETE FROM about WHERE key = 'algorithmVersion';
      PRAGMA user_version = 2;
      """)
    let reader = RemarkReader(database, table: "old_note"), notes = try NoteTable(database)
    for (probe, table) in zip(schema.probes, old.tables) {
      guard table != nil else {
        try database.execute("INSERT INTO probe VALUES ('\(probe.name)', \(version))")
        continue
      }
      try database.execute(schema.creation(probe))
      let row = ProbeRow(probe: probe), insertion = try database.prepare(StoreSchema.insertion(probe))
      let columns = ["trial.id", "1", "nullif(outcome, 'completed')", "reason", "note"] + StoreSchema.names(of: probe.columns)
      let rows = try database.prepare("SELECT \(columns.joined(separator: ", ")) FROM trial JOIN old_trial USING (cell, repetition) ORDER BY trial.id")
      while try rows.step() {
        guard let result = try row.result(from: rows, at: 1, remark: reader.remark) else { continue }
        try row.bind(result, trial: rows.integer(0), note: row.remark(on: result).map(notes.identifier), to: insertion)
        try insertion.run()
      }
    }
    try database.execute("DROP TABLE old_trial; DROP TABLE old_note; DROP TABLE old_cell;\n\(schema.resultView)")
  }
}
