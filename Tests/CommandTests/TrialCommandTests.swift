import Foundation
import TestSupport
import Testing

/// `frontier trial` from the outside: what it prints, and where.
@Suite struct TrialCommandTests {
  static let cells = [
    ["snr=0.1"], ["snr=1", "loss=squared", "stepSize=5", "sampling=bernoulli", "batchSize=3"],
    ["samples=9", "dimension=4", "filtersPerClass=2", "trainBatchSize=4", "batchSize=9", "labelNoise=0.2", "trainTargetLoss=0.4"],
    ["stepSize=1e6", "snr=2"],
  ]

  /// Optimisation must not change a bit: the compiler neither fuses nor reorders floating-point operations that the sources do not.
  @Test(arguments: cells) func debugAndReleaseGiveTheSameBits(cell: [String]) throws {
    let arguments = ["trial"] + cell + ["--json", "--seed", "7", "--repetition", "3"]
    let release = try Binary(.release).run(arguments), debug = try Binary(.debug).run(arguments)
    #expect(release.status == 0 && !release.output.isEmpty)
    #expect(release.output == debug.output)
  }

  @Test(arguments: cells) func jsonIsOneObjectOfFiniteNumbersOrNull(cell: [String]) throws {
    let result = try Binary(.release).run(["trial"] + cell + ["--json"])
    #expect(result.status == 0 && result.talk.isEmpty)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["trained"] is Bool && object["meanSquareRadius"] != nil)
    for (name, value) in object where name != "verdict" { #expect(value is NSNull || (value as? NSNumber)?.doubleValue.isFinite == true, "\(name)") }
  }

  /// The table shows the same figures, and for one that does not exist the reason.
  @Test func tableShowsEveryFigure() throws {
    let binary = try Binary(.release)
    let json = try binary.run(["trial", "testSamples=0", "--json"]), table = try binary.run(["trial", "testSamples=0"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    // A long reason goes on in the next line, indented.
    let rows = table.output.components(separatedBy: "\n\n")[0].split(separator: "\n").filter { $0.first != " " }.map {
      $0.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    }
    #expect(Set(rows.map { String($0[0]) } + ["verdict"]) == Set(object.keys))
    #expect(table.output.contains("testAccuracy                - (no test samples)"))
  }

  /// The verdict says of one trial what `compare` counts of many: what happened, and the sign and side of every criterion's margin.
  @Test(arguments: [["snr=0.1", "forgetRatio=0.3"], ["snr=1", "forgetRatio=0.1"], ["loss=squared", "stepSize=90", "batchSize=2", "snr=1", "forgetRatio=0"]])
  func aTrialEndsWithAVerdict(cell: [String]) throws {
    let binary = try Binary(.release), result = try binary.run(["trial"] + cell + ["--json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let events = try #require(object["verdict"] as? [[String: Any]])
    let others = ["retainSuccess", "jointSuccess", "deleted", "stillRemembered", "overForgotten", "vacuous", "forgottenAndDeleted"]
    #expect(
      events.compactMap { $0["event"] as? String } == ["forgetSuccess", "retainFailure", "escape", "memoryErased", "signalAlone", "memorised", "benign"]
        + others)
    let forget = try #require(object["forgetAccuracy"] as? Double), retain = try #require(object["retainAccuracy"] as? Double)
    let area = try #require(object["attackAUC"] as? Double), reference = try #require(object["referenceAttackAUC"] as? Double)
    let tugOfWar = try #require(object["tugOfWar"] as? Double), excess = area - reference
    let share = try #require(object["noiseShare"] as? Double), test = try #require(object["testAccuracyBefore"] as? Double)
    let happened = [
      forget <= 0.5, retain < 0.95, !(object["escapedAtStep"] is NSNull), excess <= 0, share <= 0.1, share >= 0.5, test >= 0.9, retain >= 0.95,
      forget <= 0.5 && retain >= 0.95,
      tugOfWar >= 0.9 && abs(excess) <= 0.1, excess > 0.1, excess < -0.1, false, forget <= 0.5 && tugOfWar >= 0.9 && abs(excess) <= 0.1,
    ]
    #expect(events.map { $0["happened"] as? Bool } == happened)
    let criteria = try #require(events[2]["criteria"] as? [[String: Any]])
    func criterion(_ name: String) -> [String: Any]? { criteria.first { $0["criterion"] as? String == name } }
    let radius = try #require(object["meanSquareRadius"] as? Double), margin = try #require(criterion("meanSquare")?["margin"] as? Double)
    #expect(abs(margin - (400 * log(radius) - log(1000))) < 1e-9 && criterion("meanSquare")?["says"] as? String == (margin >= 0 ? "yes" : "no"))
    let bound = try #require(criterion("coherenceDivergence"))
    #expect(bound["says"] as? String == (bound["margin"] as? Double ?? 0 >= 0 ? "yes" : "silent"))
    let text = try binary.run(["trial"] + cell).output
    #expect(text.contains("forgotten (forget accuracy at most 0.5): \(forget <= 0.5 ? "yes" : "no")") && text.contains("  meanSquare  "))
  }

  /// A criterion that says nothing here says why: its own condition, the column that it lacks and that one's reason, or that the trial did not get so far.
  @Test(arguments: [
    (["loss=squared", "stepSize=10"], "aPrioriMeanField", "there is no a-priori form: the loss is not logistic, or the data are not signal plus noise"),
    (["loss=squared", "stepSize=10"], "meanField", "meanFieldForgetMargin: the loss is not a margin loss"),
    (["testSamples=0"], "meanFieldMemory", "meanFieldMemory: there are no fresh samples of each class of the forget set"),
    (["trainMaxSteps=0"], "tangent", "training stopped at step 0 with loss"),
  ])
  func anUndefinedCriterionSaysWhy(cell: [String], name: String, reason: String) throws {
    let binary = try Binary(.release), result = try binary.run(["trial"] + cell + ["--json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let criteria = try #require(object["verdict"] as? [[String: Any]]).flatMap { $0["criteria"] as? [[String: Any]] ?? [] }
    let criterion = try #require(criteria.first { $0["criterion"] as? String == name })
    #expect(criterion["says"] as? String == "undefined" && criterion["margin"] is NSNull)
    #expect((criterion["reason"] as? String)?.hasPrefix(reason) == true, "\(criterion)")
    #expect(criteria.allSatisfy { ($0["margin"] is NSNull) == ($0["reason"] is String) })
    let text = try binary.run(["trial"] + cell).output, words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("\(name) undefined: \(reason)"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func everyExperimentHasTrials() throws {
    let result = try Binary(.release).run(["trial", "--experiment", "hessian", "coherence=5", "batchSize=2", "stepSize=1.5"])
    #expect(result.status == 0 && result.output.contains("survived") && result.output.contains("escaped: "), "\(result.talk)")
    #expect(!result.output.contains("forgotten"))
  }

  @Test func seedAndRepetitionChangeTheTrial() throws {
    let binary = try Binary(.release)
    let outputs = try [[], ["--seed", "2"], ["--repetition", "1"]].map { try binary.run(["trial", "--json"] + $0).output }
    #expect(Set(outputs).count == 3)
  }
}
