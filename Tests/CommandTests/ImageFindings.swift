import Foundation
import TestSupport
import Testing

/// What README.md tells of real images, made again from the exported trials: how often theories are right about single trials, beside the best that a forget
/// ratio alone can be, and where half of the trials forget.
struct ImageFindings {
  private struct Trial {
    let snr, forgetRatio, stepSize, forgetAccuracy, meanField, tangent: Double
    let attackBefore, attackRetrained: Double?
    var isForgotten: Bool { forgetAccuracy <= 0.5 }
  }

  private let trials: [Trial]

  /// Of the trials that were unlearned.
  init(csv: String) throws {
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }, header = try #require(lines.first)
    let places = Dictionary(uniqueKeysWithValues: header.enumerated().map { (String($1), $0) })
    trials = try lines.dropFirst().compactMap { row in
      func text(_ column: String) throws -> Substring {
        let place = try #require(places[column])
        return row[place]
      }
      func value(_ column: String) throws -> Double? { try Double(text(column)) }
      func number(_ column: String) throws -> Double {
        let number = try value(column)
        return try #require(number, "\(column)")
      }
      guard try text("outcome") == "completed" else { return nil }
      return try Trial(
        snr: number("snr"), forgetRatio: number("forgetRatio"), stepSize: number("stepSize"), forgetAccuracy: number("forgetAccuracy"),
        meanField: number("meanFieldForgetMargin"), tangent: number("tangentForgetAccuracy"), attackBefore: value("attackAUCBefore"),
        attackRetrained: value("retrainedAttackAUC"))
    }
  }

  func expectTold(of sweep: String) throws {
    let small = trials.filter { $0.stepSize == 20 }, large = trials.filter { $0.stepSize == 100 }
    func rights(_ trials: [Trial]) -> (meanField: String, tangent: String, alone: String) {
      func percent(_ isRight: (Trial) -> Bool) -> Double { 100 * Double(trials.count(where: isRight)) / Double(trials.count) }
      let alone = Set(trials.map(\.forgetRatio)).map { ratio in percent { ($0.forgetRatio >= ratio) == $0.isForgotten } }.max() ?? 0
      func text(_ value: Double) -> String { String(format: "%.1f %%", value) }
      return (text(percent { ($0.meanField <= 0) == $0.isForgotten }), text(percent { ($0.tangent <= 0.5) == $0.isForgotten }), text(alone))
    }
    let (a, b) = (rights(small), rights(large))
    if sweep == "fashion" {
      return try expect(
        "the mean field is right about \(a.meanField) and \(b.meanField) of the trials at the two step sizes, the tangent about \(a.tangent) and \(b.tangent), "
          + "a forget ratio alone about \(a.alone) and \(b.alone)")
    }
    func half(_ trials: [Trial], _ snr: Double) throws -> String {
      let cells = Dictionary(grouping: trials.filter { $0.snr == snr }, by: \.forgetRatio).sorted { $0.key < $1.key }
        .map { (ratio: $0.key, share: Double($0.value.count(where: \.isForgotten)) / Double($0.value.count)) }
      let (low, high) = try #require(zip(cells, cells.dropFirst()).first { $0.share < 0.5 && $1.share >= 0.5 })
      return String(format: "%.2f", low.ratio + (high.ratio - low.ratio) * (0.5 - low.share) / (high.share - low.share))
    }
    let natural = try #require(trials.map(\.snr).first { 0.48..<0.49 ~= $0 })
    let before = trials.filter { $0.snr == natural }.compactMap(\.attackBefore), retrained = trials.filter { $0.snr == natural }.compactMap(\.attackRetrained)
    func mean(_ values: [Double]) -> String { String(format: "%.2f", values.reduce(0, +) / Double(values.count)) }
    try expect(
      "the measured mean field is right about \(a.meanField) of the trials and the tangent about \(a.tangent)", "without any theory, tells \(a.alone)",
      "at step size 100 it is \(b.meanField), \(b.tangent) and \(b.alone)",
      "at a forget ratio of \(half(small, 0.2)) at SNR 0.2, of \(half(small, natural)) at the natural one and of \(half(small, 1)) at 1; at step size 100 at "
        + "\(half(large, 0.2)), \(half(large, natural)) and \(half(large, 1))",
      "the attack's AUC is \(mean(before)) before unlearning and \(mean(retrained)) retrained")
  }

  /// Whether README.md tells it, wherever its lines break.
  private func expect(_ sentences: String...) throws {
    let words = try Repository.file("README.md").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for sentence in sentences { #expect(words.contains(sentence), "README.md does not tell: \(sentence)") }
  }
}
