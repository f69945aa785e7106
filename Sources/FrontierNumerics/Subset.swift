/// Draws subsets of 0..<population: the batches of a run.
public struct SubsetSampler: Sendable {
  private var stream: RandomStream
  private var order: [Int32]

  /// - Precondition: `population` is between 1 and `Int32.max`.
  public init(population: Int, stream: RandomStream) {
    self.stream = stream
    order = (0..<Int32(population)).map { $0 }
  }

  /// Appends a uniform subset of `size` elements, in random order, each shifted by `offset`. The whole population costs no draws.
  ///
  /// - Precondition: `size` is at most the population.
  public mutating func appendSubset(size: Int, offset: Int32, to result: inout [Int32]) {
    let population = order.count
    if size == population {
      for element in 0..<Int32(population) { result.append(element + offset) }
      return
    }
    // The first `size` steps of a Fisher-Yates shuffle. Any starting order gives the same law, so the last one is kept.
    let begin = result.count
    order.withUnsafeMutableBufferPointer { order in
      for i in 0..<size {
        let j = i &+ Int(stream.below(UInt32(truncatingIfNeeded: population &- i)))
        (order[i], order[j]) = (order[j], order[i])
      }
      result.append(contentsOf: UnsafeBufferPointer(rebasing: order[..<size]))
    }
    if offset != 0 { for i in begin..<result.count { result[i] &+= offset } }
  }

  /// Appends each element independently with the given probability, in ascending order, shifted by `offset`.
  public mutating func appendBernoulli(probability: Double, offset: Int32, to result: inout [Int32]) {
    for element in 0..<Int32(order.count) where stream.uniform() < probability { result.append(element + offset) }
  }
}
