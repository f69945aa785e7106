/// Makes one compact store of many. What is merged is copied row by row, trials of other settings too, so nothing is lost.
public struct StoreMerge {
  /// Stores that were read, and trials in the merged one.
  public let files: Int
  public let trials: Int
  /// Stores of the folder that were written to after they had been read; they stay.
  public let grown: [String]

  /// Merges the stores of `folders` into the one store of `into`, whose own stores are taken up with them. Stores of other folders stay as they are.
  public init(_ folders: [OutputFolder], into: OutputFolder) throws {
    let own = try into.storeFiles(),
      others = try folders.filter { $0 != into }.flatMap { folder in
        let files = try folder.storeFiles()
        guard !files.isEmpty else { throw FileError(.read, folder.path, reason: "there is no such folder, or it holds no results") }
        return files
      }
    guard let experiment = try (own + others).lazy.compactMap(Self.experiment).first else {
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
    let schema = StoreSchema(experiment: experiment)
    do {
      let database = try Database(partial, for: .write)
      // Until it has its name nothing depends on it.
      try database.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
      try database.execute(schema.creation)
      for file in own {
        // One at a time: there may be more than a process may have open. What is added to one later is seen by its version.
        let lock = file == into.store ? nil : try WriterLock(for: file)
        defer { withExtendedLifetime(lock) {} }
        try Self.gather(file)
        try Self.add(file, to: database, schema: schema)
        versions[file] = Files.version(file, opening: true)
      }
      for file in others { try Self.add(file, to: database, schema: schema) }
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
  }

  /// What a killed writer left beside its file goes into it: SQLite would read it as belonging to the merged file. Not possible while others have it open.
  private static func gather(_ file: String) throws {
    let mode = try Database(file, for: .write).text("PRAGMA journal_mode = DELETE")
    guard mode == "delete", ["-wal", "-journal"].allSatisfy({ Files.size(file + $0) == nil }) else {
      throw StoreError.inUse(file: file, holder: "another program, which has it open")
    }
  }

  /// Nil of a file without contents, as a run leaves it that was killed as it began.
  private static func experiment(of file: String) throws -> Experiment? {
    let database = try Database(file, for: .read)
    if try database.isEmpty { return nil }
    try StoreSchema.checkFormat(database)
    guard let experiment = try Experiment(rawValue: database.text("SELECT value FROM about WHERE key = 'experiment'") ?? "") else {
      throw StoreError.incompatible(file: file, reason: "names no experiment that this version knows")
    }
    return experiment
  }

  private static func add(_ file: String, to merged: Database, schema: StoreSchema) throws {
    do {
      // Takes back what a killed writer left half done, and says what is wrong with the file by its name.
      let database = try Database(file, for: .read)
      guard try !database.isEmpty else { return }
      try database.checkWhole(schema)
    }
    let attach = try merged.prepare("ATTACH ? AS source")
    try attach.bind(file, at: 1)
    try attach.run()
    defer { try? merged.execute("DETACH source") }
    // One look at the source, which somebody may be writing.
    try merged.execute("BEGIN")
    do {
      guard try merged.integer("SELECT count(*) FROM source.trial WHERE cell NOT IN (SELECT id FROM source.cell)") == 0 else {
        throw StoreError.damaged(file: file, detail: "it has trials of cells that are missing")
      }
      try merged.execute(schema.mergingRows)
      if let trial = try merged.text(schema.contradiction) { throw StoreError.contradiction(trial: trial, files: [file, "others"]) }
      try merged.execute(schema.mergingTrials)
      try merged.execute("COMMIT")
    } catch {
      try? merged.execute("ROLLBACK")
      throw error
    }
  }
}

extension StoreSchema {
  private var cellNames: String { "seed, " + parameters.map { "\"\($0.name)\"" }.joined(separator: ", ") }
  private var figures: [String] { ["outcome", "reason"] + columns.map { "\"\($0.name)\"" } }
  /// Rows of `source.trial` with the merged store's cell and the text of their note.
  private var sourceTrials: String {
    """
    source.trial AS theirs JOIN source.cell AS place ON place.id = theirs.cell JOIN main.cell AS cell USING (\(cellNames))
      LEFT JOIN source.note AS remark ON remark.id = theirs.note
    """
  }

  fileprivate var mergingRows: String {
    """
    INSERT OR IGNORE INTO main.cell (\(cellNames)) SELECT \(cellNames) FROM source.cell ORDER BY id;
    INSERT OR IGNORE INTO main.note (text) SELECT text FROM source.note ORDER BY id;
    INSERT INTO main.spec SELECT text, used FROM source.spec WHERE true ON CONFLICT (text) DO UPDATE SET used = max(used, excluded.used);
    """
  }

  /// Gives a row if a trial has other figures in the source than in the merged store.
  fileprivate var contradiction: String {
    let differences = figures.map { "theirs.\($0) IS NOT ours.\($0)" } + ["remark.text IS NOT note.text"]
    return """
      SELECT 'repetition ' || theirs.repetition || ' of the cell ' || theirs.cell FROM \(sourceTrials)
        JOIN main.trial AS ours ON ours.cell = cell.id AND ours.repetition = theirs.repetition
        LEFT JOIN main.note AS note ON note.id = ours.note
      WHERE \(differences.joined(separator: " OR ")) LIMIT 1
      """
  }

  fileprivate var mergingTrials: String {
    """
    INSERT OR IGNORE INTO main.trial (cell, repetition, note, \(figures.joined(separator: ", ")))
      SELECT cell.id, theirs.repetition, note.id, \(figures.map { "theirs.\($0)" }.joined(separator: ", ")) FROM \(sourceTrials)
        LEFT JOIN main.note AS note ON note.text = remark.text
      ORDER BY cell.id, theirs.repetition;
    """
  }
}
