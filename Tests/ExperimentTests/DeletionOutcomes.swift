import Experiments
import Foundation
import TestSupport
import Testing

/// Outcomes of deletion, as functions of what a trial measured, and the epsilon of a cell.
@Suite struct DeletionOutcomes {
  private func row(_ columns: [String: Double]) -> Row { Row(cnn.cell) { columns[$0].map { .value($0) } ?? .none } }

  private func outcomes(tugOfWar: Double, excess: Double, _ success: SuccessThresholds = SuccessThresholds()) -> [String] {
    let row = row(["tugOfWar": tugOfWar, "attackAUC": 0.5 + excess, "referenceAttackAUC": 0.5])
    return ["deleted", "stillRemembered", "overForgotten", "memoryErased"].filter { event($0).happened(row, success) == true }
  }

  @Test func byTugOfWarAndExcess() {
    #expect(outcomes(tugOfWar: 0.95, excess: 0.0625) == ["deleted"])
    #expect(outcomes(tugOfWar: 0.95, excess: -0.0625) == ["deleted", "memoryErased"])
    #expect(outcomes(tugOfWar: 0.95, excess: 0) == ["deleted", "memoryErased"])
    #expect(outcomes(tugOfWar: 0.85, excess: 0.0625) == [])
    #expect(outcomes(tugOfWar: 0.95, excess: 0.25) == ["stillRemembered"])
    #expect(outcomes(tugOfWar: 0.95, excess: -0.25) == ["overForgotten", "memoryErased"])
    // At a threshold it counts as deleted, and as nothing else.
    var success = SuccessThresholds()
    success[.attackExcessAtMost] = 0.25
    success[.tugOfWarAtLeast] = 0.5
    #expect(outcomes(tugOfWar: 0.5, excess: 0.25, success) == ["deleted"])
    #expect(outcomes(tugOfWar: 0.5, excess: -0.25, success) == ["deleted", "memoryErased"])
    #expect(outcomes(tugOfWar: 0.49, excess: 0, success) == ["memoryErased"])
  }

  @Test func vacuousIsOfTheTrainedNetwork() {
    func isVacuous(_ tugOfWar: Double, _ before: Double, _ retrained: Double) -> Bool? {
      let row = row([
        "tugOfWarBefore": tugOfWar, "attackAUCBefore": before, "retrainedAttackAUC": retrained, "tugOfWar": 0, "attackAUC": 1, "referenceAttackAUC": 0,
      ])
      return event("vacuous").happened(row, SuccessThresholds())
    }
    #expect(isVacuous(0.95, 0.55, 0.5) == true && isVacuous(0.85, 0.55, 0.5) == false && isVacuous(0.95, 0.75, 0.5) == false)
  }

  @Test func bothIsForgottenAndDeleted() {
    func both(_ accuracy: Double, _ tugOfWar: Double) -> Bool? {
      event("forgottenAndDeleted").happened(
        row(["forgetAccuracy": accuracy, "tugOfWar": tugOfWar, "attackAUC": 0.5, "referenceAttackAUC": 0.5]), SuccessThresholds())
    }
    #expect(both(0.4, 0.95) == true && both(0.6, 0.95) == false && both(0.4, 0.5) == false)
  }

  /// Without a reference nothing is known, and nothing counts.
  @Test func withoutAReferenceNothingIsKnown() throws {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.trainTargetLoss, p.testSamples, p.unlearnSteps, p.batchSize) = (20, 100, 3, 0.3, 20, 20, 4)
    for reason in ["reference is none", "no test samples"] {
      var cell = p
      if reason == "no test samples" { cell.testSamples = 0 } else { cell.reference = .none }
      let result = try cnn.measure(cell, seed: 1, repetition: 0)
      #expect(result.outcome == .completed)
      let known = Dictionary(uniqueKeysWithValues: zip(cnn.columns.map(\.name), result.values))
      #expect(known["tugOfWar"] == .undefined(reason))
      let row = Row(cnn.cell) { column in known[column]?.number.map { .value($0) } ?? .none }
      for name in ["deleted", "stillRemembered", "overForgotten", "vacuous", "memoryErased", "forgottenAndDeleted"] {
        #expect(event(name).happened(row, SuccessThresholds()) == nil, "\(name) with \(reason)")
      }
    }
  }

  /// A retraining that misses its target leaves undefined what needs it, saying so; the trial completes.
  @Test func aRetrainingThatMissesItsTarget() throws {
    var p = CNNParameters()
    (p.samples, p.dimension, p.filtersPerClass, p.testSamples, p.unlearnSteps) = (20, 100, 3, 20, 5)
    (p.batchSize, p.forgetFraction, p.trainStepSize) = (4, 0.1, 0.3)
    // Some retraining takes longer than the training did, which is then all that there is time for.
    var missed = 0
    for repetition in 0..<40 where missed == 0 {
      p.trainMaxSteps = 20_000
      let usual = try cnn.measure(p, seed: 3, repetition: repetition)
      guard case .count(let steps)? = value("trainSteps", usual), case .count(let retrainSteps)? = value("retrainSteps", usual), retrainSteps > steps else {
        continue
      }
      p.trainMaxSteps = steps
      let result = try cnn.measure(p, seed: 3, repetition: repetition)
      missed += 1
      #expect(result.outcome == .completed && value("forgetAccuracy", result)?.number != nil)
      #expect(value("retrainSteps", result) == .count(steps))
      for name in ["retrainedSquaredDistance", "referenceSquaredDistance", "tugOfWar", "referenceAttackAUC", "forgetDivergenceBefore"] {
        guard case .undefined(let reason)? = value(name, result) else {
          Issue.record("\(name) has a value")
          continue
        }
        #expect(reason.hasPrefix("the retrained network: training stopped at step \(steps) with loss"), "\(reason)")
      }
      #expect(value("attackAUC", result)?.number != nil && value("ownMemory", result)?.number != nil)
    }
    #expect(missed == 1)
  }

  private func value(_ name: String, _ result: TrialResult) -> MeasuredValue? { cnn.columns.firstIndex { $0.name == name }.map { result.values[$0] } }

  // MARK: - Epsilon

  private func epsilon(_ unlearned: [Double], _ reference: [Double]) throws -> Double {
    let statistic = try #require(cnn.statistic("forgettingEpsilon"))
    return try #require(statistic(zip(unlearned, reference).map { row(["forgetLoss": $0, "referenceForgetLoss": $1]) }))
  }

  @Test func epsilonOfSmallCells() throws {
    // Apart: FPR and FNR are both 1/(r + 2), the bound log(r + 1).
    #expect(abs(try epsilon([5, 6, 7], [1, 2, 3]) - log(4)) < 1e-12)
    #expect(abs(try epsilon([1, 2, 3], [5, 6, 7]) - log(4)) < 1e-12)
    // All alike: no threshold has anything beyond it.
    #expect(abs(try epsilon([2, 2, 2], [2, 2, 2])) < 1e-12)
    // 1 and 3 against 2 and 2: above 2 lies half of the first and none of the second: FPR 1/4, FNR 2/4, log(max(3/4 / 2/4, 2/4 / 1/4)) = log 2.
    #expect(abs(try epsilon([1, 3], [2, 2]) - log(2)) < 1e-12)
    let statistic = try #require(cnn.statistic("forgettingEpsilon"))
    let ofNothing = statistic([])
    #expect(ofNothing == nil)
  }

  /// Equal laws give about 1.2 with 20 repetitions, and log 7 = 1.95 or more once in twenty. 2000 cells: each within 5 standard errors of what the rounded figures
  /// allow, a false-alarm rate below 10^-6.
  @Test func epsilonOfEqualLaws() throws {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let found = try (0..<2000).map { _ in try epsilon((0..<20).map { _ in uniform() }, (0..<20).map { _ in uniform() }) }
    let mean = found.reduce(0, +) / 2000, tail = Double(found.count { $0 > 1.94 }) / 2000
    #expect(abs(mean - 1.2) < 0.05 + 5 * 0.4 / 2000.0.squareRoot() && abs(tail - 0.05) < 0.015 + 5 * (0.05 * 0.95 / 2000).squareRoot())
    #expect(found.allSatisfy { $0 >= 0 && $0 <= log(21) + 1e-12 })
  }
}
