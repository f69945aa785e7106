import Foundation
import TestSupport
import Testing

/// A verdict is the same wherever it is shown: as records, as a table for people, and in the page.
@Suite struct VerdictTests {
  private let folder: TemporaryFolder
  private let output: String
  private let binary: Binary

  init() throws {
    folder = try TemporaryFolder()
    binary = try Binary(.release)
    output = folder.path + "/output"
    let spec = folder.path + "/small.json5"
    try """
    { name: "small", experiment: "cnn", repetitions: 4, axes: { snr: [0.1, 0.3, 0.6, 1, 2], forgetRatio: [0.05, 0.2, 0.35, 0.5, 0.7] },
      parameters: { samples: 20, dimension: 60, filtersPerClass: 3, trainBatchSize: 5, testSamples: 5, unlearnSteps: 60, trainTargetLoss: 0.3 } }
    """.write(toFile: spec, atomically: true, encoding: .utf8)
    let run = try binary.run(["run", spec, "--output", output])
    try #require(run.status == 0, "\(run.talk)")
  }

  private struct Verdict {
    let event: String
    let criterion: String
    let isOwn: Bool
    /// In the order of the table's columns.
    let figures: [String]
    let sure: [String: Int]?
  }

  /// From the records, each with the interval that follows it: three decimals, or "-".
  private func verdicts() throws -> [Verdict] {
    let text = try binary.run(["compare", output, "--json"]).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let outcomes = [
      "forgetSuccess": "forget", "retainFailure": "retainLoss", "escape": "escape", "memoryErased": "memory", "memorised": "memorised", "benign": "benign",
    ]
    return try #require(object["judgements"] as? [[String: Any]]).map { record in
      func figure(_ name: String) -> String {
        let estimate = record[name] as? [String: Any] ?? [:]
        func text(_ key: String) -> String? {
          (estimate[key] as? Double).map { String(format: "%.3f", $0).replacingOccurrences(of: "-0.000", with: "0.000") }
        }
        guard let value = text("value") else { return "-" }
        return value + (text("low").map { " [\($0), \(text("high") ?? "")]" } ?? "")
      }
      let event = try #require(record["event"] as? String)
      return Verdict(
        event: event, criterion: try #require(record["criterion"] as? String), isOwn: outcomes[event] == record["predicts"] as? String,
        figures: ["onRightSide", "balancedAccuracy", "intersectionOverUnion", "areaUnderROC", "bias"].map(figure), sure: record["sure"] as? [String: Int])
    }
  }

  private static let headings = [
    "forgotten (": "forgetSuccess", "retain set lost (": "retainFailure", "escaped": "escape", "memory erased (": "memoryErased",
    "memorised (": "memorised", "benign (": "benign",
  ]

  private func event(_ heading: String) -> String? { Self.headings.first { heading.hasPrefix($0.key) }?.value }

  /// The page holds the command's own figures, which it shows at the specification's thresholds; that they are what it shows is seen in a browser
  /// (ExplorerTests).
  @Test func thePageHoldsTheRecords() throws {
    let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
    let head = try #require(page.firstMatch(of: /<script type="application\/json" id="head">(.*?)<\/script>/)).output.1
    let object = try #require(try JSONSerialization.jsonObject(with: Data(head.utf8)) as? [String: Any])
    let held = try #require(object["verdicts"] as? [String: [String: [String: Any]]]), verdicts = try verdicts().filter(\.isOwn)
    #expect(held.count == verdicts.count && held.count == 27, "\(held.count): \(held.keys.sorted())")
    for verdict in verdicts {
      let found = try #require(held["\(verdict.event)/\(verdict.criterion)"])
      let figures = ["onRightSide", "balancedAccuracy", "intersectionOverUnion", "areaUnderROC", "bias"].map { name -> String in
        func text(_ key: String) -> String? {
          (found[name]?[key] as? Double).map { String(format: "%.3f", $0).replacingOccurrences(of: "-0.000", with: "0.000") }
        }
        guard let value = text("value") else { return "-" }
        return value + (text("low").map { " [\($0), \(text("high") ?? "")]" } ?? "")
      }
      #expect(figures == verdict.figures, "\(verdict.event), \(verdict.criterion)")
    }
    // Enough differs for columns that changed places to be seen.
    #expect(verdicts.contains { Set($0.figures).count == 5 })
  }

  /// The table has an interval where it matters most, and a sign for the bias. It stands in blocks of lines, each beginning with the criterion.
  @Test func theTableShowsTheRecords() throws {
    let text = try binary.run(["compare", output]).output, verdicts = try verdicts().filter(\.isOwn)
    var event = "", rows: [String: [String]] = [:]
    for line in text.split(separator: "\n").map(String.init) {
      #expect(line.count <= 80, "\(line)")
      if let found = self.event(line) { event = found }
      // Before the first event stands how often each happened.
      guard !event.isEmpty, line.hasPrefix("  "), !line.hasPrefix("  made for"), !line.hasPrefix("    ") else { continue }
      rows[event, default: []].append(line)
    }
    func value(_ figure: String) -> String { String(figure.prefix { $0 != " " }) }
    func words(_ line: String) -> String { line.split(separator: " ").joined(separator: " ") }
    for (event, lines) in rows {
      let expected = verdicts.filter { $0.event == event }, height = expected.count + 1
      try #require(lines.count >= 2 * height && words(lines[0]) == "criterion right balanced AUC")
      #expect(words(lines[height]).hasPrefix("criterion IoU bias claim"))
      for (i, verdict) in expected.enumerated() {
        let f = verdict.figures, bias = value(f[4])
        #expect(words(lines[i + 1]) == "\(verdict.criterion) \(f[0]) \(value(f[1])) \(f[3])")
        var claim = ""
        if let sure = verdict.sure { claim = sure["cells"] == 0 ? "silent" : "\(sure["violations"] ?? -1) of \(sure["cells"] ?? -1) wrong" }
        #expect(words(lines[height + i + 1]).hasPrefix("\(verdict.criterion) \(value(f[2])) \((bias.hasPrefix("-") ? "" : "+") + bias) \(claim)"))
      }
    }
    #expect(rows.count == 6)
  }

  /// What is counted is what the export lists.
  @Test func statusAndPageCountAlike() throws {
    let text = try binary.run(["status", output, "--json"]).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    func count(_ key: String) -> Int { object[key] as? Int ?? -1 }
    #expect(count("trials") == 100 && count("completed") + count("notTrained") == 100 && count("escaped") > 0 && count("escaped") < count("completed"))
    let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8), table = try binary.run(["status", output]).output
    #expect(page.contains("\(count("escaped")) trials escaped, \(count("notTrained")) did not train to their target, 0 failed"))
    #expect(table.contains("completed     \(count("completed")), of which \(count("escaped")) escaped"))
    // How often each event happened, as records and in the table.
    let records = try JSONSerialization.jsonObject(with: Data(binary.run(["compare", output, "--json"]).output.utf8)) as? [String: Any]
    let events = try #require(records?["events"] as? [String: [String: Int]]), compared = try binary.run(["compare", output]).output
    #expect(events.count == 14 && events["escape"] == ["happened": count("escaped"), "trials": count("completed")])
    for (name, record) in events {
      let words = "\(record["happened"] ?? -1) of \(record["trials"] ?? -1)"
      #expect(compared.contains("  \(name.padding(toLength: 19, withPad: " ", startingAt: 0))  \(words)"), "\(name)")
    }
    let csv = try binary.run(["export", output, "--format", "csv"]).output.split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(csv[0].firstIndex(of: "escapedAtStep"))
    #expect(csv.dropFirst().count { !$0[column].isEmpty } == count("escaped"))
  }
}
