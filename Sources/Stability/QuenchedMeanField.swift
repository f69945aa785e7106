import FrontierNumerics

/// The mean field in which every group has a distribution of margins (theory.md section 5). What makes samples of a group differ is the overlap of
/// their noise patches with everybody else's: fixed through the run ("quenched"), random over samples, Gaussian for large d. So it says when the weakest of the
/// retain set are lost, and when the loss passes a limit, with no network and nothing fitted.
public enum QuenchedMeanField {
  /// What a model comes to.
  public struct Outcome: Sendable, Equatable {
    /// Mean margin of the forget samples.
    public let forgetMargin: Double
    /// Share of the samples whose margin is positive.
    public let forgetAccuracy: Double
    public let retainAccuracy: Double
    /// The largest mean loss over all samples after any step, over its start.
    public let growth: Double
  }

  /// The parameters that it depends on.
  public static let parameters = DataModel.parameters.subtracting(["labelNoise"])

  /// Q
  public static let nodes = 33
  /// z_q = Phi^-1((q + 1/2)/Q).
  private static let quantiles = (0..<nodes).map { NormalDistribution.quantile((Double($0) + 0.5) / Double(nodes)) }

  private struct Group {
    let isForget: Bool
    /// 0 for +, 1 for -.
    let sign: Int
    /// s_g
    let size: Double
    /// How many groups it stands for.
    let copies: Double
  }

  /// - Parameter followsLoss: whether the growth of the loss is wanted, which takes as long as all the rest; 0 if not.
  public static func outcome(_ model: DataModel, followsLoss: Bool = true) -> Outcome {
    let groups = groups(of: model), count = groups.count * nodes, m = model.filtersPerClass, start = model.startingMargin
    let weights = model.sampleWeights
    // What one sample's slope adds: to its own margin, to every margin of its class, and (squared) to the strength of the overlaps.
    let sample = groups.map { $0.isForget ? weights.forget : weights.retain }
    let own = sample.map { (1 - 1 / model.dimension) / m * $0 }
    let shared = zip(groups, sample).map { model.snr * model.snr / m * $0.size * $1 }
    let square = zip(groups, sample).map { $0.copies * $0.size * $1 * $1 }
    let overlap = quantiles.map { $0 / (m * (2 * model.dimension).squareRoot()) }
    let starts = [Double](repeating: start, count: count)
    var margins = starts, slopes = starts, losses = starts
    let forgetNodes = groups.prefix { $0.isForget }.count * nodes
    let firstLoss = Elementary.softplus(-start)
    var largestLoss = model.wholeSteps > 0 ? 0 : firstLoss
    for _ in 0..<model.wholeSteps {
      margins.withUnsafeMutableBufferPointer { margins in
        slopes.withUnsafeMutableBufferPointer { slopes in
          guard let m = margins.baseAddress, let s = slopes.baseAddress else { return }
          Elementary.reverseSigmoid(m, count: count, into: s)
          if model.push.name != .ascent {
            starts.withUnsafeBufferPointer { if let b = $0.baseAddress { model.push.values(at: m, from: b, count: forgetNodes, into: s) } }
          }
          var signal = (0.0, 0.0), strength = 0.0
          for (g, group) in groups.enumerated() {
            var sum = 0.0, squares = 0.0
            for q in 0..<nodes {
              let slope = s[g * nodes + q]
              sum += slope
              squares += slope * slope
            }
            if group.sign == 0 { signal.0 += shared[g] * sum / Double(nodes) } else { signal.1 += shared[g] * sum / Double(nodes) }
            strength += square[g] * squares / Double(nodes)
          }
          let spread = strength.squareRoot()
          for (g, group) in groups.enumerated() {
            let both = group.sign == 0 ? signal.0 : signal.1
            for q in 0..<nodes { m[g * nodes + q] += both + own[g] * s[g * nodes + q] + overlap[q] * spread }
          }
        }
      }
      if followsLoss { largestLoss = max(largestLoss, meanLoss(margins, of: groups, samples: model.samples, into: &losses)) }
    }
    return Outcome(
      forgetMargin: forgetMargin(margins, of: groups), forgetAccuracy: accuracy(margins, of: groups, forget: true),
      retainAccuracy: accuracy(margins, of: groups, forget: false), growth: largestLoss / firstLoss)
  }

  /// Those with samples, forget groups first. Equal classes follow the same path, so one stands for both.
  private static func groups(of model: DataModel) -> [Group] {
    let (plus, minus) = model.classes, isOneForBoth = plus == minus, classes = isOneForBoth ? [plus] : [plus, minus]
    return [true, false].flatMap { isForget in
      classes.enumerated().map { sign, sizes in
        Group(isForget: isForget, sign: sign, size: isForget ? sizes.forget : sizes.retain, copies: isOneForBoth ? 2 : 1)
      }
    }.filter { $0.size > 0 }
  }

  /// Over quantiles, then by size.
  private static func forgetMargin(_ margins: [Double], of groups: [Group]) -> Double {
    var sum = 0.0, size = 0.0
    for (g, group) in groups.enumerated() where group.isForget {
      sum += group.size * margins[g * nodes..<(g + 1) * nodes].reduce(0, +) / Double(nodes)
      size += group.size
    }
    return sum / size
  }

  private static func meanLoss(_ margins: [Double], of groups: [Group], samples: Double, into losses: inout [Double]) -> Double {
    losses.withUnsafeMutableBufferPointer { losses in
      guard let l = losses.baseAddress else { return 0 }
      for i in losses.indices { l[i] = -margins[i] }
      Elementary.softplus(l, count: losses.count, into: l)
      var sum = 0.0
      for (g, group) in groups.enumerated() {
        var ofGroup = 0.0
        for q in 0..<nodes { ofGroup += l[g * nodes + q] }
        sum += group.copies * group.size * ofGroup / Double(nodes)
      }
      return sum / samples
    }
  }

  /// 1 - Phi(z*) of each group, by size, z* being where its margins change sign: linear between nodes.
  private static func accuracy(_ margins: [Double], of groups: [Group], forget: Bool) -> Double {
    var sum = 0.0, size = 0.0
    for (g, group) in groups.enumerated() where group.isForget == forget {
      // Margins ascend with the quantile.
      let ofGroup = margins[g * nodes..<(g + 1) * nodes], negative = ofGroup.prefix { $0 <= 0 }.count
      let share: Double
      switch negative {
      case 0: share = 1
      case nodes: share = 0
      default:
        let low = margins[g * nodes + negative - 1], high = margins[g * nodes + negative], z = quantiles
        share = 1 - NormalDistribution.cumulative(z[negative - 1] + (z[negative] - z[negative - 1]) * low / (low - high))
      }
      sum += group.size * share
      size += group.size
    }
    return sum / size
  }
}
