import Foundation
import TestSupport
import Testing

/// What the documentation lists is what there is.
@Suite struct DocumentationTests {
  @Test func everyEscapeCriterionIsInTheTheory() throws {
    let criteria = try Binary(.release).run(["criteria"]).output
    let theory = try Repository.file("docs/theory.md")
    let blocks = criteria.components(separatedBy: "\n\n").filter { $0.contains("leaves the neighbourhood") }
    #expect(blocks.count == 7)
    for block in blocks { #expect(theory.contains("| `\(block.prefix { $0 != " " })`")) }
  }
}
