import Experiments

/// How results lie in an SQLite file (docs/store.md). Tables hold raw measurements: no threshold and no verdict.
struct StoreSchema {
  let experiment: any Experiment
  let parameters: [ParameterInfo]
  let probes: [ProbeInfo]

  /// "ULFR": what `file` shows of a store.
  static let applicationID = 0x554C_4652
  /// The layout that is written; `StoreMigration` brings older ones up to it.
  static let layout = 2

  init(_ experiment: any Experiment) { (self.experiment, parameters, probes) = (experiment, experiment.parameters, experiment.probes) }

  static func table(of probe: ProbeInfo) -> String { "\"probe_\(probe.name)\"" }
  static func names(of columns: [Column]) -> [String] { columns.map { "\"\($0.name)\"" } }

  private var parameterNames: String { parameters.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  // MARK: - Making a store

  var creation: String {
    """
    PRAGMA application_id = \(Self.applicationID);
    PRAGMA user_version = \(Self.layout);
    CREATE TABLE about (key TEXT PRIMARY KEY, value NOT NULL);
    INSERT INTO about VALUES ('experiment', '\(experiment.name)');
    CREATE TABLE spec (text TEXT PRIMARY KEY, used INTEGER NOT NULL);
    CREATE TABLE cell (
      id INTEGER PRIMARY KEY,
      seed INTEGER NOT NULL,
      \(parameters.map(Self.definition).joined(separator: ",\n  "))
    );
    \(cellKey)
    \(trialCreation)
    \(noteCreation)
    CREATE TABLE probe (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
    \(probes.map(creation).joined(separator: "\n"))
    \(resultView)
    """
  }

  /// No two rows of `cell` are the same cell.
  var cellKey: String { "CREATE UNIQUE INDEX cell_key ON cell (seed, \(parameterNames));" }
  /// Trials are numbered as they come (a surrogate key), so that tables of findings grow at their end. Only this table is searched by cell and repetition.
  var trialCreation: String {
    """
    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      cell INTEGER NOT NULL REFERENCES cell,
      repetition INTEGER NOT NULL,
      UNIQUE (cell, repetition)
    );
    """
  }
  var noteCreation: String { "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);" }

  /// The table of a probe's findings, which are of one version. An outcome is NULL where the trial was completed.
  func creation(_ probe: ProbeInfo) -> String {
    """
    INSERT OR REPLACE INTO probe VALUES ('\(probe.name)', \(probe.version));
    CREATE TABLE \(Self.table(of: probe)) (
      trial INTEGER PRIMARY KEY REFERENCES trial,
      outcome TEXT CHECK (outcome IN ('notTrained', 'failed')),
      reason TEXT,
      note INTEGER REFERENCES note,
      \(probe.columns.map { "\"\($0.name)\" \($0.kind == .number ? "REAL" : "INTEGER")" }.joined(separator: ",\n  "))
    );
    """
  }

  /// A row a trial, with all columns of all probes: for people.
  var resultView: String {
    let tables = probes.map(Self.table)
    let columns = probes.flatMap { probe in Self.names(of: probe.columns).map { "\(Self.table(of: probe)).\($0)" } }.joined(separator: ", ")
    func any(_ outcome: String) -> String { "'\(outcome)' IN (\(tables.map { "\($0).outcome" }.joined(separator: ", ")))" }
    let failures = tables.map { "CASE WHEN \($0).outcome = 'failed' THEN \($0).reason END" }, reasons = failures + tables.map { "\($0).reason" }
    let lacks = tables.map { "\($0).trial IS NULL" }
    return """
      CREATE VIEW result AS
        SELECT seed, \(parameterNames), trial.repetition,
          CASE WHEN \(any("failed")) THEN 'failed' WHEN \(any("notTrained")) THEN 'notTrained'
            WHEN \(lacks.joined(separator: " OR ")) THEN 'incomplete' ELSE 'completed' END AS outcome,
          coalesce(\(reasons.joined(separator: ", "))) AS reason, \(columns)
        FROM trial JOIN cell ON cell.id = trial.cell
          \(tables.map { "LEFT JOIN \($0) ON \($0).trial = trial.id" }.joined(separator: "\n    "))
        WHERE NOT (\(lacks.joined(separator: " AND ")));
      """
  }

  static func definition(of parameter: ParameterInfo) -> String { "\"\(parameter.name)\" \(type(of: parameter.kind)) NOT NULL" }

  private static func type(of kind: ParameterKind) -> String {
    switch kind {
    case .count: "INTEGER"
    case .number: "REAL"
    case .choice: "TEXT"
    }
  }

  /// A parameter's default, for cells that were stored when there was no such parameter: it must then be what all trials did.
  static func literal(_ value: ParameterValue) -> String {
    switch value {
    case .count, .number: value.text
    case .choice(let name): "'\(name)'"
    }
  }

  // MARK: - Writing rows

  var cellInsertion: String { "INSERT INTO cell (seed, \(parameterNames)) VALUES (" + Self.marks(1 + parameters.count) + ")" }

  static let trialSelection = "SELECT id FROM trial WHERE cell = ? AND repetition = ?"
  static let trialInsertion = "INSERT INTO trial (cell, repetition) VALUES (?, ?)"

  static func insertion(_ probe: ProbeInfo) -> String {
    let columns = ["trial", "outcome", "reason", "note"] + names(of: probe.columns)
    return "INSERT INTO \(table(of: probe)) (\(columns.joined(separator: ", "))) VALUES (\(marks(columns.count)))"
  }

  private static func marks(_ count: Int) -> String { [String](repeating: "?", count: count).joined(separator: ", ") }
}
