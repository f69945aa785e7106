import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// forget-selection.json, from explicit weights and direct iteration by independent code.
@Suite struct ForgetSelectionReference {
  struct File: Decodable {
    struct Exact: Decodable {
      let signal, trueSigns, labels: [Double]
      let noise, weights: [[Double]]
      let forgetCount: Int
      let scores: [String: [Double]]
      let forget: [String: [Int]]

      func trained() throws -> (network: Network, dataset: Dataset) {
        let patches = [signal] + noise
        let samples = try SampleSet(
          labels: labels, truth: trueSigns, patches: trueSigns.enumerated().map { i, sign in [.init(0, negated: sign < 0), .init(i + 1, negated: false)] })
        let network = try Network(initialPreactivations: Matrix(weights.map { w in patches.map { dot(w, $0) } }))
        return (network, try Dataset(gram: Matrix(patches.map { a in patches.map { b in dot(a, b) } }), samples: samples, initial: network))
      }
    }
    struct APriori: Decodable {
      struct Row: Decodable {
        let labelNoise, snr: Double
        /// Of the policies that labels decide.
        let aPrioriFrontier: Double?
        let policy: String
      }
      let samples, forget, filtersPerClass, steps: Int
      let targetLoss, stepSize: Double
      let rows: [Row]
    }
    let exact: [Exact]
    let cnn: APriori
  }

  /// By the name that the reference gives it.
  private func selection(_ name: String) throws -> ForgetSelection {
    switch name {
    case "random": .first
    case "outsideCoreset (scale 0)": .outsideCoreset
    default: try #require(ForgetSelection(rawValue: name))
    }
  }

  @Test func scoresMatch() throws {
    for (k, reference) in try fixture("forget-selection", as: File.self).exact.enumerated() {
      let (network, dataset) = try reference.trained()
      #expect(reference.scores.count == 6)
      for (name, expected) in reference.scores {
        let scores = try selection(name).scores(of: network, on: dataset, loss: .logistic)
        #expect(scores.count == expected.count)
        for (score, expected) in zip(scores, expected) { #expect(relativeError(score, expected) <= 1e-9, "\(name) of network \(k)") }
      }
    }
  }

  @Test func chosenSamplesMatch() throws {
    for (k, reference) in try fixture("forget-selection", as: File.self).exact.enumerated() {
      let (network, dataset) = try reference.trained()
      #expect(reference.forget.count == 9)
      for (name, expected) in reference.forget {
        let chosen = try selection(name).samples(reference.forgetCount, of: network, on: dataset, loss: .logistic) { size in
          try Self.stableCoreset(of: size, network, on: dataset)
        }
        #expect(chosen == expected, "\(name) of network \(k)")
      }
    }
  }

  /// At posterior scale 0: greedily what makes |mean_C - mean|^2 smallest, in Q_ij = l'_i l'_j G_ij.
  private static func stableCoreset(of size: Int, _ network: Network, on dataset: Dataset) throws -> [Int] {
    let count = dataset.samples.count
    let at = try Linearisation(network, on: dataset, split: try ForgetSplit(samples: count, forgetCount: 1), loss: .logistic)
    func gap(_ members: [Int]) -> Double {
      let weights = (0..<count).map { (members.contains($0) ? 1 / Double(members.count) : 0) - 1 / Double(count) }
      var sum = 0.0
      for i in 0..<count { for j in 0..<count { sum += weights[i] * weights[j] * at.slopes[i] * at.slopes[j] * at.gram[i, j] } }
      return sum
    }
    var members: [Int] = []
    while members.count < size {
      let gaps = (0..<count).filter { !members.contains($0) }.map { (sample: $0, gap: gap(members + [$0])) }
      members.append(try #require(gaps.min { $0.gap < $1.gap }).sample)
    }
    return members
  }

  @Test func aPrioriFrontiersMatch() throws {
    let setting = try fixture("forget-selection", as: File.self).cnn, rows = setting.rows.compactMap { row in row.aPrioriFrontier.map { (row, $0) } }
    #expect(rows.count == 17)
    for (row, expected) in rows {
      let model = DataModel(
        snr: row.snr, samples: Double(setting.samples), forgetCount: Double(setting.forget), filtersPerClass: Double(setting.filtersPerClass),
        stepSize: setting.stepSize, steps: Double(setting.steps), targetLoss: setting.targetLoss, forgetRatio: 0)
      let frontier = try #require(APrioriGroups.frontier(model, selection: selection(row.policy), labelNoise: row.labelNoise))
      #expect(relativeError(frontier, expected) <= 1e-9, "\(row.policy), labelNoise \(row.labelNoise), SNR \(row.snr)")
    }
  }
}
