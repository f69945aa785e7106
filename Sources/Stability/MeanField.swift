import FrontierNumerics
import Model

/// Mean field (theory.md section 5): a margin for each group of samples, m_g <- m_g + eta sum_h c_h s_h kappa_gh / (1 + exp m_h), with
/// c_h = -alpha/n_F on forget and (1-alpha)/n_R on retain. Batches and ReLUs that switch are left out. Logistic loss only.
public struct MeanField: Sendable {
  public struct Group: Sendable, Equatable {
    public let isForget: Bool
    /// s_g
    public let size: Double
    /// m_g at the start.
    public let margin: Double
  }

  /// Fresh samples of a class that the forget set has: they are moved and move nothing (theory.md section 8).
  struct Passive: Sendable {
    /// The class' share of the forget set.
    let share: Double
    let margin: Double
    /// kappa_Th for each group.
    let coupling: [Double]
  }

  /// Forget +, forget -, retain +, retain -, those with samples; by true label too: each in its samples with that label and those with the other.
  public let groups: [Group]
  /// kappa_gh
  public let coupling: [[Double]]
  /// Of kappa_gg what pairs of a sample with itself bring.
  let own: [Double]
  /// One for each class of the forget set; nil where one of them has no fresh samples.
  let passive: [Passive]?

  /// What became of the groups.
  public struct Run: Sendable, Equatable {
    /// One a group.
    public let margins: [Double]
    /// Mean margin of the forget samples: its zero is the frontier, below it they are forgotten.
    public let forgetMargin: Double
    /// The same less the margins of fresh samples, weighted by the classes of the forget set: below zero nothing is left by which forget samples could be
    /// told from fresh ones. Nil without fresh samples of each class.
    public let memory: Double?
    /// What the forget samples' own noise, or rather all that they share with nobody, added to their margins: the mean over them.
    let forgetOwnGain: Double
    /// Share of the samples in groups whose margin stayed positive.
    public let forgetAccuracy: Double
    public let retainAccuracy: Double
  }

  /// The measured form: couplings and margins of a network.
  ///
  /// - Parameters:
  ///   - truth: a true label for each sample, where groups are to be parted by it too (theory.md section 13): otherwise by set and label alone.
  ///   - fresh: samples that were not trained on.
  public init(at point: Linearisation, truth: [Double]? = nil, fresh: FreshLinearisation? = nil) throws(Undefined) {
    guard point.loss == .logistic else { throw .notAMarginLoss }
    let signs = truth ?? point.labels
    var members: [(isForget: Bool, label: Double, samples: [Int])] = []
    for (isForget, set) in [(true, point.split.forget), (false, point.split.retain)] {
      for (sign, label) in [(1.0, 1.0), (1, -1), (-1, -1), (-1, 1)] {
        let samples = set.filter { signs[$0] == sign && point.labels[$0] == label }
        if !samples.isEmpty { members.append((isForget, label, samples)) }
      }
    }
    func margin(_ samples: [Int], _ outputs: [Double], _ labels: [Double]) -> Double {
      samples.reduce(0) { $0 + labels[$1] * outputs[$1] } / Double(samples.count)
    }
    func mean(_ rows: [Int], _ gram: Matrix, _ labels: [Double], over samples: [Int]) -> Double {
      var sum = 0.0
      for i in rows { for j in samples { sum += labels[i] * point.labels[j] * gram[i, j] } }
      return sum / Double(rows.count * samples.count)
    }
    groups = members.map {
      Group(isForget: $0.isForget, size: Double($0.samples.count), margin: margin($0.samples, point.outputs, point.labels))
    }
    coupling = members.map { g in members.map { h in mean(g.samples, point.gram, point.labels, over: h.samples) } }
    own = members.map { g in g.samples.reduce(0) { $0 + point.gram[$1, $1] } / Double(g.samples.count * g.samples.count) }
    let forgotten = members.filter(\.isForget)
    let passive = fresh.map { fresh in
      forgotten.compactMap { g -> Passive? in
        let samples = fresh.labels.indices.filter { fresh.labels[$0] == g.label }
        guard !samples.isEmpty else { return nil }
        return Passive(
          share: Double(g.samples.count) / Double(point.split.forget.count), margin: margin(samples, fresh.outputs, fresh.labels),
          coupling: members.map { mean(samples, fresh.gram, fresh.labels, over: $0.samples) })
      }
    }
    self.passive = passive?.count == forgotten.count ? passive : nil
  }

  /// The a-priori form: couplings and margins of the data model.
  init(_ model: DataModel) { self.init(model, groups: APrioriGroups.inOrder(model)) }

  /// The recursion after `steps` steps at the given alpha and eta.
  ///
  /// - Parameters:
  ///   - perturbation: where gradients are taken; a probe changes nothing to first order.
  ///   - batchSize: B, by which a sample perturbs itself only when it is drawn.
  public func run(
    forgetRatio: Double, stepSize: Double, steps: Int, push: ForgetPush = .ascent, perturbation: Perturbation = .none, batchSize: Double = .infinity
  ) -> Run {
    let count = groups.count, forgetGroups = groups.prefix { $0.isForget }.count
    let forgetSize = total(forget: true), retainSize = total(forget: false)
    let weights = StepWeights(forgetRatio: forgetRatio, retainSize: retainSize, forgetSize: forgetSize)
    // What 1/(1 + exp m_h), or the method's psi of a forget group, adds to a margin in a step.
    func gains(_ coupling: [Double]) -> [Double] {
      (0..<count).map { h in stepSize * (groups[h].isForget ? weights.forget : weights.retain) * groups[h].size * coupling[h] }
    }
    let passive = passive ?? [], gains = coupling.flatMap(gains) + passive.flatMap { gains($0.coupling) }
    let ownGains = (0..<forgetGroups).map { stepSize * weights.forget * groups[$0].size * own[$0] }
    let beside = MeanFieldPerturbation(perturbation, of: self, weights: weights, batchSize: batchSize)
    let starts = groups.map(\.margin)
    var margins = starts + passive.map(\.margin), slopes = starts, moved = starts, ownGain = [Double](repeating: 0, count: forgetGroups)
    func takeSlopes(at margins: [Double]) {
      Elementary.reverseSigmoid(margins, count: count, into: &slopes)
      if push.name != .ascent { push.values(at: margins, from: starts, count: forgetGroups, into: &slopes) }
    }
    for _ in 0..<steps {
      takeSlopes(at: margins)
      if let beside {
        for g in 0..<count { moved[g] = margins[g] }
        beside.displace(&moved, by: slopes)
        takeSlopes(at: moved)
      }
      for g in margins.indices {
        var change = 0.0
        for h in 0..<count { change += gains[g * count + h] * slopes[h] }
        margins[g] += change
      }
      for g in 0..<forgetGroups { ownGain[g] += ownGains[g] * slopes[g] }
    }
    let forgetMargin = zip(groups, margins).reduce(0) { $0 + ($1.0.isForget ? $1.0.size * $1.1 : 0) } / forgetSize
    func accuracy(forget: Bool, of size: Double) -> Double {
      zip(groups, margins).reduce(0) { $0 + ($1.0.isForget == forget && $1.1 > 0 ? $1.0.size : 0) } / size
    }
    let fresh = zip(passive, margins[count...]).reduce(0) { $0 + $1.0.share * $1.1 }
    return Run(
      margins: Array(margins[..<count]), forgetMargin: forgetMargin, memory: passive.isEmpty ? nil : forgetMargin - fresh,
      forgetOwnGain: zip(groups, ownGain).reduce(0) { $0 + $1.0.size * $1.1 } / forgetSize, forgetAccuracy: accuracy(forget: true, of: forgetSize),
      retainAccuracy: accuracy(forget: false, of: retainSize))
  }

  func total(forget: Bool) -> Double { groups.reduce(0) { $0 + ($1.isForget == forget ? $1.size : 0) } }
}
