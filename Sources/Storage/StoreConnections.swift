import Platform

/// Connections to the stores of a folder, opened when they are read. There may be more stores than a process may have open: the least recently used
/// connection is closed first.
final class StoreConnections {
  struct Connection {
    let database: Database
    /// All that is known of a cell's trials within a range of repetitions.
    let trials: Statement
    /// Where what each probe found begins in its rows.
    let offsets: [Int?]
    let remarks: RemarkReader
    fileprivate let version: Files.Version?
    fileprivate let schemaVersion: Int?

    /// Whether the file is another than the one that was opened, or its tables are.
    var hasChanged: Bool {
      guard let version, let now = Files.version(database.path), now.isSameFile(as: version) else { return true }
      return (try? database.integer("PRAGMA schema_version")) != schemaVersion
    }
  }

  private let schema: StoreSchema
  /// The most recently used comes last.
  private var open: [(path: String, connection: Connection)] = []

  /// Far below what systems allow, and more than a run on one machine leaves.
  static let mostOpen = 32

  init(schema: StoreSchema) { self.schema = schema }

  /// Opens the store, unless it is open still. Refuses one whose file has been replaced since it was that of `version`: its rows have other numbers.
  func connection(to path: String, version: Files.Version) throws -> Connection {
    if let place = open.lastIndex(where: { $0.path == path }) {
      let known = open.remove(at: place)
      open.append(known)
      guard let now = Files.version(path), now.isSameFile(as: version) else { throw StoreError.changed(file: path) }
      return known.connection
    }
    let database = try Database(path, for: .read)
    guard let now = Files.version(path), now.isSameFile(as: version) else { throw StoreError.changed(file: path) }
    return try keep(database, StoredLayout(of: database, schema))
  }

  /// Takes a store that was opened elsewhere.
  @discardableResult
  func keep(_ database: Database, _ layout: StoredLayout) throws -> Connection {
    let connection = Connection(
      database: database, trials: try database.prepare(layout.selection), offsets: layout.offsets, remarks: RemarkReader(database),
      version: Files.version(database.path), schemaVersion: try database.integer("PRAGMA schema_version"))
    if open.count >= Self.mostOpen { open.removeFirst() }
    open.append((database.path, connection))
    return connection
  }
}
