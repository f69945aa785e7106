import Storage
import TestSupport
import Testing

/// SQLite's own answers are looked at, and texts and numbers go in and come out whole.
@Suite struct DatabaseTests {
  private let folder: TemporaryFolder
  private let database: Database

  init() throws {
    folder = try TemporaryFolder()
    database = try Database(folder.path + "/test.sqlite", for: .write)
  }

  @Test func aBindThatFailsIsAnError() throws {
    let statement = try database.prepare("SELECT ?")
    #expect(throws: StoreError.self) { try statement.bind(1, at: 2) }
    #expect(throws: StoreError.self) { try statement.bind(0.5, at: 0) }
    #expect(throws: StoreError.self) { try statement.bind("text", at: 2) }
    try statement.bind(7, at: 1)
    #expect(try statement.step() && statement.integer(0) == 7)
  }

  @Test(arguments: ["", "plain", "\u{0}", "a\u{0}b", "\u{0}\u{0}", "é \u{1F600}\u{0}"]) func textsComeBackWhole(text: String) throws {
    let statement = try database.prepare("SELECT ?, length(CAST(?1 AS BLOB))")
    try statement.bind(text, at: 1)
    #expect(try statement.step() && statement.text(0) == text && statement.integer(1) == text.utf8.count)
  }
}
