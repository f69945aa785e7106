import Model
import FrontierNumerics

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

  /// Forget +, forget -, retain +, retain -, those with samples.
  public let groups: [Group]
  /// kappa_gh
  public let coupling: [[Double]]

  /// What became of the groups.
  public struct Run: Sendable, Equatable {
    /// One a group.
    public let margins: [Double]
    /// Mean margin of the forget samples: its zero is the frontier, below it they are forgotten.
    public let forgetMargin: Double
    /// Share of the samples in groups whose margin stayed positive.
    public let forgetAccuracy: Double
    public let retainAccuracy: Double
  }

  /// The measured form: couplings and margins of a network.
  public init(at point: Linearisation) throws(Undefined) {
    guard point.loss == .logistic else { throw .notAMarginLoss }
    var members: [(isForget: Bool, samples: [Int])] = []
    for (isForget, set) in [(true, point.split.forget), (false, point.split.retain)] {
      for label in [1.0, -1.0] {
        let samples = set.filter { point.labels[$0] == label }
        if !samples.isEmpty { members.append((isForget, samples)) }
      }
    }
    groups = members.map { group in
      let sum = group.samples.reduce(0) { $0 + point.labels[$1] * point.outputs[$1] }
      return Group(isForget: group.isForget, size: Double(group.samples.count), margin: sum / Double(group.samples.count))
    }
    coupling = members.map { g in
      members.map { h in
        var sum = 0.0
        for i in g.samples { for j in h.samples { sum += point.labels[i] * point.labels[j] * point.gram[i, j] } }
        return sum / Double(g.samples.count * h.samples.count)
      }
    }
  }

  /// The recursion after `steps` steps at the given alpha and eta.
  public func run(forgetRatio: Double, stepSize: Double, steps: Int) -> Run {
    let count = groups.count
    let forgetSize = total(forget: true), retainSize = total(forget: false)
    let weights = StepWeights(forgetRatio: forgetRatio, retainSize: retainSize, forgetSize: forgetSize)
    // What 1/(1 + exp m_h) adds to m_g in a step.
    let gains = (0..<count).map { g in
      (0..<count).map { h in
        stepSize * (groups[h].isForget ? weights.forget : weights.retain) * groups[h].size * coupling[g][h]
      }
    }.flatMap { $0 }
    var margins = groups.map(\.margin), slopes = margins
    for _ in 0..<steps {
      Elementary.reverseSigmoid(margins, count: count, into: &slopes)
      for g in 0..<count {
        var change = 0.0
        for h in 0..<count { change += gains[g * count + h] * slopes[h] }
        margins[g] += change
      }
    }
    let forgetMargin = zip(groups, margins).reduce(0) { $0 + ($1.0.isForget ? $1.0.size * $1.1 : 0) } / forgetSize
    func accuracy(forget: Bool, of size: Double) -> Double {
      zip(groups, margins).reduce(0) { $0 + ($1.0.isForget == forget && $1.1 > 0 ? $1.0.size : 0) } / size
    }
    return Run(
      margins: margins, forgetMargin: forgetMargin, forgetAccuracy: accuracy(forget: true, of: forgetSize),
      retainAccuracy: accuracy(forget: false, of: retainSize))
  }

  private func total(forget: Bool) -> Double { groups.reduce(0) { $0 + ($1.isForget == forget ? $1.size : 0) } }
}
