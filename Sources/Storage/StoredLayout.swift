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

  /// Refuses a file that is not a store of the schema's experiment, or that a newer version of this program wrote.
  init(of database: Database, _ schema: StoreSchema) throws(StoreError) {
    self.schema = schema
    layout = try Self.format(of: database)
    let found = try database.text("SELECT value FROM about WHERE key = 'experiment'") ?? "none"
    guard found == schema.experiment.name else {
      throw .incompatible(file: database.path, reason: "holds results of the experiment '\(found)', and this sweep is '\(schema.experiment.name)'")
    }
    let stored = try database.texts("SELECT name FROM pragma_table_info('cell')").filter { $0 != "id" && $0 != "seed" }
    let known = Set(schema.parameters.map(\.name))
    if let stranger = stored.first(where: { !known.contains($0) }) {
      throw .newer(file: database.path, what: "the parameter '\(stranger)'")
    }
    missingParameters = known.subtracting(stored)

    var tables: [String?] = [], outdated: [(probe: ProbeInfo, version: Int)] = []
    for probe in schema.probes {
      let version = try Self.version(of: probe, in: database, layout: layout)
      if let version, version > probe.version { throw .newer(file: database.path, what: "version \(version) of the probe '\(probe.name)'") }
      if let version, version < probe.version { outdated.append((probe, version)) }
      tables.append(version == probe.version ? (layout == 1 ? "trial" : StoreSchema.table(of: probe)) : nil)
    }
    (self.tables, self.outdated) = (tables, outdated)
  }

  /// Before probes had versions, the algorithms of all had one.
  private static func version(of probe: ProbeInfo, in database: Database, layout: Int) throws(StoreError) -> Int? {
    if layout == 1 { return try database.integer("SELECT value FROM about WHERE key = 'algorithmVersion'") }
    return try database.integer("SELECT version FROM probe WHERE name = '\(probe.name)'")
  }

  /// The layout of a file. Refuses one that this program did not write, or that a newer version did.
  static func format(of database: Database) throws(StoreError) -> Int {
    let application = try database.integer("PRAGMA application_id") ?? 0
    guard application == StoreSchema.applicationID else {
      throw .foreign(file: database.path, found: "an SQLite file of another application, or an empty one")
    }
    let layout = try database.integer("PRAGMA user_version") ?? 0
    guard 1...StoreSchema.layout ~= layout else { throw .newer(file: database.path, what: "layout \(layout)") }
    return layout
  }

  /// Probes in the file that this program does not know; what they found would be lost if it were written anew.
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

  /// All that is known of the trials of a cell's row within a range of repetitions: the repetition, and from `offsets` on what each probe found.
  var selection: String {
    var columns = ["trial.repetition"], joins = ""
    for (probe, table) in zip(schema.probes, tables) {
      guard let table else { continue }
      let isOwn = table != "trial"
      columns.append(isOwn ? "\(table).trial" : "1")
      columns += ["nullif(\(table).outcome, 'completed')", "\(table).reason", "\(table).note"]
      columns += StoreSchema.names(of: probe.columns).map { "\(table).\($0)" }
      if isOwn { joins += " LEFT JOIN \(table) ON \(table).trial = trial.id" }
    }
    return "SELECT \(columns.joined(separator: ", ")) FROM trial\(joins) WHERE trial.cell = ? AND trial.repetition >= ? AND trial.repetition < ?"
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

  /// Cell and repetition of the trials that a probe was put to; nil for those that it was put to every one of.
  func trialsSelection(_ probe: Int, in database: Database) throws(StoreError) -> String? {
    guard let table = tables[probe] else { return "SELECT cell, repetition FROM trial WHERE false" }
    guard table != "trial", try database.integer("SELECT (SELECT count(*) FROM \(table)) = (SELECT count(*) FROM trial)") != 1 else { return nil }
    return "SELECT cell, repetition FROM trial JOIN \(table) ON \(table).trial = trial.id"
  }

  // MARK: - Bringing up to date

  /// What must be done to the tables of a store of this layout; what is outdated is dropped, to be measured again.
  var renewal: String {
    let parameters = schema.parameters.filter { missingParameters.contains($0.name) }
    let added = parameters.map { "ALTER TABLE cell ADD COLUMN \(StoreSchema.definition(of: $0)) DEFAULT \(StoreSchema.literal($0.standard));" }
    let probes = zip(schema.probes, tables).filter { $1 == nil }.map { probe, _ in
      "DROP TABLE IF EXISTS \(StoreSchema.table(of: probe));\n\(schema.creation(probe))"
    }
    return """
      DROP VIEW IF EXISTS result;
      DROP INDEX IF EXISTS cell_key;
      \((added + [schema.cellKey] + probes).joined(separator: "\n"))
      \(schema.resultView)
      """
  }
}
