import Foundation
import TestSupport
import Testing

/// The specifications under sweeps/, each run once by the release binary: every number that comes out is the one of before, and those that README.md tells are
/// among them.
@Suite(.serialized) struct ShippedSweeps {
  private static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: Repository.root.path + "/sweeps"))?
    .filter { $0.hasSuffix(".json5") }.map { String($0.dropLast(6)) }.sorted() ?? []
  /// Without those whose images are not on this machine (scripts/setup fashion).
  private static let runnable = names.filter { $0 != "fashion" || FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist") }

  /// A line `sweep hash` for each: FNV-1a in 64 bits of its export as CSV.
  private static let golden = Repository.root.path + "/Tests/CommandTests/Fixtures/golden-sweeps.txt"
  private static let howToRenew = """
    If that is meant, say so in CHANGELOG.md under Numbers, renew docs/figures and the tables of README.md, and in the same commit the hash: \
    GOLDEN_WRITE=1 swift test -c release --disable-testable-imports --filter ShippedSweeps
    """

  @Test(arguments: runnable) func measuresWhatItDid(name: String) throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release), output = folder.path + "/" + name
    let run = try binary.run(["run", Repository.root.path + "/sweeps/\(name).json5", "--output", output, "--no-figures"])
    try #require(run.status == 0, "\(run.talk)")
    let csv = folder.path + "/a.csv"
    #expect(try binary.run(["export", output, "--format", "csv", "--to", csv]).status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: csv))
    try expectGolden(name, hash: bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })

    let status = try object(binary.run(["status", output, "--json"]).output), all = try #require(status["trials"] as? Int)
    // Those that are wanted.
    let trials = (status["refined"] as? [String: Any])?["trials"] as? Int ?? all
    // On Fashion-MNIST some networks do not come to their target loss.
    let untrained = status["notTrained"] as? Int ?? -1
    #expect(name == "fashion" ? untrained < trials / 10 : untrained == 0)
    #expect((status["completed"] as? Int ?? 0) + untrained == trials && status["left"] as? Int == 0 && bytes.count { $0 == UInt8(ascii: "\n") } == trials + 1)
    try expectTrials(name, trials: trials, repetitions: #require(status["repetitions"] as? Int))
    let compared = try object(binary.run(["compare", output, "--json"]).output)
    try expectClaims(name, judgements: #require(compared["judgements"] as? [[String: Any]]))
    try expectCounts(name, events: #require(compared["events"] as? [String: [String: Int]]))
    try expectNarrow(name, in: output, of: binary)
    let text = String(decoding: bytes, as: UTF8.self)
    if ["digits", "fashion"].contains(name) { try ImageFindings(csv: text).expectTold(of: name) } else { try DeletionFindings(csv: text).expectTold(of: name) }
  }

  /// Every sweep is in README.md's table, and those whose numbers it tells are shipped.
  @Test func readmeKnowsTheSweeps() throws {
    #expect(try Self.table("| sweep | axes |").map { unquoted($0[0]) }.sorted() == Self.names)
    #expect(try Set(Self.claims().map(\.sweep)) == ["snr-forget", "batch-step", "hessian-coherence"] && Self.claims().count == 24)
  }

  /// What is printed for people fits a terminal of 80 columns.
  private func expectNarrow(_ name: String, in output: String, of binary: Binary) throws {
    let spec = Repository.root.path + "/sweeps/\(name).json5", compared = try binary.run(["compare", output])
    let plan = try binary.run(["run", spec, "--output", output + "-planned", "--dry-run"])
    var texts = [compared, plan, try binary.run(["status", output])]
    let axes = plan.output.matches(of: /axis +(\w+), (\d+) values/).map { (name: String($0.output.1), values: Int($0.output.2) ?? 0) }
    // More values are more rows of the same table, and take minutes.
    for axis in axes.filter({ $0.values <= 8 }).map(\.name) { texts.append(try binary.run(["compare", output, "--by", axis])) }
    #expect(!axes.isEmpty && texts.allSatisfy { $0.status == 0 && !$0.output.isEmpty })
    // The name of a folder is as long as it is.
    for line in texts.flatMap({ $0.output.split(separator: "\n") }) where !line.contains(output) { #expect(line.count <= 80, "\(name): \(line)") }
    // Bounds that are of ascent alone say that they are.
    let partial = compared.output.matches(of: /(\w+) speaks of (\d+) of the (\d+) cells alone/).map { "\($0.output.1) \($0.output.2)/\($0.output.3)" }
    #expect(name != "methods" || partial == ["closedForm 216/864", "coherenceDivergence 216/864", "coherenceConvergence 216/864"], "\(name): \(partial)")
    #expect(name != "methods" || plan.output.contains("axis       method, 4 values: ascent, npo, relabel, uniform\n"))
  }

  private func object(_ text: String) throws -> [String: Any] { try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) }

  private func expectGolden(_ name: String, hash: UInt64) throws {
    let digits = String(hash, radix: 16), line = "\(name) \(String(repeating: "0", count: 16 - digits.count))\(digits)"
    var lines = try String(contentsOfFile: Self.golden, encoding: .utf8).split(separator: "\n").map(String.init)
    if ProcessInfo.processInfo.environment["GOLDEN_WRITE"] != nil {
      lines = (lines.filter { !$0.hasPrefix(name + " ") } + [line]).sorted()
      return try (lines.joined(separator: "\n") + "\n").write(toFile: Self.golden, atomically: true, encoding: .utf8)
    }
    #expect(lines.map { $0.prefix { $0 != " " } } == Self.names.map { $0[...] }, "golden-sweeps.txt needs a line for each sweep. \(Self.howToRenew)")
    #expect(lines.contains(line), "numbers of sweeps/\(name).json5 moved. \(Self.howToRenew)")
  }

  // MARK: - What README.md says

  /// The rows of the table with such a header, by cell.
  private static func table(_ header: String) throws -> [[String]] {
    let lines = try Repository.file("README.md").components(separatedBy: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix(header) }, "README.md has no table \(header)")
    return lines[(first + 2)...].prefix { $0.hasPrefix("|") }.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  private func expectTrials(_ name: String, trials: Int, repetitions: Int) throws {
    let row = try #require(try Self.table("| sweep | axes |").first { unquoted($0[0]) == name })
    #expect(row[2] == "\(trials)", "README.md: trials of \(name)")
    let readme = try Repository.file("README.md")
    if name == "quickstart" { #expect(readme.contains("runs \(trials) trials")) }
    if name == "snr-forget" { #expect(readme.contains("Each cell is \(repetitions) trained networks")) }
    if name == "methods" { #expect(readme.contains("No trial of \(trials) is both forgotten and deleted")) }
  }

  /// What "Forgotten is not deleted" counts.
  private func expectCounts(_ name: String, events: [String: [String: Int]]) throws {
    guard ["snr-forget", "deletion", "methods"].contains(name) else { return }
    #expect(events["forgottenAndDeleted"]?["happened"] == 0 && events["forgottenAndDeleted"]?["trials"] ?? 0 > 0)
    guard name == "snr-forget" else { return }
    func count(_ event: String) -> Int { events[event]?["happened"] ?? -1 }
    let readme = try Repository.file("README.md"), theory = try Repository.file("docs/theory.md"), trials = events["deleted"]?["trials"] ?? -1
    #expect(readme.contains("Of \(trials) trials \(count("forgetSuccess")) are forgotten and \(count("deleted")) deleted (blue); none is both."))
    #expect(
      theory.contains("of \(trials) trials \(count("forgetSuccess")) are forgotten, \(count("deleted")) deleted, \(count("overForgotten")) over-forgotten"))
  }

  /// A row of "How right is each theory?", with what its empty cells take from the rows above.
  private struct ReadmeClaim {
    let sweep: String
    let event: String
    let criterion: String
    /// As in "85.1", and what is said beside it.
    let rightSide: String
    let remark: String
    let area: String
    let distance: String
    let axis: String
  }

  private static func claims() throws -> [ReadmeClaim] {
    let events = ["forgotten": "forgetSuccess", "retain set lost": "retainFailure", "escaped": "escape", "memory erased": "memoryErased"]
    var (sweep, event, axis) = ("", "", "")
    return try table("| sweep | event | criterion |").map { row in
      try #require(row.count == 6, "\(row)")
      if !row[0].isEmpty { sweep = unquoted(row[0]) }
      if !row[1].isEmpty { event = try #require(events[row[1]], "\(row[1]) is no event") }
      let right = row[3].components(separatedBy: " %"), distance = row[5].components(separatedBy: " steps of ")
      try #require(right.count == 2, "\(row[3])")
      if distance.count == 2 {
        let words = distance[1].split(separator: " ")
        axis = words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
      }
      return ReadmeClaim(
        sweep: sweep, event: event, criterion: unquoted(row[2].components(separatedBy: ",")[0]), rightSide: right[0], remark: right[1], area: row[4],
        distance: distance[0], axis: axis)
    }
  }

  private func expectClaims(_ name: String, judgements: [[String: Any]]) throws {
    for claim in try Self.claims() where claim.sweep == name {
      let place = "README.md, \(name), \(claim.criterion)"
      let judgement = try #require(judgements.first { $0["event"] as? String == claim.event && $0["criterion"] as? String == claim.criterion }, "\(place)")
      func value(_ object: Any?) throws -> Double { try #require((object as? [String: Any])?["value"] as? Double, "\(place)") }
      let bias = try value(judgement["bias"]), sure = judgement["sure"] as? [String: Int]
      let distance = (judgement["distance"] as? [String: Any])?[claim.axis] as? [String: Any], cells = judgement["cells"] as? Int
      for (what, told, found) in [
        ("cells on the right side", claim.rightSide, 100 * (try value(judgement["onRightSide"]))),
        ("area under ROC", claim.area, try value(judgement["areaUnderROC"])),
      ] + (claim.distance == "-" ? [] : [("median distance", claim.distance, try value(distance?["median"]))]) {
        let decimals = told.split(separator: ".").dropFirst().first?.count ?? 0
        #expect(String(format: "%.\(decimals)f", found) == told, "\(place): \(what) is \(found)")
      }
      if claim.distance == "-" { #expect(distance?["matched"] as? Int == 0, "\(place): \(String(describing: distance))") }
      switch claim.remark {
      case "": break
      case ", too early": #expect(bias > 0, "\(place): bias \(bias)")
      case ", too late": #expect(bias < 0, "\(place): bias \(bias)")
      case ", no false alarm": #expect(sure?["violations"] == 0 && sure?["cells"] ?? 0 > 0, "\(place): \(String(describing: sure))")
      case ", silent on all \(cells ?? -1) cells": #expect(sure?["cells"] == 0, "\(place): \(String(describing: sure))")
      case ", \(sure?["violations"] ?? -1) of \(sure?["cells"] ?? 0) sure cells contradict": break
      default: Issue.record("\(place): '\(claim.remark)' is held against nothing")
      }
    }
  }
}

private func unquoted(_ cell: String) -> String { cell.trimmingCharacters(in: CharacterSet(charactersIn: "`")) }
