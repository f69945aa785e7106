import Model
import FrontierNumerics
import TestSupport
import Testing

/// The batches of an unlearning run (theory.md section 4). Fixed seeds; each test of chance at a false-alarm rate of 10^-5.
@Suite struct Batches {
  private func schedule(_ sampling: Sampling, batchSize: Int, steps: Int = 20_000, seed: UInt64 = 61) throws -> BatchSchedule {
    try BatchSchedule(
      split: try ForgetSplit(samples: 12, forgetCount: 4), batchSize: batchSize, sampling: sampling, steps: steps, key: RandomKey(seed: seed))
  }

  /// B_R = min(B, n_R) and B_F = min(B, n_F) different samples of their own set, each as often as any other.
  @Test(arguments: [1, 3, 4, 6, 8, 12]) func uniformBatches(batchSize: Int) throws {
    let schedule = try schedule(.uniform, batchSize: batchSize)
    #expect(schedule.retainSize == min(batchSize, 8) && schedule.forgetSize == min(batchSize, 4))
    #expect(schedule.largestStep == schedule.retainSize + schedule.forgetSize)
    var counts = [Int](repeating: 0, count: 12)
    for step in 0..<schedule.steps {
      let retain = schedule.retain(step), forget = schedule.forget(step)
      #expect(Set(retain).count == schedule.retainSize && retain.allSatisfy { (4..<12).contains($0) })
      #expect(Set(forget).count == schedule.forgetSize && forget.allSatisfy { (0..<4).contains($0) })
      #expect(Array(schedule.batch(step)) == Array(retain) + Array(forget))
      for k in schedule.batch(step) { counts[Int(k)] += 1 }
    }
    for k in 0..<12 {
      let (drawn, size) = k < 4 ? (schedule.forgetSize, 4) : (schedule.retainSize, 8)
      if drawn == size {
        #expect(counts[k] == schedule.steps)
      } else {
        #expect(binomialTail(counts[k], of: schedule.steps, probability: Double(drawn) / Double(size)) > 1e-5)
      }
    }
  }

  /// Pairs are drawn together as often as subsets without replacement have them: B (B-1) / (n (n-1)).
  @Test func uniformPairs() throws {
    let schedule = try schedule(.uniform, batchSize: 3)
    var together = 0
    for step in 0..<schedule.steps where schedule.retain(step).contains(4) && schedule.retain(step).contains(11) { together += 1 }
    #expect(binomialTail(together, of: schedule.steps, probability: 3.0 * 2 / (8 * 7)) > 1e-5)
  }

  /// Each sample on its own with probability B / size; the weights stay those of B samples.
  @Test(arguments: [1, 3, 6, 12]) func bernoulliBatches(batchSize: Int) throws {
    let schedule = try schedule(.bernoulli, batchSize: batchSize)
    #expect(schedule.retainSize == min(batchSize, 8) && schedule.forgetSize == min(batchSize, 4))
    var counts = [Int](repeating: 0, count: 12), together = 0
    for step in 0..<schedule.steps {
      #expect(Set(schedule.batch(step)).count == schedule.batch(step).count)
      for k in schedule.batch(step) { counts[Int(k)] += 1 }
      if schedule.retain(step).contains(4) && schedule.retain(step).contains(11) { together += 1 }
    }
    for k in 0..<12 {
      let probability = k < 4 ? Double(schedule.forgetSize) / 4 : Double(schedule.retainSize) / 8
      if probability == 1 {
        #expect(counts[k] == schedule.steps)
      } else {
        #expect(binomialTail(counts[k], of: schedule.steps, probability: probability) > 1e-5)
      }
    }
    let probability = Double(schedule.retainSize * schedule.retainSize) / 64
    if probability < 1 { #expect(binomialTail(together, of: schedule.steps, probability: probability) > 1e-5) }
  }

  /// A longer schedule begins with the shorter one, and another key gives another.
  @Test(arguments: Sampling.allCases) func longerSchedulesBeginAlike(sampling: Sampling) throws {
    let short = try schedule(sampling, batchSize: 3, steps: 50), long = try schedule(sampling, batchSize: 3, steps: 80)
    #expect((0..<50).allSatisfy { Array(short.batch($0)) == Array(long.batch($0)) })
    let other = try schedule(sampling, batchSize: 3, steps: 50, seed: 62)
    #expect((0..<50).contains { Array(short.batch($0)) != Array(other.batch($0)) })
  }

  @Test func noSteps() throws {
    let empty = try schedule(.uniform, batchSize: 3, steps: 0)
    #expect(empty.steps == 0 && empty.largestStep == 0)
  }
}
