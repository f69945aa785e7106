import Foundation
import TestSupport
import Testing

/// What the documentation lists is what there is.
@Suite struct DocumentationTests {
  @Test func everyEscapeCriterionIsInTheTheory() throws {
    let criteria = try Binary(.release).run(["criteria"]).output
    let theory = try Repository.file("docs/theory.md")
    let blocks = criteria.components(separatedBy: "\n\n").filter { $0.contains("leaves the neighbourhood") }
    #expect(blocks.count == 15)
    for block in blocks { #expect(theory.contains("| `\(block.prefix { $0 != " " })`")) }
  }

  /// Each fault that `make faults` plants is one of the sources as they are.
  @Test func plantedFaultsHaveTheirPlaces() throws {
    let result = try Program.run("/usr/bin/env", ["python3", Repository.root.path + "/Tests/faults/plant.py", "--check"])
    #expect(result.status == 0, "\(result.talk)")
  }

  /// The graph of docs/architecture.md says what each target can import, directly or through others: exactly what Package.swift lets it.
  @Test func theGraphIsThePackages() throws {
    let scratch = try TemporaryFolder()
    let result = try Program.run("/usr/bin/env", ["swift", "package", "--package-path", Repository.root.path, "--scratch-path", scratch.path, "dump-package"])
    try #require(result.status == 0, "\(result.talk)")
    let package = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    var actual: [String: Set<String>] = [:]
    for target in try #require(package["targets"] as? [[String: Any]]) where target["type"] as? String != "test" && target["name"] as? String != "TestSupport" {
      let dependencies = try #require(target["dependencies"] as? [[String: [Any]]])
      actual[try #require(target["name"] as? String)] = Set(dependencies.compactMap { $0.values.first?.first as? String })
    }
    var drawn: [String: Set<String>] = [:]
    for line in try Repository.file("docs/architecture.md").split(separator: "\n") where line.hasPrefix("  ") && line.contains(" --> ") {
      let ends = line.trimmingCharacters(in: .whitespaces).components(separatedBy: " --> ")
      drawn[ends[0], default: []].insert(ends[1])
    }
    func reached(from target: String, by arrows: [String: Set<String>]) -> Set<String> {
      (arrows[target] ?? []).reduce(into: arrows[target] ?? []) { $0.formUnion(reached(from: $1, by: arrows)) }
    }
    #expect(actual.count > 15)
    for target in actual.keys { #expect(reached(from: target, by: drawn) == reached(from: target, by: actual), "\(target)") }
    let table = try Repository.file("docs/architecture.md")
    for target in actual.keys {
      #expect(table.contains("| `\(target)`") || table.contains("`\(target)`,") || table.contains("`\(target)` |"), "\(target) is not in the table")
    }
  }
}
