import Foundation
import Testing

/// What the documentation lists is what there is.
@Suite struct DocumentationTests {
  private func document(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The names in backquotes in the first cell of each row of the tables, in order.
  private func firstCells(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
      row.dropFirst().prefix { $0 != "|" }.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
    }
  }

  @Test func everyColumnIsDocumentedInOrder() throws {
    let table = try Binary(.release).run(["trial"]).output
    let columns = table.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(firstCells(try document("docs/columns.md")) == columns)
  }

  @Test func everyEscapeCriterionIsInTheTheory() throws {
    let criteria = try Binary(.release).run(["criteria"]).output
    let theory = try document("docs/theory.md")
    let blocks = criteria.components(separatedBy: "\n\n").filter { $0.contains("leaves the neighbourhood") }
    #expect(blocks.count == 7)
    for block in blocks { #expect(theory.contains("| `\(block.prefix { $0 != " " })`")) }
  }
}
