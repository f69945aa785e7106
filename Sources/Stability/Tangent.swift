import Model
import FrontierNumerics

/// The tangent prediction (theory.md section 5): the gradients frozen at w*, the outputs follow f <- f - eta G (c l'(f)) with the batches of the real run.
/// What differs from that run is exactly the ReLUs that switched.
public struct TangentPrediction: Sendable, Equatable {
  public let forget: Quality
  public let retain: Quality
  /// The step that was not done because an output of its batch was beyond `Simulator.outputLimit`.
  public let overflowedAtStep: Int?

  /// Follows the whole schedule, or up to an overflow.
  public init(at point: Linearisation, rule: StepRule, schedule: BatchSchedule) {
    let capacity = max(schedule.largestStep, 1)
    let walk = GramWalk(point.outputs, gram: point.gram, largestBatch: capacity)
    defer { withExtendedLifetime(walk) {} }
    let weights = StepWeights(forgetRatio: rule.forgetRatio, in: schedule, times: -rule.stepSize)
    var overflow: Int?
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * capacity) { scratch in
      guard let outputs = scratch.baseAddress else { return }
      let labels = outputs + capacity
      for step in 0..<schedule.steps where overflow == nil {
        let retained = schedule.retain(step).count
        schedule.batch(step).withUnsafeBufferPointer { batch in
          var withinLimit = true
          for (slot, k) in batch.enumerated() {
            outputs[slot] = walk.values[Int(k)]
            labels[slot] = point.labels[Int(k)]
            withinLimit = withinLimit && abs(outputs[slot]) <= Simulator.outputLimit
          }
          guard withinLimit else {
            overflow = step
            return
          }
          point.loss.derivatives(outputs: outputs, labels: labels, count: batch.count, into: walk.coefficients)
          for slot in batch.indices { walk.coefficients[slot] *= slot < retained ? weights.retain : weights.forget }
          walk.step(batch)
        }
      }
    }
    overflowedAtStep = overflow
    let outputs = Array(UnsafeBufferPointer(start: walk.values, count: point.count))
    forget = Quality(outputs: outputs, labels: point.labels, in: point.split.forget, loss: point.loss)
    retain = Quality(outputs: outputs, labels: point.labels, in: point.split.retain, loss: point.loss)
  }
}
