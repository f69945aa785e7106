import Model
import FrontierNumerics

/// The tangent prediction (theory.md section 5): the gradients frozen at w*, the outputs follow f <- f - eta G (c l'(f)) with the batches of the real run.
/// What differs from that run is exactly the ReLUs that switched.
public struct TangentPrediction: Sendable, Equatable {
  public let forget: Quality
  public let retain: Quality
  /// The largest mean loss over all samples, looked at where the real run looks for escape, over its start (theory.md section 5).
  public let growth: Double
  /// The step that was not done because an output of its batch was beyond `Simulator.outputLimit`.
  public let overflowedAtStep: Int?

  /// Follows the whole schedule, or up to an overflow.
  public init(
    at point: Linearisation, rule: StepRule, schedule: BatchSchedule, method: some UnlearningMethod = GradientAscent(), perturbation: Perturbation = .none
  ) {
    let capacity = max(schedule.largestStep, 1)
    let walk = GramWalk(point.outputs, gram: point.gram, largestBatch: capacity)
    defer { withExtendedLifetime(walk) {} }
    let weights = StepWeights(forgetRatio: rule.forgetRatio, in: schedule, times: -rule.stepSize)
    let beside = FrozenPerturbation(perturbation, gram: point.gram, rule: rule, sizes: (schedule.retainSize, schedule.forgetSize))
    func outputs() -> [Double] { Array(UnsafeBufferPointer(start: walk.values, count: point.count)) }
    func loss() -> Double { Quality(outputs: outputs(), labels: point.labels, in: 0..<point.count, loss: point.loss).loss }
    let start = loss()
    var overflow: Int?, largest = schedule.steps > 0 ? 0 : start
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * capacity) { scratch in
      guard let outputs = scratch.baseAddress else { return }
      let labels = outputs + capacity
      for step in 0..<schedule.steps where overflow == nil {
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
          guard let samples = batch.baseAddress else { return }
          let retained = schedule.retainCount(step)
          let seen = BatchOutputs(retained: retained, of: batch.count, samples: samples, outputs: outputs, labels: labels)
          method.slopes(of: point.loss, at: seen, into: walk.coefficients)
          if let beside {
            beside.displace(outputs, by: walk.coefficients, batch: batch, retained: retained)
            method.slopes(of: point.loss, at: seen, into: walk.coefficients)
          }
          for slot in batch.indices { walk.coefficients[slot] *= slot < retained ? weights.retain : weights.forget }
          walk.step(batch)
        }
        if (step + 1) % UnlearningRule.monitorInterval == 0 { largest = max(largest, loss()) }
      }
    }
    overflowedAtStep = overflow
    largest = max(largest, loss())
    // From a loss of exactly zero the run escapes by any loss at all.
    growth = largest > start ? min(largest / start, .greatestFiniteMagnitude) : start > 0 ? largest / start : 1
    forget = Quality(outputs: outputs(), labels: point.labels, in: point.split.forget, loss: point.loss)
    retain = Quality(outputs: outputs(), labels: point.labels, in: point.split.retain, loss: point.loss)
  }
}
