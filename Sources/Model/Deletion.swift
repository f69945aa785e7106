import FrontierNumerics

/// How far a network is from another that stands for deletion, by their outputs on forget, retain and fresh samples (theory.md section 8).
public struct Deletion: Sendable, Equatable {
  /// Product over the three sets of 1 - |difference of the accuracies|.
  public let tugOfWar: Double
  /// Share of the samples on which both say the same.
  public let forgetAgreement: Double
  public let testAgreement: Double
  /// Mean Jensen-Shannon divergence of the two networks' probabilities, in bits; nil unless the loss is logistic.
  public let forgetDivergence: Double?
  public let retainDivergence: Double?
  public let testDivergence: Double?

  /// Outputs of a network on the three sets.
  public struct Outputs: Sendable {
    public let forget: [Double]
    public let retain: [Double]
    public let test: [Double]

    public init(forget: [Double], retain: [Double], test: [Double]) { (self.forget, self.retain, self.test) = (forget, retain, test) }

    /// Of a network on its data set.
    public init(of network: Network, on dataset: Dataset, split: ForgetSplit) {
      let outputs = network.outputs(of: dataset.samples)
      self.init(forget: Array(outputs[split.forget]), retain: Array(outputs[split.retain]), test: dataset.fresh.outputs(of: network))
    }

    /// The right answers: observed labels of forget and retain samples, true ones of fresh samples.
    public init(labels dataset: Dataset, split: ForgetSplit) {
      let labels = dataset.samples.labels
      self.init(forget: Array(labels[split.forget]), retain: Array(labels[split.retain]), test: dataset.fresh.samples.labels)
    }
  }

  /// - Parameters:
  ///   - labels: of the same samples.
  ///   - loss: whose probabilities are compared.
  public init(of network: Outputs, against reference: Outputs, labels: Outputs, loss: Loss) {
    func gap(_ set: KeyPath<Outputs, [Double]>) -> Double {
      let y = labels[keyPath: set]
      func accuracy(_ outputs: [Double]) -> Double { zip(outputs, y).reduce(0) { $0 + ($1.0 * $1.1 > 0 ? 1 : 0) } / Double(max(y.count, 1)) }
      return 1 - abs(accuracy(network[keyPath: set]) - accuracy(reference[keyPath: set]))
    }
    func agreement(_ set: KeyPath<Outputs, [Double]>) -> Double {
      let pairs = zip(network[keyPath: set], reference[keyPath: set])
      return pairs.reduce(0) { $0 + ($1.0 * $1.1 > 0 ? 1 : 0) } / Double(max(network[keyPath: set].count, 1))
    }
    func divergence(_ set: KeyPath<Outputs, [Double]>) -> Double? {
      guard loss == .logistic, !network[keyPath: set].isEmpty else { return nil }
      return meanJensenShannon(network[keyPath: set], reference[keyPath: set])
    }
    tugOfWar = gap(\.forget) * gap(\.retain) * gap(\.test)
    (forgetAgreement, testAgreement) = (agreement(\.forget), agreement(\.test))
    (forgetDivergence, retainDivergence, testDivergence) = (divergence(\.forget), divergence(\.retain), divergence(\.test))
  }
}

/// Mean over samples of H((p+q)/2) - (H(p) + H(q))/2 in bits, of p = sigma(f) and q = sigma(g). 1 - p is sigma(-f), 0 log 0 = 0, and a rounding below 0 is 0.
private func meanJensenShannon(_ f: [Double], _ g: [Double]) -> Double {
  let count = f.count
  // sigma(f), sigma(-f), sigma(g), sigma(-g), and the means of the two networks'; then what each adds to an entropy.
  var shares = f.map { -$0 } + f + g.map { -$0 } + g
  Elementary.reverseSigmoid(shares, count: shares.count, into: &shares)
  shares += (0..<2 * count).map { (shares[$0] + shares[2 * count + $0]) / 2 }
  var logarithms = shares.map { max($0, .leastNormalMagnitude) }
  Elementary.log(logarithms, count: logarithms.count, into: &logarithms)
  let terms = zip(shares, logarithms).map { -$0 * $1 }
  let sum = (0..<count).reduce(0) { sum, i in
    let own = terms[i] + terms[count + i] + terms[2 * count + i] + terms[3 * count + i], mixed = terms[4 * count + i] + terms[5 * count + i]
    return sum + max(mixed - own / 2, 0)
  }
  return sum / Elementary.log(2) / Double(count)
}

/// A membership attack by the loss: forget samples that were trained on have lower losses than fresh ones.
public struct MembershipAttack: Sendable, Equatable {
  /// Share of pairs of a forget and a fresh sample in which the forget sample has the lower loss, ties counted half.
  public let areaUnderROC: Double
  /// The largest difference of the two distribution functions of the loss.
  public let advantage: Double

  /// Nil if one of the sets is empty.
  public init?(forgetLosses: [Double], freshLosses: [Double]) {
    guard !forgetLosses.isEmpty, !freshLosses.isEmpty else { return nil }
    let members = forgetLosses.sorted(), others = freshLosses.sorted()
    let n = Double(members.count), m = Double(others.count)
    var i = 0, j = 0, ordered = 0.0, largest = 0.0
    while i < members.count || j < others.count {
      let value = min(i < members.count ? members[i] : .infinity, j < others.count ? others[j] : .infinity)
      var tiedMembers = 0.0, tiedOthers = 0.0
      while i < members.count, members[i] <= value { (i, tiedMembers) = (i + 1, tiedMembers + 1) }
      while j < others.count, others[j] <= value { (j, tiedOthers) = (j + 1, tiedOthers + 1) }
      // Members below a fresh sample: all before, and half of those that tie.
      ordered += tiedOthers * (Double(i) - tiedMembers / 2)
      largest = max(largest, abs(Double(i) / n - Double(j) / m))
    }
    (areaUnderROC, advantage) = (ordered / (n * m), largest)
  }
}

extension Network {
  /// Mean over samples of what all their patches but the first ones of the dictionary add to the margin y f: where those are the signal, what a sample's own
  /// noise is remembered by.
  public func ownMemory(of set: Range<Int>, in samples: SampleSet, withoutFirst signal: Int) -> Double {
    let responses = Responses(preactivations: preactivations)
    var sum = 0.0
    for i in set { for patch in samples.patches(of: i) where patch.index >= signal { sum += samples.labels[i] * responses(patch) } }
    return sum / Double(max(set.count, 1))
  }
}
