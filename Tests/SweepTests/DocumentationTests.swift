import Experiments
import Foundation
import Model
import Specs
import TestSupport
import Testing

/// What the documentation lists is what there is: columns, parameters, defaults, ranges.
@Suite struct DocumentationTests {
  /// The cells of each row of a section's tables whose first cell is in backquotes.
  private func rows(of file: String, section: String) throws -> [[String]] {
    let sections = try Repository.file(file).components(separatedBy: "\n## ").filter { $0.hasPrefix(section) }
    return sections.joined(separator: "\n").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Name, unit and meaning of every column, in order. With DOCS_WRITE=1 in the environment the rows are printed instead of compared.
  @Test(arguments: Catalogue.standard.names) func everyColumnIsDocumentedInOrder(name: String) throws {
    let experiment = experiment(name)
    let documented = try rows(of: "docs/columns.md", section: "The \(experiment.name) experiment")
    let expected = experiment.columns.map { ["`\($0.name)`", $0.unit, $0.meaning] }
    if ProcessInfo.processInfo.environment["DOCS_WRITE"] != nil {
      print(expected.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n"))
    } else {
      #expect(documented == expected, "renew the tables of docs/columns.md: DOCS_WRITE=1 prints their rows")
      for probe in experiment.probes {
        let section = try rows(of: "docs/columns.md", section: "The \(name) experiment, probe `\(probe.name)`")
        #expect(section.map { $0[0] } == probe.columns.map { "`\($0.name)`" }, "the section of the probe \(probe.name)")
      }
    }
  }

  @Test(arguments: Catalogue.standard.names) func everyParameterIsDocumentedWithDefaultAndRange(name: String) throws {
    let experiment = experiment(name)
    if ProcessInfo.processInfo.environment["DOCS_WRITE"] != nil {
      return print(
        experiment.parameters.map { "| `\($0.name)` | \($0.symbol) | \($0.standard.text) | \($0.allowed) | \($0.meaning) |" }.joined(separator: "\n"))
    }
    let rows = try rows(of: "docs/spec.md", section: "Parameters of the \(experiment.name) experiment")
    #expect(rows.map { $0[0] } == experiment.parameters.map { "`\($0.name)`" })
    for (row, parameter) in zip(rows, experiment.parameters) {
      #expect(
        row[1...] == [parameter.symbol, parameter.standard.text, parameter.allowed, parameter.meaning],
        "renew the tables of docs/spec.md: DOCS_WRITE=1 prints their rows")
    }
  }

  /// The example of docs/spec.md is one.
  @Test func theExampleIsValid() throws {
    let example = try #require(
      try Repository.file("docs/spec.md").components(separatedBy: "```json5\n").dropFirst().first?.components(separatedBy: "```").first)
    #expect(try spec(example).trials == 864)
  }
}
