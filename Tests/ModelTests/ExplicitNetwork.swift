import Foundation
import Model
import FrontierNumerics

/// The oracle: the network with its weights written out, and nothing clever. Every patch is a vector, every gradient a sum over filters.
struct ExplicitNetwork {
  /// 2m x d: the m filters of class +1, then those of class -1.
  var weights: [[Double]]
  let patches: [[Double]]
  /// Signed patches a sample: (patch, sign).
  let samples: [[(patch: Int, sign: Double)]]
  let labels: [Double]
  let loss: Loss

  private var filtersPerClass: Double { Double(weights.count / 2) }

  private func input(_ entry: (patch: Int, sign: Double)) -> [Double] { patches[entry.patch].map { entry.sign * $0 } }

  private func classSign(_ r: Int) -> Double { r < weights.count / 2 ? 1 : -1 }

  func output(_ i: Int) -> Double {
    var sum = 0.0
    for entry in samples[i] {
      let x = input(entry)
      for r in weights.indices { sum += classSign(r) * max(inner(weights[r], x), 0) }
    }
    return sum / filtersPerClass
  }

  var outputs: [Double] { samples.indices.map(output) }

  func lossValue(_ i: Int) -> Double {
    let f = output(i), y = labels[i]
    return loss == .squared ? (f - y) * (f - y) / 2 : log1p(exp(-abs(f))) + max(-y * f, 0)
  }

  var meanLoss: Double { samples.indices.reduce(0) { $0 + lossValue($1) } / Double(samples.count) }

  /// d loss_i / d w_r for every filter.
  func gradient(_ i: Int) -> [[Double]] {
    let f = output(i), y = labels[i]
    let slope = loss == .squared ? f - y : -y / (1 + exp(y * f))
    var result = weights.map { $0.map { _ in 0.0 } }
    for entry in samples[i] {
      let x = input(entry)
      for r in weights.indices where inner(weights[r], x) > 0 {
        for c in x.indices { result[r][c] += slope * classSign(r) / filtersPerClass * x[c] }
      }
    }
    return result
  }

  /// w <- w - stepSize sum over (sample, weight) of weight grad l_sample, all gradients at the same w.
  mutating func step(stepSize: Double, _ batch: [(sample: Int, weight: Double)]) {
    let gradients = batch.map { gradient($0.sample) }
    for (member, gradient) in zip(batch, gradients) {
      for r in weights.indices { for c in weights[r].indices { weights[r][c] -= stepSize * member.weight * gradient[r][c] } }
    }
  }

  func squaredDistance(to other: [[Double]]) -> Double {
    var sum = 0.0
    for (a, b) in zip(weights.joined(), other.joined()) { sum += (a - b) * (a - b) }
    return sum
  }

  /// The share of the summed margin that patches other than `signal` carry.
  func marginShare(withoutPatch signal: Int) -> Double? {
    var total = 0.0, rest = 0.0
    for i in samples.indices {
      for entry in samples[i] {
        let x = input(entry)
        var margin = 0.0
        for r in weights.indices { margin += labels[i] * classSign(r) * max(inner(weights[r], x), 0) / filtersPerClass }
        total += margin
        if entry.patch != signal { rest += margin }
      }
    }
    return total > 0 ? rest / total : nil
  }

  /// The same network and data in span form.
  ///
  /// - Parameter trained: how many of the samples are trained on; the others are fresh. All patches are the dictionary's, but for the last `newPatches`.
  func spanForm(trained: Int? = nil, newPatches: Int = 0) throws -> (dataset: Dataset, network: Network) {
    let known = patches.dropLast(newPatches), new = patches.suffix(newPatches), trained = trained ?? samples.count
    let network = try Network(initialPreactivations: Matrix(weights.map { w in known.map { inner(w, $0) } }))
    func set(_ range: Range<Int>) throws -> SampleSet {
      try SampleSet(labels: Array(labels[range]), patches: samples[range].map { $0.map { .init($0.patch, negated: $0.sign < 0) } })
    }
    let fresh =
      try trained == samples.count
      ? nil
      : FreshSamples(
        cross: Matrix(known.map { a in new.map { inner(a, $0) } }), initialPreactivations: Matrix(weights.map { w in new.map { inner(w, $0) } }),
        samples: set(trained..<samples.count))
    return (
      try Dataset(gram: Matrix(known.map { a in known.map { inner(a, $0) } }), samples: set(0..<trained), initial: network, fresh: fresh), network
    )
  }
}

private func inner(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// The largest |a - b| over the largest |b|, or over `floor` where that is larger.
func relativeError(_ a: [Double], _ b: [Double], floor: Double = .leastNormalMagnitude) -> Double {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(floor) { max($0, abs($1)) }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}
