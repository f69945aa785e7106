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

/// The patches of all samples, one sample behind the other, with the filters that are active on each: a bit a filter, `words` words a patch.
private struct ActivePatches {
  private var patches: [SampleSet.Patch] = []
  private var bits: [UInt64] = []
  /// Sample i has the patches first[i] ..< first[i + 1].
  private var first = [0]
  private let words: Int

  /// - Parameter preactivation: of a filter, on the patch of an index.
  init(of samples: SampleSet, filters: Int, preactivation: (Int, Int) -> Double) {
    words = (filters + 63) / 64
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        let start = bits.count
        bits.append(contentsOf: repeatElement(0, count: words))
        for r in 0..<filters {
          let z = preactivation(r, Int(patch.index))
          if patch.isNegated ? z < 0 : z > 0 { bits[start + r / 64] |= 1 << UInt64(r % 64) }
        }
        patches.append(patch)
      }
      first.append(patches.count)
    }
  }

  /// Over the patches of sample i and those of sample j of `other`.
  ///
  /// - Parameter product: <v_a, v_b>, by the indices of the patches.
  @inline(__always)
  func sum(_ i: Int, _ other: ActivePatches, _ j: Int, product: (Int, Int) -> Double) -> Double {
    var sum = 0.0
    for a in first[i]..<first[i + 1] {
      for b in other.first[j]..<other.first[j + 1] {
        let product = product(Int(patches[a].index), Int(other.patches[b].index))
        guard product != 0 else { continue }
        var common = 0
        for word in 0..<words { common += (bits[a * words + word] & other.bits[b * words + word]).nonzeroBitCount }
        sum += (patches[a].isNegated == other.patches[b].isNegated ? product : -product) * Double(common)
      }
    }
    return sum
  }
}
