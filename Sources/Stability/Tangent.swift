import Model
import Numerics

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
    var walk = GramWalk(point.outputs, gram: point.gram, largestBatch: capacity)
    let retainWeight = -rule.stepSize * (1 - rule.forgetRatio) / Double(max(schedule.retainSize, 1))
    let forgetWeight = rule.stepSize * rule.forgetRatio / Double(max(schedule.forgetSize, 1))
    var overflow: Int?
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * capacity) { scratch in
      guard let outputs = scratch.baseAddress else { return }
      let labels = outputs + capacity
      for step in 0..<schedule.steps {
        let batch = schedule.batch(step), retained = schedule.retain(step).count
        var withinLimit = true
        walk.values.withElements { values in
          var slot = 0
          for k in batch {
            outputs[slot] = values[Int(k)]
            labels[slot] = point.labels[Int(k)]
            withinLimit = withinLimit && abs(outputs[slot]) <= Simulator.outputLimit
            slot += 1
          }
        }
        guard withinLimit else {
          overflow = step
          return
        }
        walk.step(batch) { _, coefficients in
          point.loss.derivatives(outputs: outputs, labels: labels, count: batch.count, into: coefficients)
          for slot in 0..<batch.count { coefficients[slot] *= slot < retained ? retainWeight : forgetWeight }
        }
      }
    }
    overflowedAtStep = overflow
    let outputs = walk.values.row(0)
    forget = Quality(outputs: outputs, labels: point.labels, in: point.split.forget, loss: point.loss)
    retain = Quality(outputs: outputs, labels: point.labels, in: point.split.retain, loss: point.loss)
  }
}
