import Experiments
import Platform
import Specs

/// Makes one compact store of many. What this version of the program reads is copied row by row, trials of other settings too; findings of older versions
/// are left out, and told.
public struct StoreMerge {
  /// Stores that were read, and trials in the merged one.
  public let files: Int
  public let trials: Int
  /// Stores of the folder that were written to after they had been read; they stay.
  public let grown: [String]
  /// What the user should know of stores that earlier versions wrote.
  public let notices: [String]

  /// Merges the stores of `folders` into the one store of `into`, whose own stores are taken up with them. Stores of other folders stay as they are.
  public init(_ folders: [OutputFolder], into: OutputFolder) throws {
    let own = try into.storeFiles(),
      others = try folders.filter { $0.path != into.path }.flatMap { folder in
        let files = try folder.storeFiles()
        guard !files.isEmpty else { throw FileError(.read, folder.path, reason: "there is no such folder, or it holds no results") }
        return files
      }
    guard let experiment = try (own + others).lazy.compactMap({ try Self.experiment(of: $0, in: into.catalogue) }).first else {
      throw FileError(.read, into.path, reason: "there is no such folder, or it holds no results")
    }
    try Files.createFolder(into.path)
    let lock = try WriterLock(for: into.store)
    defer { withExtendedLifetime(lock) {} }
    let shards = own.filter { $0 != into.store }
    for file in shards { if let holder = WriterLock.holder(of: file) { throw StoreError.inUse(file: file, holder: holder) } }
    var versions: [String: Files.Version] = [:]
    let partial = into.path + "/merging.sqlite.partial"
    try Files.remove(partial)
    let schema = StoreSchema(experiment)
    var notices: [String] = []
    do {
      let database = try Database(partial, for: .write)
      // Nothing depends on it until it is renamed into place.
      try database.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
      try database.execute(schema.creation)
      for file in own {
        // One at a time: there may be more than a process may have open. What is added to one later shows in its version.
        let lock = file == into.store ? nil : try WriterLock(for: file)
        defer { withExtendedLifetime(lock) {} }
        try Database.gather(file)
        notices += try Self.add(file, to: database, schema: schema)
        versions[file] = Files.version(file, opening: true)
      }
      for file in others { notices += try Self.add(file, to: database, schema: schema) }
      trials = try database.integer("SELECT count(*) FROM trial") ?? 0
      try database.execute("VACUUM")
    } catch {
      try Files.remove(partial)
      throw error
    }
    try Files.replace(into.store, with: partial)
    grown = try shards.filter { file in
      guard let lock = try? WriterLock(for: file), Files.version(file, opening: true) == versions[file] else { return true }
      defer { withExtendedLifetime(lock) {} }
      try Files.remove(file)
      return false
    }
    files = own.count + others.count
    self.notices = notices
  }

  /// Nil for a file without contents, as left by a run that was killed as it began.
  private static func experiment(of file: String, in catalogue: Catalogue) throws -> (any Experiment)? {
    let database = try Database(file, for: .read)
    if try database.isEmpty { return nil }
    _ = try StoredLayout.format(of: database)
    guard let experiment = try catalogue[database.text("SELECT value FROM about WHERE key = 'experiment'") ?? ""] else {
      throw StoreError.incompatible(file: file, reason: "names no experiment that this version knows")
    }
    return experiment
  }

  /// Adds what is in a file; of one that an earlier version wrote, a migrated copy.
  private static func add(_ file: String, to merged: Database, schema: StoreSchema) throws -> [String] {
    let isCurrent: Bool
    do {
      // Rolls back what a killed writer left uncommitted, and names the file in any error.
      let database = try Database(file, for: .read)
      guard try !database.isEmpty else { return [] }
      let layout = try database.checkWhole(schema)
      if let stranger = try layout.strangers(in: database).first {
        throw StoreError.incompatible(file: file, reason: "holds what the probe '\(stranger)' found, which this program does not know, and would lose")
      }
      isCurrent = layout.isCurrent
    }
    guard !isCurrent else {
      try add(current: file, of: file, to: merged, schema: schema)
      return []
    }
    let copy = merged.path + ".upgraded"
    let notices = try StoreMigration.upgrade(file, to: copy, schema)
    defer { try? Files.remove(copy) }
    try add(current: copy, of: file, to: merged, schema: schema)
    return notices
  }

  private static func add(current: String, of file: String, to merged: Database, schema: StoreSchema) throws {
    let attach = try merged.prepare("ATTACH ? AS source")
    try attach.bind(current, at: 1)
    try attach.run()
    defer { try? merged.execute("DETACH source") }
    // One transaction: one snapshot of the source, which may be written meanwhile.
    try merged.execute("BEGIN")
    do {
      guard try merged.integer("SELECT count(*) FROM source.trial WHERE cell NOT IN (SELECT id FROM source.cell)") == 0 else {
        throw StoreError.damaged(file: file, detail: "it has trials of cells that are missing")
      }
      let notes = try merged.prepare("SELECT id, text FROM source.note")
      while try notes.step() {
        guard notes.text(1).flatMap(Remark.init(json:)) != nil else {
          throw StoreError.damaged(file: file, detail: "note \(notes.integer(0)), which says why values are missing, is no JSON")
        }
      }
      try merged.execute(schema.mergingRows)
      for probe in schema.probes {
        let table = StoreSchema.table(of: probe)
        guard try merged.integer("SELECT count(*) FROM source.\(table) WHERE trial NOT IN (SELECT id FROM source.trial)") == 0 else {
          throw StoreError.damaged(file: file, detail: "it has findings of trials that are missing")
        }
        if let trial = try merged.text(schema.contradiction(probe)) { throw StoreError.contradiction(trial: trial, files: [file, "others"]) }
        try merged.execute(schema.merging(probe))
      }
      try merged.execute("COMMIT")
    } catch {
      try? merged.execute("ROLLBACK")
      throw error
    }
  }
}

extension StoreSchema {
  private var cellNames: String { "seed, " + parameters.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  private func columns(_ probe: ProbeInfo) -> [String] { ["outcome", "reason"] + Self.names(of: probe.columns) }

  /// The merged store's cell that is the same as one of the source.
  private var sameCell: String {
    let names = ["seed"] + parameters.map { "\"\($0.name)\"" }
    return "main.cell AS cell ON " + names.map { "cell.\($0) = place.\($0)" }.joined(separator: " AND ")
  }

  /// Rows of a probe's table in the source with the merged store's trial and the text of their note.
  private func sourceRows(_ probe: ProbeInfo) -> String {
    """
    source.\(Self.table(of: probe)) AS theirs JOIN source.trial AS which ON which.id = theirs.trial JOIN source.cell AS place ON place.id = which.cell JOIN \(sameCell)
      JOIN main.trial AS trial ON trial.cell = cell.id AND trial.repetition = which.repetition LEFT JOIN source.note AS remark ON remark.id = theirs.note
    """
  }

  fileprivate var mergingRows: String {
    """
    INSERT OR IGNORE INTO main.cell (\(cellNames)) SELECT \(cellNames) FROM source.cell ORDER BY id;
    INSERT OR IGNORE INTO main.trial (cell, repetition)
      SELECT cell.id, which.repetition FROM source.cell AS place JOIN \(sameCell) JOIN source.trial AS which ON which.cell = place.id
      WHERE which.id IN (\(probes.map { "SELECT trial FROM source.\(Self.table(of: $0))" }.joined(separator: " UNION "))) ORDER BY cell.id, which.repetition;
    INSERT OR IGNORE INTO main.note (text) SELECT text FROM source.note ORDER BY id;
    INSERT INTO main.spec SELECT text, used FROM source.spec WHERE true ON CONFLICT (text) DO UPDATE SET used = max(used, excluded.used);
    """
  }

  /// Gives a row if a probe found something else in the source than in the merged store.
  fileprivate func contradiction(_ probe: ProbeInfo) -> String {
    let differences = columns(probe).map { "theirs.\($0) IS NOT ours.\($0)" } + ["remark.text IS NOT note.text"]
    return """
      SELECT '\(probe.name) of repetition ' || which.repetition || ' of the cell ' || which.cell FROM \(sourceRows(probe))
        JOIN main.\(Self.table(of: probe)) AS ours ON ours.trial = trial.id
        LEFT JOIN main.note AS note ON note.id = ours.note
      WHERE \(differences.joined(separator: " OR ")) LIMIT 1
      """
  }

  fileprivate func merging(_ probe: ProbeInfo) -> String {
    """
    INSERT OR IGNORE INTO main.\(Self.table(of: probe)) (trial, note, \(columns(probe).joined(separator: ", ")))
      SELECT trial.id, note.id, \(columns(probe).map { "theirs.\($0)" }.joined(separator: ", ")) FROM \(sourceRows(probe))
        LEFT JOIN main.note AS note ON note.text = remark.text
      ORDER BY trial.id;
    """
  }
}
