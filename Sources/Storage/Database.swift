import CSQLite
import Platform

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A connection to an SQLite file, used by one thread at a time.
package final class Database {
  /// `copy` reads, and may write to other files.
  package enum Access { case read, write, copy }

  package let path: String
  private let handle: OpaquePointer

  package init(_ path: String, for access: Access) throws(StoreError) {
    self.path = path
    switch access {
    case .write:
      do { handle = try Self.open(path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) } catch {
        if case .cannotOpen(let file, let reason) = error { throw .cannotWrite(file: file, reason: reason) }
        throw error
      }
    case .read, .copy: handle = try Self.openForReading(path)
    }
    // Longer than a scan of a large store takes, in milliseconds.
    sqlite3_busy_timeout(handle, 60_000)
    if access == .read { try execute("PRAGMA query_only = ON") }
  }

  deinit { sqlite3_close_v2(handle) }

  private static func open(_ name: String, flags: Int32) throws(StoreError) -> OpaquePointer {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let handle else {
      defer { sqlite3_close_v2(handle) }
      throw error(code, handle, path: name)
    }
    return handle
  }

  /// Where it may write, a reader rolls back the transaction that a killed writer left unfinished. A store left in write-ahead mode cannot be read the usual
  /// way from a folder that is not writable; if its log is empty, it can be read as an immutable file.
  private static func openForReading(_ path: String) throws(StoreError) -> OpaquePointer {
    let handle = try open(path, flags: SQLITE_OPEN_READWRITE)
    let code = sqlite3_exec(handle, "PRAGMA schema_version", nil, nil, nil)
    guard code == SQLITE_CANTOPEN || code & 0xFF == SQLITE_READONLY, (Files.size(path + "-wal") ?? 0) == 0 else { return handle }
    sqlite3_close_v2(handle)
    let escaped = path.utf8.map { byte in
      let safe = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "/") == byte
      return safe ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return try open("file:" + escaped.joined() + "?immutable=1", flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
  }

  package func execute(_ sql: String) throws(StoreError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code) }
  }

  package func prepare(_ sql: String) throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else {
      // Statements are right for a store that is whole: a table or a column is missing.
      throw code == SQLITE_ERROR ? .damaged(file: path, detail: String(cString: sqlite3_errmsg(handle))) : error(code)
    }
    return Statement(statement, in: self)
  }

  /// The first column of the first row; nil if there is no row.
  func integer(_ sql: String) throws(StoreError) -> Int? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : nil
  }

  func text(_ sql: String) throws(StoreError) -> String? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.text(0) : nil
  }

  /// The first column of every row.
  func texts(_ sql: String) throws(StoreError) -> [String] {
    let statement = try prepare(sql)
    var texts: [String] = []
    while try statement.step() { texts.append(statement.text(0) ?? "") }
    return texts
  }

  /// Checkpoints the write-ahead log, or rolls back the journal, that a killed writer left beside its file: SQLite would apply it to the file that takes its
  /// place. Not possible while others have it open.
  static func gather(_ file: String) throws(StoreError) {
    let mode = try Database(file, for: .write).text("PRAGMA journal_mode = DELETE")
    guard mode == "delete", ["-wal", "-journal"].allSatisfy({ Files.size(file + $0) == nil }) else {
      throw .inUse(file: file, holder: "another program, which has it open")
    }
  }

  /// Names of a table's columns; none if there is no such table.
  func columns(of table: String) throws(StoreError) -> Set<String> { Set(try texts("SELECT name FROM pragma_table_info('\(table)')")) }

  /// All that `body` does, or, with an error, nothing.
  func inTransaction(_ body: () throws -> Void) throws {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      // Fails if SQLite has rolled back by itself, as on a full disk.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// True of a file without contents: a new one, or one whose first writer was killed before it had stored anything.
  var isEmpty: Bool {
    get throws(StoreError) {
      let tables = try integer("SELECT count(*) FROM sqlite_schema"), application = try integer("PRAGMA application_id")
      return tables == 0 && application == 0
    }
  }

  /// Refuses what is not an undamaged store of the schema's experiment; reads all of it.
  @discardableResult
  func checkWhole(_ schema: StoreSchema) throws(StoreError) -> StoredLayout {
    let layout = try StoredLayout(of: self, schema)
    try checkLength()
    if let complaint = try text("PRAGMA quick_check(1)"), complaint != "ok" { throw .damaged(file: path, detail: complaint) }
    return layout
  }

  /// Refuses a file that is shorter than its header says: reads might not reach what is missing. In write-ahead mode the rest may be in the log.
  func checkLength() throws(StoreError) {
    guard Files.size(path + "-wal") == nil, let pages = try integer("PRAGMA page_count"), let page = try integer("PRAGMA page_size") else { return }
    let size = Files.size(path) ?? 0
    guard size >= pages * page else { throw .damaged(file: path, detail: "it is cut off: \(size) of \(pages * page) bytes") }
  }

  var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

  func error(_ code: Int32) -> StoreError { Self.error(code, handle, path: path) }

  private static func error(_ code: Int32, _ handle: OpaquePointer?, path: String) -> StoreError {
    let words = String(cString: handle.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code))
    switch code & 0xFF {
    case SQLITE_NOTADB: return .foreign(file: path, found: words)
    case SQLITE_CORRUPT: return .damaged(file: path, detail: words)
    case SQLITE_FULL: return .full(file: path)
    case SQLITE_READONLY, SQLITE_PERM: return .cannotWrite(file: path, reason: words)
    case SQLITE_CANTOPEN: return .cannotOpen(file: path, reason: words)
    case SQLITE_BUSY, SQLITE_LOCKED: return .inUse(file: path, holder: "another process")
    default:
      let reason = handle.map(systemError) ?? 0
      if reason == ENOSPC { return .full(file: path) }
      return .inputOutput(file: path, detail: reason == 0 ? "\(words) (SQLite code \(code))" : String(cString: strerror(reason)).lowercased())
    }
  }

  /// What the system said where SQLite says "disk I/O error" and no more: that a quota is used up, for one. 0 if SQLite has not kept it.
  private static func systemError(_ handle: OpaquePointer) -> Int32 {
    var code = sqlite3_system_errno(handle)
    for which in [SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER] where code == 0 {
      var file: UnsafeMutablePointer<sqlite3_file>?
      guard sqlite3_file_control(handle, "main", which, &file) == SQLITE_OK, let file, let control = file.pointee.pMethods?.pointee.xFileControl else {
        continue
      }
      _ = control(file, SQLITE_FCNTL_LAST_ERRNO, &code)
    }
    return code
  }
}

/// A prepared statement.
package final class Statement {
  private let handle: OpaquePointer
  var file: String { database.path }
  // A statement must not outlive its connection.
  private let database: Database

  fileprivate init(_ handle: OpaquePointer, in database: Database) { (self.handle, self.database) = (handle, database) }

  deinit { sqlite3_finalize(handle) }

  /// True if there is a row.
  package func step() throws(StoreError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.error(code)
    }
  }

  /// Runs a statement that gives no rows, and makes it ready to be bound again.
  package func run() throws(StoreError) {
    defer { reset() }
    _ = try step()
  }

  package func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Parameters count from 1.
  package func bind(_ value: Int, at index: Int) throws(StoreError) { try check(sqlite3_bind_int64(handle, Int32(index), Int64(value))) }
  package func bind(_ value: Double, at index: Int) throws(StoreError) { try check(sqlite3_bind_double(handle, Int32(index), value)) }
  package func bind(_ text: String, at index: Int) throws(StoreError) {
    var text = text
    // With its length: a text may hold zero characters. SQLITE_TRANSIENT: SQLite keeps a copy of its own.
    let code = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, Int32(index), $0.baseAddress, Int32(clamping: $0.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
      }
    }
    try check(code)
  }

  private func check(_ code: Int32) throws(StoreError) { guard code == SQLITE_OK else { throw database.error(code) } }

  /// Columns count from 0.
  package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
  package func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }
  package func number(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
  package func text(_ column: Int) -> String? {
    guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return nil }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, Int32(column)))), as: UTF8.self)
  }
}
