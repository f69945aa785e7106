import FrontierNumerics
import Model

/// The empirical neural tangent kernel G_ij = <grad f(x_i), grad f(x_j)> from activation patterns: (1/m^2) times the sum over a patch s_a v_a of x_i, a patch
/// s_b v_b of x_j, of s_a s_b <v_a, v_b> and the number of filters that are active on both (the signs j_r square away).
enum GradientGram {
  /// Among the samples of a data set.
  static func ofSamples(_ network: Network, on dataset: Dataset) -> Matrix {
    let samples = dataset.samples, table = network.preactivations
    let active = ActivePatches(of: samples, filters: table.rows) { table[$0, $1] }
    var gram = Matrix(rows: samples.count, columns: samples.count)
    let m = Double(network.filtersPerClass)
    for i in 0..<samples.count {
      for j in 0...i {
        let sum = active.sum(i, active, j) { dataset.gram[$0, $1] }
        gram[i, j] = sum / (m * m)
        gram[j, i] = sum / (m * m)
      }
    }
    return gram
  }

  /// Between fresh samples (rows) and those of the data set.
  static func ofFresh(_ network: Network, on dataset: Dataset) -> Matrix {
    let samples = dataset.samples, table = network.preactivations, fresh = dataset.fresh, known = table.columns
    let freshTable = fresh.preactivations(of: network)
    let active = ActivePatches(of: samples, filters: table.rows) { table[$0, $1] }
    let freshActive = ActivePatches(of: fresh.samples, filters: table.rows) { $1 < known ? table[$0, $1] : freshTable[$0, $1 - known] }
    var gram = Matrix(rows: fresh.samples.count, columns: samples.count)
    let m = Double(network.filtersPerClass)
    for t in 0..<fresh.samples.count {
      for j in 0..<samples.count {
        let sum = freshActive.sum(t, active, j) { $0 < known ? dataset.gram[$0, $1] : fresh.cross[$1, $0 - known] }
        gram[t, j] = sum / (m * m)
      }
    }
    return gram
  }
}

/// Which filters are active on each patch of each sample, a bit each.
private struct ActivePatches {
  private let samples: SampleSet
  private let words: Int
  private let bits: [[UInt64]]
  /// Of each sample's patches in `bits`.
  private let first: [Int]

  /// - Parameter preactivation: of a filter, on the patch of an index.
  init(of samples: SampleSet, filters: Int, preactivation: (Int, Int) -> Double) {
    let words = (filters + 63) / 64
    var all: [[UInt64]] = [], first = [0]
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        var bits = [UInt64](repeating: 0, count: words)
        for r in 0..<filters {
          let z = preactivation(r, Int(patch.index))
          if patch.isNegated ? z < 0 : z > 0 { bits[r / 64] |= 1 << UInt64(r % 64) }
        }
        all.append(bits)
      }
      first.append(all.count)
    }
    (self.samples, self.words, self.bits, self.first) = (samples, words, all, first)
  }

  /// Over the patches of sample i and those of sample j of `other`.
  ///
  /// - Parameter product: <v_a, v_b>, by the indices of the patches.
  func sum(_ i: Int, _ other: ActivePatches, _ j: Int, product: (Int, Int) -> Double) -> Double {
    var sum = 0.0
    for (a, patchA) in samples.patches(of: i).enumerated() {
      for (b, patchB) in other.samples.patches(of: j).enumerated() {
        let product = product(Int(patchA.index), Int(patchB.index))
        guard product != 0 else { continue }
        var common = 0
        for word in 0..<words { common += (bits[first[i] + a][word] & other.bits[other.first[j] + b][word]).nonzeroBitCount }
        sum += (patchA.isNegated == patchB.isNegated ? product : -product) * Double(common)
      }
    }
    return sum
  }
}
