import FrontierNumerics

/// How the samples of a step are drawn.
public enum Sampling: String, Sendable, CaseIterable, BitwiseCopyable {
  /// Exactly B samples, uniformly without replacement.
  case uniform
  /// Each sample independently with probability B/n, the law of the papers' proofs. The weights stay those of B samples.
  case bernoulli
}

/// The forget set is the first `forget` of `samples` samples; the rest is retained.
public struct ForgetSplit: Sendable, Equatable {
  public let forget: Range<Int>
  public let retain: Range<Int>

  /// Refuses a count that leaves either set empty.
  public init(samples: Int, forgetCount: Int) throws {
    try require("samples", samples, in: 2...Int(Int32.max))
    try require("forgetCount", forgetCount, in: 1...(samples - 1))
    forget = 0..<forgetCount
    retain = forgetCount..<samples
  }

  /// round(forgetFraction x samples) samples to forget, kept between 1 and samples - 1.
  public init(samples: Int, forgetFraction: Double) throws {
    guard forgetFraction > 0, forgetFraction < 1 else {
      throw ParameterError(parameter: "forgetFraction", value: "\(forgetFraction)", allowed: ParameterRange.between(0, 1).words + ", or one set would be empty")
    }
    try require("samples", samples, in: 2...Int(Int32.max))
    let rounded = Int((forgetFraction * Double(samples)).rounded())
    try self.init(samples: samples, forgetCount: min(max(rounded, 1), samples - 1))
  }
}

/// The batches of an unlearning run: at each step some of the retain set and some of the forget set. Drawn once for all cells that share it
/// (common random numbers), and for the stability analysis, which follows the same batches.
public struct BatchSchedule: Sendable {
  /// B_R and B_F, the sizes that the step's weights are made from.
  public let retainSize: Int
  public let forgetSize: Int
  let indices: [Int32]
  /// Step k has retain samples indices[offsets[2k] ..< offsets[2k+1]] and forget samples indices[offsets[2k+1] ..< offsets[2k+2]].
  let offsets: [Int]

  public var steps: Int { (offsets.count - 1) / 2 }
  public func retain(_ step: Int) -> ArraySlice<Int32> { indices[offsets[2 * step]..<offsets[2 * step + 1]] }
  public func forget(_ step: Int) -> ArraySlice<Int32> { indices[offsets[2 * step + 1]..<offsets[2 * step + 2]] }
  package func retainCount(_ step: Int) -> Int { offsets[2 * step + 1] - offsets[2 * step] }
  /// The retain samples of a step, then its forget samples.
  public func batch(_ step: Int) -> ArraySlice<Int32> { indices[offsets[2 * step]..<offsets[2 * step + 2]] }
  /// What it takes in memory.
  public var bytes: Int { indices.count * MemoryLayout<Int32>.stride + offsets.count * MemoryLayout<Int>.stride }
  /// The largest number of samples in one step.
  public var largestStep: Int { (0..<steps).map { offsets[2 * $0 + 2] - offsets[2 * $0] }.max() ?? 0 }

  /// Refuses a batch that is larger than all samples, and a number of steps out of range.
  public static func check(split: ForgetSplit, batchSize: Int, steps: Int) throws {
    try require("batchSize", batchSize, in: 1...(split.forget.count + split.retain.count))
    try require("unlearnSteps", steps, in: 0...UnlearningRule.largestSteps)
  }

  /// Draws `steps` steps of B_R = min(B, n_R) retain and B_F = min(B, n_F) forget samples (theory.md section 4).
  public init(split: ForgetSplit, batchSize: Int, sampling: Sampling, steps: Int, key: RandomKey) throws {
    try Self.check(split: split, batchSize: batchSize, steps: steps)
    retainSize = min(batchSize, split.retain.count)
    forgetSize = min(batchSize, split.forget.count)
    var retain = SubsetSampler(population: split.retain.count, stream: key.child(Purpose.retainBatches).stream())
    var forget = SubsetSampler(population: split.forget.count, stream: key.child(Purpose.forgetBatches).stream())
    var indices: [Int32] = []
    var offsets = [0]
    indices.reserveCapacity(steps * (retainSize + forgetSize))
    offsets.reserveCapacity(2 * steps + 1)
    for _ in 0..<steps {
      switch sampling {
      case .uniform: retain.appendSubset(size: retainSize, offset: Int32(split.retain.lowerBound), to: &indices)
      case .bernoulli:
        let probability = Double(retainSize) / Double(split.retain.count)
        retain.appendBernoulli(probability: probability, offset: Int32(split.retain.lowerBound), to: &indices)
      }
      offsets.append(indices.count)
      switch sampling {
      case .uniform: forget.appendSubset(size: forgetSize, offset: Int32(split.forget.lowerBound), to: &indices)
      case .bernoulli:
        let probability = Double(forgetSize) / Double(split.forget.count)
        forget.appendBernoulli(probability: probability, offset: Int32(split.forget.lowerBound), to: &indices)
      }
      offsets.append(indices.count)
    }
    self.indices = indices
    self.offsets = offsets
  }

  /// The retain half of the same steps, with the same weights.
  public var withoutForgetting: BatchSchedule {
    var retained: [Int32] = [], offsets = [0]
    for step in 0..<steps {
      retained += retain(step)
      offsets += [retained.count, retained.count]
    }
    return BatchSchedule(retainSize: retainSize, forgetSize: forgetSize, indices: retained, offsets: offsets)
  }

  private init(retainSize: Int, forgetSize: Int, indices: [Int32], offsets: [Int]) {
    (self.retainSize, self.forgetSize, self.indices, self.offsets) = (retainSize, forgetSize, indices, offsets)
  }

  /// Given batches of equal sizes, one pair a step: for replaying a recorded run.
  public init(retain: [[Int]], forget: [[Int]]) throws {
    guard retain.count == forget.count, Set(retain.map(\.count)).count <= 1, Set(forget.map(\.count)).count <= 1 else {
      throw ParameterError(parameter: "batches", value: "\(retain.count) and \(forget.count) of them", allowed: "one pair a step, of equal sizes")
    }
    retainSize = retain.first?.count ?? 0
    forgetSize = forget.first?.count ?? 0
    var indices: [Int32] = []
    var offsets = [0]
    for (r, f) in zip(retain, forget) {
      for batch in [r, f] {
        indices += batch.map { Int32($0) }
        offsets.append(indices.count)
      }
    }
    self.indices = indices
    self.offsets = offsets
  }
}
