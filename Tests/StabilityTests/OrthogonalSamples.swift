import FrontierNumerics
import Model
import Stability
import Testing

/// Orthogonal gradients move each other in nothing, so every quantity has a closed form, and a search that begins among some of the samples sees no other.
@Suite struct OrthogonalSamples {
  /// The second moment of g_k g_k^T grows by (1 - eta s_k lambda_k)^2 + eta^2 rho_k lambda_k^2, with lambda_k = strength_k |g_k|^2: by noise alone where the mean
  /// step takes nearly all away, and then none of the directions that the mean step leaves longest has a part in it.
  @Test(arguments: Sampling.allCases) func meanSquareIsTheLargestOfAllSamples(sampling: Sampling) throws {
    var stream = RandomKey(seed: 31).child(sampling == .uniform ? 0 : 1).stream()
    var byNoise = 0
    for trial in 0..<300 {
      let count = [12, 40, 80][trial % 3], split = try ForgetSplit(samples: count, forgetCount: count / 4)
      // One in three has samples that are nearly alike, so that the tops are close to each other.
      let spread = trial % 9 < 3 ? 1e-3 : 1.5
      let gram = Matrix((0..<count).map { k in (0..<count).map { $0 == k ? Elementary.exp(spread * stream.gaussian()) : 0 } })
      let labels = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1 }
      let point = try Linearisation(gram: gram, outputs: labels, labels: labels, split: split, loss: .squared)
      let alpha = stream.uniform() < 0.3 ? 0 : 0.4 * stream.uniform()
      func hessians(stepSize: Double) throws -> WeightedHessians {
        WeightedHessians(
          at: point, rule: try StepRule(forgetRatio: alpha, stepSize: stepSize, batchSize: 1 + trial % 4, sampling: sampling))
      }
      // Largest eta lambda from 0.2 to 2.2.
      let step = (0.2 + 2 * stream.uniform()) / (try hessians(stepSize: 1).tops.max() ?? 1), test = try hessians(stepSize: step)
      let growth = (0..<count).map { k -> (whole: Double, mean: Double) in
        let moved = 1 - (split.forget.contains(k) ? -1 : 1) * step * test.tops[k], noise = step * test.tops[k]
        return (moved * moved + test.noiseFactors[k] * noise * noise, moved * moved)
      }
      let top = growth.map(\.whole).max() ?? 0
      byNoise += growth.contains { $0.whole == top && $0.mean < 0.5 } ? 1 : 0
      #expect(relativeError(try test.meanSquareRadius().value, top) < 1e-7, "trial \(trial), \(test.rule)")
    }
    #expect(byNoise > 30)
  }

  /// With alpha = 0 the forget set's own directions stay as they are: moments that grow by exactly 1, which the mean step leaves longest of all. Beside them noise
  /// on the retain set has a top of its own, here so little above 1 that a search which settles early takes the one for the other.
  @Test(arguments: [3e-2, 1e-2, 1e-3, 1e-4]) func noiseBesideWhatStays(excess: Double) throws {
    var stream = RandomKey(seed: 32).stream()
    for trial in 0..<20 {
      let retained = 5 + trial % 3, forgotten = 3, count = retained + forgotten
      // Retain and forget gradients have no coordinate in common.
      let gradients = (0..<count).map { k in (0..<count).map { i in (k < forgotten) == (i < forgotten) ? stream.gaussian() : 0 } }
      let gram = Matrix((0..<count).map { k in (0..<count).map { l in zip(gradients[k], gradients[l]).reduce(0) { $0 + $1.0 * $1.1 } } })
      let labels = (0..<count).map { $0 % 2 == 0 ? 1.0 : -1 }
      let point = try Linearisation(
        gram: gram, outputs: labels, labels: labels, split: try ForgetSplit(samples: count, forgetCount: forgotten), loss: .squared)
      let retain = gradients[forgotten...].map { Array($0[forgotten...]) }
      // The step size at which noise grows by the excess.
      var (low, high) = (0.0, 1.0)
      while explicitRadius(retain, stepSize: high) < 1 + excess { high *= 2 }
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if explicitRadius(retain, stepSize: middle) < 1 + excess { low = middle } else { high = middle }
      }
      let rule = try StepRule(forgetRatio: 0, stepSize: high, batchSize: 1, sampling: .bernoulli)
      #expect(
        relativeError(try WeightedHessians(at: point, rule: rule).meanSquareRadius().value, explicitRadius(retain, stepSize: high)) < 1e-7, "trial \(trial)")
    }
  }

  /// Of T as a table over the symmetric matrices, for Bernoulli batches of one sample with squared loss.
  private func explicitRadius(_ gradients: [[Double]], stepSize eta: Double) -> Double {
    let n = gradients.count, weight = eta / Double(n)
    let mean = (0..<n).map { i in (0..<n).map { j in gradients.reduce(i == j ? 1.0 : 0) { $0 - weight * $1[i] * $1[j] } } }
    // Those beside the diagonal times sqrt 2, so that the table is symmetric.
    let pairs = (0..<n).flatMap { i in (0...i).map { (i, $0) } }
    func scale(_ pair: (Int, Int)) -> Double { pair.0 == pair.1 ? 1 : 2.0.squareRoot() }
    let table = pairs.map { a in
      pairs.map { b -> Double in
        let drift = (mean[a.0][b.0] * mean[a.1][b.1] + mean[a.0][b.1] * mean[a.1][b.0]) / 2
        let noise = gradients.reduce(0) { $0 + $1[a.0] * $1[a.1] * $1[b.0] * $1[b.1] }
        return scale(a) * scale(b) * (drift + Double(n - 1) * weight * weight * noise)
      }
    }
    return Matrix(table).symmetricEigenvalues()[0]
  }
}
