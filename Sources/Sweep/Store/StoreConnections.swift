/// The stores of a folder, opened when they are read: there may be more of them than a process may have open.
final class StoreConnections {
  struct Connection {
    let database: Database
    /// Its trials of a cell's row within a range of repetitions.
    let trials: Statement
  }

  private let schema: StoreSchema
  /// The one used last comes last.
  private var open: [(path: String, connection: Connection)] = []

  /// Far below what systems allow, and more than a run on one machine leaves.
  static let mostOpen = 32

  init(schema: StoreSchema) { self.schema = schema }

  /// Opens the store, unless it is open still.
  func connection(to path: String) throws -> Connection {
    if let place = open.lastIndex(where: { $0.path == path }) {
      let known = open.remove(at: place)
      open.append(known)
      return known.connection
    }
    return try keep(Database(path, for: .read))
  }

  /// Takes a store that was opened elsewhere.
  @discardableResult
  func keep(_ database: Database) throws -> Connection {
    let connection = Connection(database: database, trials: try database.prepare(schema.trialSelection))
    if open.count >= Self.mostOpen { open.removeFirst() }
    open.append((database.path, connection))
    return connection
  }
}
