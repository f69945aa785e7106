import Foundation
import TestSupport
import Testing

/// `frontier trial --trace FILE`: the run step by step, beside what it came to.
@Suite struct TraceCommandTests {
  private func rows(_ path: String) throws -> [[String]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private let cell = ["snr=0.1", "forgetRatio=0.9", "growthLimit=50", "unlearnSteps=120"]

  /// The trial prints what it prints without a trace, and the table ends with these numbers.
  @Test func theTableEndsWithWhatTheTrialCameTo() throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release), path = folder.path + "/trace.csv"
    let plain = try binary.run(["trial"] + cell + ["--json"]), traced = try binary.run(["trial"] + cell + ["--json", "--trace", path])
    #expect(traced.status == 0 && traced.output == plain.output && traced.talk == "frontier: wrote \(path)\n")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(plain.output.utf8)) as? [String: Any])
    let rows = try rows(path), last = try #require(rows.last)
    #expect(rows.count == 122 && rows[1][0] == "0" && last[0] == "120")
    for (name, value) in zip(rows[0], last) where name != "step" && name != "meanLoss" {
      #expect(plain.output.contains("\"\(name)\": \(value),"), "\(name)")
    }
    let losses = rows.dropFirst().compactMap { Double($0[5]) }
    let escaped = losses.indices.first { $0 > 0 && $0 % 10 == 0 && losses[$0] > 50 * losses[0] }
    #expect(escaped != nil && object["escapedAtStep"] as? Int == escaped)
  }

  /// The columns of docs/columns.md, in order.
  @Test(arguments: ["cnn", "hessian"]) func columnsAreDocumented(experiment: String) throws {
    let folder = try TemporaryFolder(), path = folder.path + "/trace.csv"
    #expect(try Binary(.release).run(["trial", "--experiment", experiment, "--trace", path]).status == 0)
    let section = try #require(try Repository.file("docs/columns.md").components(separatedBy: "\n## ").first { $0.hasPrefix("The course of a trial") })
    let table = try #require(section.components(separatedBy: "\n### ").first { $0.hasPrefix(experiment) })
    let documented = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { String($0.split(separator: "`")[1]) }
    #expect(try rows(path)[0] == documented)
  }

  /// The ending decides, and the same trial gives the same bytes.
  @Test(arguments: [("png", [0x89, 0x50, 0x4E, 0x47]), ("svg", Array("<?xml".utf8)), ("pdf", Array("%PDF".utf8)), ("PNG", [0x89, 0x50, 0x4E, 0x47])])
  func picturesAreWhatTheirEndingsSay(ending: String, head: [UInt8]) throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release), paths = ["a", "b"].map { "\(folder.path)/\($0).\(ending)" }
    for path in paths { #expect(try binary.run(["trial"] + cell + ["--trace", path]).status == 0) }
    let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(files[0].starts(with: head) && files[0] == files[1])
    if ending == "svg" { #expect(try binary.run(["trial"] + cell + ["--seed", "2", "--trace", paths[0]]).status == 0) }
    if ending == "svg" { #expect(try Data(contentsOf: URL(fileURLWithPath: paths[0])) != files[1]) }
  }

  /// A trial without a course is a result all the same.
  @Test func anUntrainedNetworkIsTold() throws {
    let folder = try TemporaryFolder(), path = folder.path + "/trace.csv"
    let result = try Binary(.release).run(["trial", "trainMaxSteps=0", "--trace", path])
    #expect(result.status == 0 && result.output.contains("trained                     no") && result.talk.contains("training stopped at step 0"))
    #expect(result.talk.contains("trace.csv is not written") && !FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [("trace.txt", 64, ".csv, .png, .svg, .pdf"), ("csv", 64, "the file's ending"), ("/nosuch/folder/a.csv", 73, "cannot")])
  func aFileThatCannotBeIsNamed(path: String, status: Int, told: String) throws {
    let result = try Binary(.release).run(["trial", "--trace", path])
    #expect([Int32(status), 74].contains(result.status) && result.output.isEmpty && result.talk.contains(told), "\(result.status) \(result.talk)")
  }
}
