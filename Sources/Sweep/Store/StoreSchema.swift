/// How results lie in an SQLite file (docs/store.md). Tables hold raw measurements: no threshold and no verdict.
struct StoreSchema {
  let experiment: Experiment

  /// "ULFR": what `file` shows of a store.
  static let applicationID = 0x554C_4652
  static let version = 1

  var parameters: [ParameterInfo] { experiment.parameters }
  var columns: [Column] { experiment.columns }

  private var parameterNames: String { parameters.map { "\"\($0.name)\"" }.joined(separator: ", ") }
  private var columnNames: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  var creation: String {
    let parameterColumns = parameters.map { "\"\($0.name)\" \(Self.type(of: $0.kind)) NOT NULL" }.joined(separator: ",\n  ")
    let measurementColumns = columns.map { "\"\($0.name)\" \($0.kind == .number ? "REAL" : "INTEGER")" }.joined(separator: ",\n  ")
    return """
      PRAGMA application_id = \(Self.applicationID);
      PRAGMA user_version = \(Self.version);
      CREATE TABLE about (key TEXT PRIMARY KEY, value NOT NULL);
      INSERT INTO about VALUES ('experiment', '\(experiment.rawValue)'), ('algorithmVersion', \(Experiment.algorithmVersion));
      CREATE TABLE spec (text TEXT PRIMARY KEY, used INTEGER NOT NULL);
      CREATE TABLE cell (
        id INTEGER PRIMARY KEY,
        seed INTEGER NOT NULL,
        \(parameterColumns),
        UNIQUE (seed, \(parameterNames))
      );
      CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
      CREATE TABLE trial (
        cell INTEGER NOT NULL REFERENCES cell,
        repetition INTEGER NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'notTrained', 'failed')),
        reason TEXT,
        note INTEGER REFERENCES note,
        \(measurementColumns),
        PRIMARY KEY (cell, repetition)
      );
      CREATE VIEW result AS
        SELECT seed, \(parameterNames), repetition, outcome, reason, \(columnNames) FROM cell JOIN trial ON trial.cell = cell.id;
      """
  }

  var cellInsertion: String { "INSERT INTO cell VALUES (NULL, " + marks(1 + parameters.count) + ")" }
  var trialInsertion: String { "INSERT INTO trial VALUES (" + marks(5 + columns.count) + ")" }
  var cellSelection: String { "SELECT id, seed, \(parameterNames) FROM cell" }
  var trialSelection: String {
    "SELECT repetition, outcome, reason, note, \(columnNames) FROM trial WHERE cell = ? AND repetition >= ? AND repetition < ?"
  }

  private func marks(_ count: Int) -> String { [String](repeating: "?", count: count).joined(separator: ", ") }

  private static func type(of kind: ParameterKind) -> String {
    switch kind {
    case .count: "INTEGER"
    case .number: "REAL"
    case .choice: "TEXT"
    }
  }

  /// Refuses a file that is not a store of this experiment, as this program writes it.
  func check(_ database: Database) throws(StoreError) {
    try Self.checkFormat(database)
    let found = try database.text("SELECT value FROM about WHERE key = 'experiment'") ?? "none"
    guard found == experiment.rawValue else {
      throw .incompatible(file: database.path, reason: "holds results of the experiment '\(found)', and this sweep is '\(experiment.rawValue)'")
    }
    let algorithm = try database.integer("SELECT value FROM about WHERE key = 'algorithmVersion'") ?? 0
    guard algorithm == Experiment.algorithmVersion else {
      throw .incompatible(
        file: database.path,
        reason: "was measured by version \(algorithm) of the algorithms, and this program has version \(Experiment.algorithmVersion): figures of the two "
          + "must not be mixed")
    }
  }

  /// Refuses a file that this program did not write, or wrote in another layout.
  static func checkFormat(_ database: Database) throws(StoreError) {
    let application = try database.integer("PRAGMA application_id") ?? 0
    guard application == applicationID else {
      throw .foreign(file: database.path, found: "an SQLite file of another application, or an empty one")
    }
    let version = try database.integer("PRAGMA user_version") ?? 0
    guard version == Self.version else {
      throw .incompatible(file: database.path, reason: "has layout \(version), and this program reads layout \(Self.version)")
    }
  }
}
