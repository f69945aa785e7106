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
}
