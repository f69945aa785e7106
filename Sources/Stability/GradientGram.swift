import Model
import FrontierNumerics

/// The empirical neural tangent kernel G_ij = <grad f(x_i), grad f(x_j)> from activation patterns: (1/m^2) times the sum over a patch s_a v_a of x_i, a patch
/// s_b v_b of x_j, of s_a s_b <v_a, v_b> and the number of filters that are active on both (the signs j_r square away).
struct GradientGram {
  let matrix: Matrix

  init(network: Network, dataset: Dataset) {
    let samples = dataset.samples, table = network.preactivations
    let words = (table.rows + 63) / 64
    // For each sample's each patch: which filters are active on it, a bit each.
    var active: [[UInt64]] = []
    var first = [0]
    for i in 0..<samples.count {
      for patch in samples.patches(of: i) {
        var bits = [UInt64](repeating: 0, count: words)
        for r in 0..<table.rows {
          let z = table[r, Int(patch.index)]
          if patch.isNegated ? z < 0 : z > 0 { bits[r / 64] |= 1 << UInt64(r % 64) }
        }
        active.append(bits)
      }
      first.append(active.count)
    }
    var gram = Matrix(rows: samples.count, columns: samples.count)
    let m = Double(network.filtersPerClass)
    for i in 0..<samples.count {
      for j in 0...i {
        var sum = 0.0
        for (a, patchA) in samples.patches(of: i).enumerated() {
          for (b, patchB) in samples.patches(of: j).enumerated() {
            let product = dataset.gram[Int(patchA.index), Int(patchB.index)]
            guard product != 0 else { continue }
            var common = 0
            for word in 0..<words { common += (active[first[i] + a][word] & active[first[j] + b][word]).nonzeroBitCount }
            sum += (patchA.isNegated == patchB.isNegated ? product : -product) * Double(common)
          }
        }
        gram[i, j] = sum / (m * m)
        gram[j, i] = sum / (m * m)
      }
    }
    matrix = gram
  }
}
