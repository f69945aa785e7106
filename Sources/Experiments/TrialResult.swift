/// What one probe found in a trial: a value for each of its columns, in their order.
public struct ProbeResult: Sendable, Hashable {
  public let outcome: TrialOutcome
  public let values: [MeasuredValue]

  public init(_ outcome: TrialOutcome = .completed, _ values: [MeasuredValue]) { (self.outcome, self.values) = (outcome, values) }

  static func failure(_ reason: String, columns: [Column]) -> ProbeResult {
    ProbeResult(.failed(reason: reason), columns.map { _ in .undefined(reason) })
  }
}

/// What one trial measured, probe by probe in the order of its experiment.
public struct TrialResult: Sendable, Hashable {
  /// Nil for a probe that was not put to it, or whose findings are not stored.
  public private(set) var probes: [ProbeResult?]
  private let infos: ProbeInfos

  public init(of experiment: any Experiment, _ probes: [ProbeResult?]) { (self.probes, infos) = (probes, experiment.probeInfos) }

  /// Of no probe yet.
  package init(empty experiment: any Experiment) {
    infos = experiment.probeInfos
    probes = [ProbeResult?](repeating: nil, count: infos.all.count)
  }

  package mutating func set(_ probe: Int, to result: ProbeResult) { probes[probe] = result }

  /// The whole trial's: failed if a probe failed, completed if all that were put to it are.
  public var outcome: TrialOutcome {
    var outcome = TrialOutcome.completed
    for case let probe? in probes {
      switch (probe.outcome, outcome) {
      case (.failed, _): return probe.outcome
      case (.notTrained, .completed): outcome = probe.outcome
      case (.notTrained, _), (.completed, _): break
      }
    }
    return outcome
  }

  /// For exports: `incomplete` for a trial that some probe has still to be put to.
  public var outcomeName: String {
    let outcome = outcome
    return outcome == .completed && probes.contains { $0 == nil } ? "incomplete" : outcome.name
  }

  /// Of every column of the experiment, in their order.
  public var values: [MeasuredValue] {
    zip(probes, infos.all).flatMap { probe, info in probe?.values ?? info.columns.map { _ in .undefined("not measured yet") } }
  }

  public static func == (a: Self, b: Self) -> Bool { a.probes == b.probes }
  public func hash(into hasher: inout Hasher) { hasher.combine(probes) }
}
