import Foundation
import Model
import FrontierNumerics
import Testing

/// Random networks on random data against the explicit oracle: any sizes, both losses, any batches, several patches a sample that are not orthogonal,
/// shared between samples, repeated in one, or there with both signs.
///
/// 1e-10 of the largest output: a dozen steps amplify rounding errors of 1e-15 by the growth of the run, which the cases keep under 10^4.
@Suite struct OracleComparison {
  static let tolerance = 1e-10

  private func randomNetwork(_ stream: inout RandomStream) -> ExplicitNetwork {
    func upTo(_ bound: UInt32) -> Int { 1 + Int(stream.below(bound)) }
    let dimension = upTo(30), patchCount = upTo(14), sampleCount = 1 + upTo(11), filters = 2 * upTo(9)
    let patches = (0..<patchCount).map { _ in stream.gaussians(dimension).map { $0 / Double(dimension).squareRoot() } }
    let samples = (0..<sampleCount).map { _ in
      (0..<upTo(4)).map { _ in (patch: Int(stream.below(UInt32(patchCount))), sign: stream.sign()) }
    }
    return ExplicitNetwork(
      weights: (0..<filters).map { _ in stream.gaussians(dimension).map { 0.5 * $0 } }, patches: patches, samples: samples,
      labels: (0..<sampleCount).map { _ in stream.sign() }, loss: stream.below(2) == 0 ? .logistic : .squared)
  }

  @Test func stepsOutputsDistancesAndMargins() throws {
    var stream = RandomKey(seed: 21).stream()
    var worst = 0.0
    for _ in 0..<200 {
      var explicit = randomNetwork(&stream)
      let (dataset, start) = try explicit.spanForm()
      let first = explicit.weights
      let simulator = Simulator(start, on: dataset, loss: explicit.loss, largestBatch: 2 * explicit.samples.count)
      for _ in 0..<12 {
        // Each sample retained, forgotten, both or neither; empty batches among them.
        let retain = explicit.samples.indices.filter { _ in stream.below(3) == 0 }
        let forget = explicit.samples.indices.filter { _ in stream.below(4) == 0 }
        let stepSize = 0.3 * stream.uniform(), retainWeight = stream.uniform(), forgetWeight = -0.3 * stream.uniform()
        simulator.step(stepSize: stepSize, retain: retain.map { Int32($0) }[...], retainWeight, forget: forget.map { Int32($0) }[...], forgetWeight)
        explicit.step(stepSize: stepSize, retain.map { ($0, retainWeight) } + forget.map { ($0, forgetWeight) })
        worst = max(worst, relativeError(simulator.outputs(), explicit.outputs, floor: 1e-3))
      }
      let network = simulator.network
      worst = max(worst, relativeError(network.outputs(of: dataset.samples), explicit.outputs, floor: 1e-3))
      worst = max(worst, relativeError([network.squaredDistance(gram: dataset.gram)], [explicit.squaredDistance(to: first)], floor: 1e-3))
      worst = max(worst, relativeError([simulator.quality(in: 0..<explicit.samples.count).loss], [explicit.meanLoss], floor: 1e-3))
      let share = network.marginShare(on: dataset.samples, withoutFirst: 1), expected = explicit.marginShare(withoutPatch: 0)
      #expect((share == nil) == (expected == nil))
      // A summed margin near zero makes any share of it; those say nothing.
      if let share, let expected, abs(expected) < 100 { worst = max(worst, relativeError([share], [expected], floor: 1)) }
    }
    #expect(worst < Self.tolerance, "worst error \(worst)")
  }

  /// Whole unlearning runs over drawn schedules, both samplings: weights (1-alpha)/B_R and -alpha/B_F, and the step of escape.
  @Test func unlearningRuns() throws {
    var stream = RandomKey(seed: 22).stream()
    var worst = 0.0, escapes = 0
    for trial in 0..<100 {
      var explicit = randomNetwork(&stream)
      let (dataset, start) = try explicit.spanForm()
      let count = explicit.samples.count
      let split = try ForgetSplit(samples: count, forgetCount: 1 + Int(stream.below(UInt32(count - 1))))
      let schedule = try BatchSchedule(
        split: split, batchSize: 1 + Int(stream.below(UInt32(count))), sampling: trial % 2 == 0 ? .uniform : .bernoulli, steps: 24,
        key: RandomKey(seed: 23).child(trial))
      let rule = try UnlearningRule(forgetRatio: 0.1 + 0.5 * stream.uniform(), stepSize: 0.5 * stream.uniform(), growthLimit: 1.2)
      let run = rule.unlearn(start, on: dataset, loss: explicit.loss, schedule: schedule)

      let limit = rule.growthLimit * explicit.meanLoss
      var escaped: Int?
      for step in 0..<schedule.steps {
        let retain = schedule.retain(step).map { (sample: Int($0), weight: (1 - rule.forgetRatio) / Double(schedule.retainSize)) }
        let forget = schedule.forget(step).map { (sample: Int($0), weight: -rule.forgetRatio / Double(schedule.forgetSize)) }
        explicit.step(stepSize: rule.stepSize, retain + forget)
        if escaped == nil, [10, 20, 24].contains(step + 1), explicit.meanLoss > limit { escaped = step + 1 }
      }
      worst = max(worst, relativeError(run.network.outputs(of: dataset.samples), explicit.outputs, floor: 1e-3))
      #expect(run.escapedAtStep == escaped)
      escapes += escaped == nil ? 0 : 1
    }
    #expect(worst < Self.tolerance, "worst error \(worst)")
    #expect(escapes > 10 && escapes < 90)
  }
}
