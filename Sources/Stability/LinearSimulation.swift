import Model
import FrontierNumerics

/// delta <- J_k delta with the batches of an unlearning run (theory.md section 5), in inner products: delta = sum_k a_k g_k and r = G a, so
/// |delta|^2 = a . r, and a step changes a at the batch's samples alone.
public struct LinearSimulation: Sendable, Equatable {
  /// Mean log growth of |delta| per step, an estimate of the top Lyapunov exponent, after a burn-in of a quarter of the steps: delta finds its direction.
  public let typicalRate: Double
  /// Standard error of the rate by batch means over blocks of steps: what another draw of the batches would change. Nil with fewer than two steps to judge by.
  public let standardError: Double?
  /// The first step at which |delta|^2 is `growthLimit` times what it was at the start; nil if it never is.
  public let escapedAtStep: Int?

  private static let largestBlocks = 20

  /// Follows the whole schedule. The start is sum_k xi_k g_k with standard normal xi from `key`.
  ///
  /// - Parameter perturbation: of a fixed length, if it is along a gradient.
  public init(_ hessians: WeightedHessians, schedule: BatchSchedule, growthLimit: Double, key: RandomKey, perturbation: Perturbation = .none) throws(Undefined)
  {
    let point = hessians.at
    guard !point.hasNoGradient else { throw .zeroGradients }
    guard schedule.steps > 0 else { throw .noSteps }
    var stream = key.child(StabilityPurpose.perturbation).stream()
    var a = stream.gaussians(point.count)
    let r = (Matrix([a]) * point.gram).row(0)
    let walk = GramWalk(r, gram: point.gram, largestBatch: schedule.largestStep)
    defer { withExtendedLifetime(walk) {} }

    let rule = hessians.rule
    let ofSets = StepWeights(forgetRatio: rule.forgetRatio, in: schedule, times: -rule.stepSize)
    // The step's coefficient of r_k: -eta c_k h_k.
    let weights = (0..<point.count).map { hessians.curvatures[$0] * (point.split.forget.contains($0) ? ofSets.forget : ofSets.retain) }

    let beside = FrozenPerturbation(
      perturbation, gram: point.gram, rule: rule, sizes: (schedule.retainSize, schedule.forgetSize))

    let begin = schedule.steps / 4
    let blocks = min(Self.largestBlocks, schedule.steps - begin)
    var marks: [Double] = []
    var nextMark = begin
    let start = dot(a, r)
    guard start > 0 else { throw .zeroGradients }
    var square = start
    // log of the factor taken out of delta so far, squared.
    var logScale = 0.0
    var escaped: Int?
    for step in 0...schedule.steps {
      if step == nextMark {
        marks.append((Elementary.log(square) + logScale) / 2)
        nextMark = begin + (schedule.steps - begin) * marks.count / blocks
      }
      if step == schedule.steps { break }
      schedule.batch(step).withUnsafeBufferPointer { batch in
        if let beside {
          // r' = r + tau Gamma_bb (y o r), then the step's coefficients at r'.
          let retained = schedule.retain(step).count
          withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * batch.count) { scratch in
            guard let moved = scratch.baseAddress else { return }
            let slopes = moved + batch.count
            for (slot, k) in batch.enumerated() {
              moved[slot] = walk.values[Int(k)]
              slopes[slot] = hessians.curvatures[Int(k)] * moved[slot]
            }
            beside.displace(moved, by: slopes, batch: batch, retained: retained)
            for (slot, k) in batch.enumerated() { walk.coefficients[slot] = weights[Int(k)] * moved[slot] }
          }
        } else {
          for (slot, k) in batch.enumerated() { walk.coefficients[slot] = weights[Int(k)] * walk.values[Int(k)] }
        }
        walk.step(batch)
        for (slot, k) in batch.enumerated() { a[Int(k)] += walk.coefficients[slot] }
      }
      square = dot(a, walk.values, count: point.count)
      guard square > 0 else { throw .perturbationVanished }
      if escaped == nil, logScale == 0 ? square >= growthLimit * start : Elementary.log(square / start / growthLimit) + logScale >= 0 {
        escaped = step + 1
      }
      if square > 1e100 || square < 1e-100 {
        let factor = 1 / square.squareRoot()
        logScale += Elementary.log(square)
        for k in a.indices { a[k] *= factor }
        walk.scale(by: factor)
        square = 1
      }
    }
    escapedAtStep = escaped
    let length = Double(schedule.steps - begin)
    typicalRate = (marks[blocks] - marks[0]) / length
    guard blocks > 1 else {
      standardError = nil
      return
    }
    let rates = (0..<blocks).map { block -> Double in
      let steps = (schedule.steps - begin) * (block + 1) / blocks - (schedule.steps - begin) * block / blocks
      return (marks[block + 1] - marks[block]) / Double(steps)
    }
    let mean = rates.reduce(0, +) / Double(blocks)
    let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(blocks - 1)
    standardError = (variance / Double(blocks)).squareRoot()
  }
}
