import Foundation
import TestSupport
import Testing

/// What README.md and docs/theory.md tell of deletion besides counts of events, made again from the exported trials.
struct DeletionFindings {
  private let columns: [String: Int]
  private let rows: [[Substring]]

  init(csv: String) throws {
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let header = try #require(lines.first)
    columns = Dictionary(uniqueKeysWithValues: header.enumerated().map { (String($1), $0) })
    rows = Array(lines.dropFirst())
  }

  func expectTold(of sweep: String) throws {
    switch sweep {
    case "snr-forget": try expectForgottenIsNotDeleted()
    case "deletion": try expectCounts()
    case "methods": try expectMethods()
    default: break
    }
  }

  private func expectForgottenIsNotDeleted() throws {
    let forgotten = try trials { $0.forgetAccuracy <= 0.5 }, over = forgotten.filter { $0.excess < -0.1 }, others = forgotten.filter { $0.excess >= -0.1 }
    let largest = two(forgotten.map(\.tugOfWar).max()), right = two(try trials { _ in true }.map(\.referenceForgetAccuracy).min())
    try expect("README.md", "Of those forgotten \(over.count) are over-forgotten", "the largest tug of war among them is \(largest)")
    try expect(
      "docs/theory.md", "network is right on at least \(right) of the forget samples",
      "among the forgotten the largest tug of war is \(largest), and \(over.count) of them are over-forgotten; the other \(others.count) have SNR 0.13 or less")
    #expect(others.allSatisfy { $0.snr < 0.135 } && others.contains { $0.snr > 0.125 })
  }

  private func expectCounts() throws {
    let all = try trials { _ in true }
    let (forgotten, deleted, over) = (all.count { $0.forgetAccuracy <= 0.5 }, all.count(where: \.isDeleted), all.count { $0.excess < -0.1 })
    try expect("docs/theory.md", "(\(all.count) trials) it is \(forgotten), \(deleted), \(over) and none")
    #expect(!all.contains { $0.forgetAccuracy <= 0.5 && $0.isDeleted })
  }

  private func expectMethods() throws {
    let all = try trials { _ in true }, lost = all.filter { $0.retainAccuracy < 0.95 }
    #expect(Set((lost + all.filter(\.isEscaped)).map(\.method)) == ["ascent"])
    // At the best forget ratio of the smallest SNR: means over repetitions.
    let snr = try #require(all.map(\.snr).min())
    #expect(snr == 0.05)
    func nearest(_ method: String) throws -> String {
      let cells = Dictionary(grouping: all.filter { $0.snr == snr && $0.method == method }, by: \.forgetRatio).values
      let means = cells.map { cell in cell.reduce(0) { $0 + $1.forgetDivergence } / Double(cell.count) }
      return String(format: "%.3f", try #require(means.min()))
    }
    try expect(
      "README.md", "Only ascent loses the retain set (\(lost.count) trials) or escapes",
      "with a mean divergence of \(nearest("uniform")) bits on the forget set",
      "(`relabel` \(nearest("relabel")), `npo` \(nearest("npo")), `ascent` \(nearest("ascent")))")
  }

  // MARK: -

  private struct Trial {
    var (snr, forgetRatio, forgetAccuracy, retainAccuracy, referenceForgetAccuracy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (tugOfWar, excess, forgetDivergence) = (0.0, 0.0, 0.0)
    var method = ""
    var isEscaped = false
    var isDeleted: Bool { tugOfWar >= 0.9 && abs(excess) <= 0.1 }
  }

  private func trials(where isWanted: (Trial) -> Bool) throws -> [Trial] {
    try rows.map { row in
      func text(_ column: String) -> Substring { columns[column].map { row[$0] } ?? "" }
      func number(_ column: String) throws -> Double { try #require(Double(text(column)), "\(column)") }
      var trial = Trial()
      trial.snr = try number("snr")
      trial.forgetRatio = try number("forgetRatio")
      trial.forgetAccuracy = try number("forgetAccuracy")
      trial.retainAccuracy = try number("retainAccuracy")
      trial.referenceForgetAccuracy = try number("referenceForgetAccuracy")
      trial.tugOfWar = try number("tugOfWar")
      trial.excess = try number("attackAUC") - number("referenceAttackAUC")
      trial.forgetDivergence = try number("forgetDivergence")
      trial.method = String(text("method"))
      trial.isEscaped = !text("escapedAtStep").isEmpty
      return trial
    }.filter(isWanted)
  }

  private func two(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }

  /// Whether a page tells it, wherever its lines break.
  private func expect(_ page: String, _ sentences: String...) throws {
    let words = try Repository.file(page).replacingOccurrences(of: "**", with: "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for sentence in sentences { #expect(words.contains(sentence), "\(page) does not tell: \(sentence)") }
  }
}
