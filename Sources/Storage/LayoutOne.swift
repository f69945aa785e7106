import Experiments

/// Layout 1, as it was: all columns of a trial in one row of the table `trial`, one version of the algorithms for all of them, and one note for all that are missing.
/// Nothing here follows what experiments are today.
enum LayoutOne {
  /// The columns by the probes that they belong to since, by experiment.
  static let probes: [String: [(name: String, columns: [String])]] = [
    "cnn": [
      (
        "training",
        [
          "trained", "trainSteps", "trainLoss", "forgetAccuracyBefore", "forgetLossBefore", "retainAccuracyBefore", "retainLossBefore", "testAccuracyBefore",
          "noiseShare",
        ]
      ),
      ("run", ["forgetAccuracy", "forgetLoss", "retainAccuracy", "retainLoss", "testAccuracy", "squaredWeightDistance", "escapedAtStep", "overflowedAtStep"]),
      (
        "stability",
        [
          "fullHessianTop", "mixedHessianTop", "mixedHessianBottom", "coherence", "retainCoherence", "forgetCoherence", "crossCoherence",
          "coherenceDivergenceRatio", "coherenceConvergenceRatio", "singleSampleDivergenceRatio", "noiseRadius", "meanSquareRadius", "contraction",
          "typicalRate",
        ]
      ),
      ("tangent", ["driftAlignmentRatio", "tangentForgetAccuracy", "tangentRetainAccuracy"]),
      ("meanField", ["meanFieldForgetMargin", "meanFieldForgetAccuracy", "meanFieldRetainAccuracy"]),
    ],
    "hessian": [
      ("run", ["survived", "escapedAtStep", "logGrowth"]),
      (
        "stability",
        [
          "mixedHessianTop", "mixedHessianBottom", "mixedCoherence", "coherenceDivergenceRatio", "coherenceConvergenceRatio", "singleSampleDivergenceRatio",
          "noiseRadius", "meanSquareRadius", "contraction", "typicalRate",
        ]
      ),
    ],
  ]

  static func holds(_ probe: String, of experiment: String) -> Bool { probes[experiment]?.contains { $0.name == probe } ?? false }

  static func version(in database: Database) throws(StoreError) -> Int {
    guard let version = try database.integer("SELECT value FROM about WHERE key = 'algorithmVersion'") else {
      throw .damaged(file: database.path, detail: "it does not say which version measured it")
    }
    return version
  }

  /// To layout 2: a table for each probe, which refers to numbered trials. Failed trials are left out, to be measured again: there one failure was that of all
  /// columns.
  @Sendable static func toLayoutTwo(_ database: Database, experiment: String) throws {
    let version = try version(in: database)
    let cells = try database.texts("SELECT name FROM pragma_table_info('cell')").map { "\"\($0)\"" }
    let types = try database.texts("SELECT '\"' || name || '\" ' || type || ' NOT NULL' FROM pragma_table_info('cell') WHERE name <> 'id'")
    try database.execute(
      """
      DROP VIEW result;
      ALTER TABLE note RENAME TO old_note;
      ALTER TABLE trial RENAME TO old_trial;
      ALTER TABLE cell RENAME TO old_cell;
      CREATE TABLE cell (id INTEGER PRIMARY KEY, \(types.joined(separator: ", ")));
      INSERT INTO cell (\(cells.joined(separator: ", "))) SELECT \(cells.joined(separator: ", ")) FROM old_cell;
      CREATE TABLE trial (
        id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, repetition INTEGER NOT NULL, UNIQUE (cell, repetition)
      );
      INSERT INTO trial (cell, repetition) SELECT cell, repetition FROM old_trial WHERE outcome <> 'failed' ORDER BY cell, repetition;
      CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
      CREATE TABLE probe (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
      DELETE FROM about WHERE key = 'algorithmVersion';
      PRAGMA user_version = 2;
      """)
    let reader = RemarkReader(database, table: "old_note"), notes = try NoteTable(database)
    for (probe, names) in probes[experiment] ?? [] {
      let columns = try names.map { name in
        let type = try database.text("SELECT type FROM pragma_table_info('old_trial') WHERE name = '\(name)'")
        return Column(name, type == "REAL" ? .number : .count, "")
      }
      let definitions = columns.map { "\"\($0.name)\" \($0.kind == .number ? "REAL" : "INTEGER")" }.joined(separator: ", ")
      try database.execute(
        """
        INSERT INTO probe VALUES ('\(probe)', \(version));
        CREATE TABLE "probe_\(probe)" (
          trial INTEGER PRIMARY KEY REFERENCES trial, outcome TEXT CHECK (outcome IN ('notTrained', 'failed')), reason TEXT,
          note INTEGER REFERENCES note, \(definitions)
        );
        """)
      let row = ProbeRow(columns: columns), quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
      let marks = [String](repeating: "?", count: 4 + names.count).joined(separator: ", ")
      let insertion = try database.prepare("INSERT INTO \"probe_\(probe)\" (trial, outcome, reason, note, \(quoted)) VALUES (\(marks))")
      let rows = try database.prepare(
        "SELECT trial.id, 1, nullif(outcome, 'completed'), reason, note, \(quoted) FROM trial JOIN old_trial USING (cell, repetition) ORDER BY trial.id")
      while try rows.step() {
        guard let result = try row.result(from: rows, at: 1, remark: reader.remark) else { continue }
        try row.bind(result, trial: rows.integer(0), note: row.remark(on: result).map(notes.identifier), to: insertion)
        try insertion.run()
      }
    }
    try database.execute("DROP TABLE old_trial; DROP TABLE old_note; DROP TABLE old_cell;")
  }
}
