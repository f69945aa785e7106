import Experiments

/// What there is in a store, beside what this program would write: stores of older versions are read as they are, and brought up to date when they are written.
struct StoredLayout {
  let schema: StoreSchema
  private let layout: Int
  /// Parameters that the store's cells have no value of, since there were none when it was made.
  private let missingParameters: Set<String>
  /// For each probe the table of its findings; nil if it has none, or none of this version.
  let tables: [String?]
  /// Probes whose findings are of an older version, and which.
  let outdated: [(probe: ProbeInfo, version: Int)]

  /// Whether it is as this program writes it.
  var isCurrent: Bool { layout == StoreSchema.layout && missingParameters.isEmpty && tables.allSatisfy { $0 != nil } }

  /// Refuses a file that is not a whole store of the schema's experiment, or that a newer version of this program wrote.
  init(of database: Database, _ schema: StoreSchema) throws(StoreError) {
    self.schema = schema
    layout = try Self.format(of: database)
    let found = try database.text("SELECT value FROM about WHERE key = 'experiment'") ?? "none"
    guard found == schema.experiment.name else {
      throw .incompatible(file: database.path, reason: "holds results of the experiment '\(found)', and this sweep is '\(schema.experiment.name)'")
    }
    let stored = try database.columns(of: "cell").subtracting(["id", "seed"]), known = Set(schema.parameters.map(\.name))
    if let stranger = stored.subtracting(known).min() { throw .newer(file: database.path, what: "the parameter '\(stranger)'") }
    missingParameters = known.subtracting(stored)

    var tables: [String?] = [], outdated: [(probe: ProbeInfo, version: Int)] = []
    for probe in schema.probes {
      let version = try Self.version(of: probe, in: database, schema, layout: layout)
      if let version, version > probe.version { throw .newer(file: database.path, what: "version \(version) of the probe '\(probe.name)'") }
      if let version, version < probe.version { outdated.append((probe, version)) }
      guard version == probe.version else {
        tables.append(nil)
        continue
      }
      let table = layout == 1 ? "trial" : "probe_\(probe.name)", missing = try Set(probe.columns.map(\.name)).subtracting(database.columns(of: table))
      if let column = missing.min() { throw .damaged(file: database.path, detail: "its table \(table) has no column \(column)") }
      tables.append("\"\(table)\"")
    }
    (self.tables, self.outdated) = (tables, outdated)
  }

  /// Before probes had versions, the algorithms of all had one.
  private static func version(of probe: ProbeInfo, in database: Database, _ schema: StoreSchema, layout: Int) throws(StoreError) -> Int? {
    guard layout > 1 else { return LayoutOne.holds(probe.name, of: schema.experiment.name) ? try LayoutOne.version(in: database) : nil }
    let version = try database.integer("SELECT version FROM probe WHERE name = '\(probe.name)'"), table = "probe_\(probe.name)"
    guard try (version != nil) == !database.columns(of: table).isEmpty else {
      throw .damaged(file: database.path, detail: version == nil ? "it does not say which version filled its table \(table)" : "its table \(table) is missing")
    }
    return version
  }

  /// The layout of a file. Refuses one that this program did not write, or that a newer version did.
  static func format(of database: Database) throws(StoreError) -> Int {
    let application = try database.integer("PRAGMA application_id") ?? 0
    guard application == StoreSchema.applicationID else {
      throw .foreign(file: database.path, found: "an SQLite file of another application, or an empty one")
    }
    let layout = try database.integer("PRAGMA user_version") ?? 0
    guard layout <= StoreSchema.layout else { throw .newer(file: database.path, what: "layout \(layout)") }
    guard layout >= 1, try (layout > 1) == !database.columns(of: "probe").isEmpty else {
      throw .damaged(file: database.path, detail: "it says that it has layout \(layout), and has not")
    }
    return layout
  }

  /// Probes in the file that this program does not know: a merged store would be without them.
  func strangers(in database: Database) throws(StoreError) -> [String] {
    guard layout > 1 else { return [] }
    let known = Set(schema.probes.map(\.name))
    return try database.texts("SELECT name FROM probe").filter { !known.contains($0) }
  }

  // MARK: - Reading rows

  /// Identifier, seed and every parameter.
  var cellSelection: String {
    let values = schema.parameters.map { missingParameters.contains($0.name) ? StoreSchema.literal($0.standard) : "\"\($0.name)\"" }
    return "SELECT id, seed, \(values.joined(separator: ", ")) FROM cell"
  }

  /// Rows of `trial` that count: a trial that failed as a whole, as in layout 1, is measured again.
  private var condition: String { layout == 1 ? "trial.outcome <> 'failed'" : "true" }

  /// All that is known of the trials of a cell's row within a range of repetitions: the repetition, and from `offsets` on what each probe found.
  var selection: String {
    var columns = ["trial.repetition"], joins = ""
    for (probe, table) in zip(schema.probes, tables) {
      guard let table else { continue }
      columns.append(layout == 1 ? "1" : "\(table).trial")
      columns += ["nullif(\(table).outcome, 'completed')", "\(table).reason", "\(table).note"]
      columns += StoreSchema.names(of: probe.columns).map { "\(table).\($0)" }
      if layout > 1 { joins += " LEFT JOIN \(table) ON \(table).trial = trial.id" }
    }
    return
      "SELECT \(columns.joined(separator: ", ")) FROM trial\(joins) WHERE trial.cell = ? AND trial.repetition >= ? AND trial.repetition < ? AND \(condition)"
  }

  /// Where what each probe found begins in a row of `selection`; nil if the store has nothing of it.
  var offsets: [Int?] {
    var next = 1
    return zip(schema.probes, tables).map { probe, table in
      guard table != nil else { return nil }
      defer { next += ProbeRow.valuesOffset + probe.columns.count }
      return next
    }
  }

  /// Cell and repetition of all trials.
  var allTrials: String { "SELECT cell, repetition FROM trial WHERE \(condition)" }

  /// Cell and repetition of the trials that a probe was put to; nil if that is all of them.
  func trials(of probe: Int, in database: Database) throws(StoreError) -> String? {
    guard let table = tables[probe] else { return "SELECT cell, repetition FROM trial WHERE false" }
    // Numbers of trials are counted, not compared one by one: a million of them are told in a moment.
    let counts = "(SELECT count(*) FROM \(table)) = (SELECT count(*) FROM trial) AND (SELECT max(trial) FROM \(table)) IS (SELECT max(id) FROM trial)"
    if layout == 1 { return nil }
    return try database.integer("SELECT \(counts)") == 1 ? nil : "SELECT cell, repetition FROM trial JOIN \(table) ON \(table).trial = trial.id"
  }

  // MARK: - Bringing up to date

  /// What must be done to the tables of a store of this layout. Findings of older versions are kept under another name, which nothing reads.
  var renewal: String {
    let parameters = schema.parameters.filter { missingParameters.contains($0.name) }
    let added = parameters.map { "ALTER TABLE cell ADD COLUMN \(StoreSchema.definition(of: $0)) DEFAULT \(StoreSchema.literal($0.standard));" }
    let kept = outdated.map { probe, version in "ALTER TABLE \(StoreSchema.table(of: probe)) RENAME TO \(Self.oldTable(of: probe, version));" }
    let probes = zip(schema.probes, tables).filter { $1 == nil }.map { probe, _ in schema.creation(probe) }
    return """
      DROP VIEW IF EXISTS result;
      DROP INDEX IF EXISTS cell_key;
      \((added + [schema.cellKey] + kept + probes).joined(separator: "\n"))
      \(schema.resultView)
      """
  }

  static func oldTable(of probe: ProbeInfo, _ version: Int) -> String { "\"old_\(probe.name)_version_\(version)\"" }
}
