import FrontierNumerics
import Stability

/// Whether the forget set is deleted, or only answered wrongly (theory.md section 8): the unlearned network against the reference, by accuracies
/// (tug of war) and by how much better than by chance an attack tells forget samples from fresh ones.
enum DeletionEvents {
  static let all = [deleted, stillRemembered, overForgotten, vacuous, memoryErased, forgottenAndDeleted]

  static let deleted = Event(
    "deleted", .keeping,
    Event.Words(
      panel: "Deleted: tug of war ≥ {tugOfWarAtLeast}, |AUC excess| ≤ {attackExcessAtMost}",
      table: "deleted (tug of war with the reference at least {tugOfWarAtLeast}, attack AUC within {attackExcessAtMost} of its)",
      subject: "what is deleted", trials: "delete", pair: "deleted"),
    drawnWith: [.memory], thresholds: [.tugOfWarAtLeast, .attackExcessAtMost], rule: isDeleted)

  static let stillRemembered = Event(
    "stillRemembered", .forgetting,
    Event.Words(
      panel: "Still remembered: AUC excess > {attackExcessAtMost}",
      table: "still remembered (attack AUC above the reference's by more than {attackExcessAtMost})", subject: "what is still remembered",
      trials: "still remember", pair: "still remembered"), drawnWith: [.memory], thresholds: [.attackExcessAtMost],
    rule: .compares(excess, .above, .threshold(.attackExcessAtMost)))

  /// The Streisand effect: forget samples stand out again, by losses that no unseen sample has.
  static let overForgotten = Event(
    "overForgotten", .forgetting,
    Event.Words(
      panel: "Over-forgotten: AUC excess < −{attackExcessAtMost}",
      table: "over-forgotten (attack AUC below the reference's by more than {attackExcessAtMost})", subject: "what is over-forgotten",
      trials: "over-forget", pair: "over-forgotten"), drawnWith: [.memory], thresholds: [.attackExcessAtMost],
    rule: .compares(excess, .below, .minus(.attackExcessAtMost)))

  /// There was nothing to delete.
  static let vacuous = Event(
    "vacuous", .run,
    Event.Words(
      panel: "Vacuous: deleted before any step", table: "vacuous (the trained network itself passes as deleted)", subject: "where there is nothing to delete",
      trials: "have nothing to delete"), thresholds: [.tugOfWarAtLeast, .attackExcessAtMost],
    rule: passes("tugOfWarBefore", .difference("attackAUCBefore", "retrainedAttackAUC")))

  /// What criteria of memory predict.
  static let memoryErased = Event(
    "memoryErased", .forgetting,
    Event.Words(
      panel: "Memory erased: attack AUC ≤ the reference's", table: "memory erased (attack AUC at most the reference's)", subject: "where the memory is erased",
      trials: "erase the memory", pair: "memory erased"), predictedBy: .memory,
    rule: .compares(excess, .atMost, .number(0)))

  static let forgottenAndDeleted = Event(
    "forgottenAndDeleted", .both,
    Event.Words(
      panel: "Forgotten, and deleted", table: "both forgotten and deleted", subject: "where what is forgotten is deleted", trials: "forget and delete"),
    parts: ["forgetSuccess", "deleted"], rule: .all([CNNEvents.forgotten, isDeleted]))

  /// A count k of r repetitions stands for the rate (k + 1)/(r + 2), so that equal laws give 1.2 and nothing passes log(r + 1).
  static let forgettingEpsilon = CellStatistic(
    Column(
      "forgettingEpsilon", .number,
      "log of how far the forget losses of the unlearned networks can be told from the reference's, over the repetitions of a cell")
  ) { rows in
    let pairs = rows.compactMap { row in row.value("forgetLoss").flatMap { loss in row.value("referenceForgetLoss").map { (loss, $0) } } }
    return pairs.isEmpty ? nil : epsilon(unlearned: pairs.map(\.0), reference: pairs.map(\.1))
  }

  /// For each threshold and side, with the false positive rate that of references beyond it and the false negative rate that of unlearned networks not beyond:
  /// the largest of log((1 - FPR)/FNR), log((1 - FNR)/FPR) and 0.
  static func epsilon(unlearned: [Double], reference: [Double]) -> Double {
    func rate(_ losses: [Double], _ isCounted: (Double) -> Bool) -> Double { Double(losses.count(where: isCounted) + 1) / Double(losses.count + 2) }
    var largest = 0.0
    for threshold in unlearned + reference {
      for isBeyond in [{ $0 > threshold }, { $0 < threshold }] as [(Double) -> Bool] {
        let falsePositive = rate(reference, isBeyond), falseNegative = rate(unlearned) { !isBeyond($0) }
        largest = max(largest, Elementary.log((1 - falsePositive) / falseNegative), Elementary.log((1 - falseNegative) / falsePositive))
      }
    }
    return largest
  }

  // MARK: -

  /// Of the attack's area under the curve over the reference's.
  private static let excess = EventTest.Quantity.difference("attackAUC", "referenceAttackAUC")
  private static let isDeleted = passes("tugOfWar", excess)

  private static func passes(_ tugOfWar: String, _ excess: EventTest.Quantity) -> EventTest {
    .all([.compares(.column(tugOfWar), .atLeast, .threshold(.tugOfWarAtLeast)), .isWithin(excess, .attackExcessAtMost)])
  }
}
