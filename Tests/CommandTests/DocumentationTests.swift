import Foundation
import TestSupport
import Testing

/// What the documentation lists is what there is.
@Suite struct DocumentationTests {
  /// The names in backquotes in the first cell of each row of the tables, in order.
  private func firstCells(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
      row.dropFirst().prefix { $0 != "|" }.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
    }
  }

  @Test func everyColumnIsDocumentedInOrder() throws {
    let table = try Binary(.release).run(["trial"]).output
    let columns = table.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(firstCells(try Repository.file("docs/columns.md")) == columns)
  }

  @Test func everyEscapeCriterionIsInTheTheory() throws {
    let criteria = try Binary(.release).run(["criteria"]).output
    let theory = try Repository.file("docs/theory.md")
    let blocks = criteria.components(separatedBy: "\n\n").filter { $0.contains("leaves the neighbourhood") }
    #expect(blocks.count == 7)
    for block in blocks { #expect(theory.contains("| `\(block.prefix { $0 != " " })`")) }
  }
}
