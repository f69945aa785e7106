import FrontierNumerics
import Model

/// Some of the samples to train on instead of all.
public struct Coreset: Sendable, Equatable {
  /// In the order in which they were chosen.
  public let members: [Int]
  /// What each weighs, 1 on average.
  public let weights: [Double]

  public init(members: [Int], weights: [Double]) { (self.members, self.weights) = (members, weights) }
}

/// How a coreset is chosen (docs/theory.md section 12): once, at a network trained on all samples for a little. Of equals the first sample is taken.
public enum CoresetSelection: String, CaseIterable, Sendable, BitwiseCopyable {
  /// A uniform subset.
  case random
  /// Smallest loss first.
  case easiest
  /// Largest loss first.
  case hardest
  /// Greedily what brings the mean gradient of those chosen nearest to that of all.
  case gradientMatching
  /// The same for gradients smoothed over a posterior.
  case stable
  /// Greedily what most samples have near them by their gradients (CRAIG); members weigh as many samples as they are nearest to.
  case facility

  /// Chooses `size` of the samples. Costs O(n^2), of `facility` O(n^2 size).
  ///
  /// - Parameter stream: what `random` draws from.
  public func choose(_ size: Int, by moments: GradientMoments, from stream: RandomStream) throws -> Coreset {
    try require("coresetSize", size, in: 1...max(moments.count, 1))
    let members: [Int]
    switch self {
    case .random:
      var sampler = SubsetSampler(population: moments.count, stream: stream), subset: [Int32] = []
      sampler.appendSubset(size: size, offset: 0, to: &subset)
      members = subset.map { Int($0) }
    case .easiest: members = Self.first(size, of: moments.losses)
    case .hardest: members = Self.first(size, of: moments.losses.map { -$0 })
    case .gradientMatching: members = Self.matching(size, in: moments.gradients)
    case .stable: members = Self.matching(size, in: moments.smoothedGradients)
    case .facility: return Self.facility(size, in: moments.gradients)
    }
    return Coreset(members: members, weights: [Double](repeating: 1, count: size))
  }

  private static func first(_ size: Int, of values: [Double]) -> [Int] {
    Array(values.indices.sorted { values[$0] != values[$1] ? values[$0] < values[$1] : $0 < $1 }.prefix(size))
  }

  /// With k chosen, |mean_C - mean|^2 = |sum_C|^2 / k^2 - 2 <sum_C, mean> / k + |mean|^2. Candidates differ, times k, in
  /// (2 <sum_C, g_j> + Q_jj) / k - 2 <mean, g_j>.
  private static func matching(_ size: Int, in gram: Matrix) -> [Int] {
    let n = gram.rows, toMean = (0..<n).map { gram.row($0).reduce(0, +) / Double(n) }
    var toSum = [Double](repeating: 0, count: n), candidates = Array(0..<n), chosen: [Int] = []
    while chosen.count < size {
      let k = Double(chosen.count + 1)
      let misfits = candidates.map { (2 * toSum[$0] + gram[$0, $0]) / k - 2 * toMean[$0] }
      guard let place = firstOfLeast(misfits) else { break }
      let next = candidates.remove(at: place), row = gram.row(next)
      for j in 0..<n { toSum[j] += row[j] }
      chosen.append(next)
    }
    return chosen
  }

  /// Similarity max D - D_ij, D_ij = |grad l_i - grad l_j|: what a candidate adds is how much nearer it brings the nearest member, which is at max D of none.
  private static func facility(_ size: Int, in gram: Matrix) -> Coreset {
    let n = gram.rows
    var distances = gram, largest = 0.0
    for i in 0..<n {
      for j in 0..<n {
        distances[i, j] = max(gram[i, i] + gram[j, j] - 2 * gram[i, j], 0).squareRoot()
        largest = max(largest, distances[i, j])
      }
    }
    var nearest = [Double](repeating: largest, count: n), candidates = Array(0..<n), chosen: [Int] = []
    while chosen.count < size {
      let gains = candidates.map { j in
        let row = distances.row(j)
        return (0..<n).reduce(0) { $0 - max(nearest[$1] - row[$1], 0) }
      }
      guard let place = firstOfLeast(gains) else { break }
      let next = candidates.remove(at: place), row = distances.row(next)
      for i in 0..<n { nearest[i] = min(nearest[i], row[i]) }
      chosen.append(next)
    }
    let inOrder = chosen.indices.sorted { chosen[$0] < chosen[$1] }
    var served = [Double](repeating: 0, count: size)
    for i in 0..<n {
      if let place = firstOfLeast(inOrder.map { distances[i, chosen[$0]] }) { served[inOrder[place]] += 1 }
    }
    return Coreset(members: chosen, weights: served.map { Double(size) / Double(n) * $0 })
  }

  private static func firstOfLeast(_ values: [Double]) -> Int? {
    values.indices.reduce(nil) { best, i in best.map { values[i] < values[$0] ? i : $0 } ?? i }
  }
}
