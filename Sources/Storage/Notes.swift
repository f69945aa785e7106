/// Reads the notes of a store, each once.
final class RemarkReader {
  private let database: Database
  private let table: String
  private var known: [Int: Remark] = [:]

  init(_ database: Database, table: String = "note") { (self.database, self.table) = (database, table) }

  func remark(_ identifier: Int) throws(StoreError) -> Remark {
    if let known = known[identifier] { return known }
    guard let text = try database.text("SELECT text FROM \(table) WHERE id = \(identifier)"), let remark = Remark(json: text) else {
      throw .damaged(file: database.path, detail: "note \(identifier), which says why values are missing, is missing itself or no JSON")
    }
    known[identifier] = remark
    return remark
  }
}

/// Writes notes, each once.
final class NoteTable {
  private let path: String
  private let insertion: Statement
  private let selection: Statement
  private var known: [String: Int] = [:]

  /// The cache is bounded: reasons that hold numbers make many different notes.
  private static let mostKnown = 1000

  init(_ database: Database) throws(StoreError) {
    path = database.path
    insertion = try database.prepare("INSERT OR IGNORE INTO note VALUES (NULL, ?)")
    selection = try database.prepare("SELECT id FROM note WHERE text = ?")
  }

  func identifier(of remark: Remark) throws(StoreError) -> Int {
    let text = remark.json
    if let known = known[text] { return known }
    try insertion.bind(text, at: 1)
    try insertion.run()
    try selection.bind(text, at: 1)
    defer { selection.reset() }
    guard try selection.step() else { throw .inputOutput(file: path, detail: "a note that was written is not there") }
    if known.count >= Self.mostKnown { known.removeAll() }
    known[text] = selection.integer(0)
    return selection.integer(0)
  }

  /// To be called when what was inserted may have been rolled back.
  func forget() { known.removeAll() }
}
