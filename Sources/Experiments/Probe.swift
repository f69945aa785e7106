/// A probe, whatever its experiment.
public struct ProbeInfo: Sendable, Hashable {
  /// It names the probe's table in stores.
  public let name: String
  /// Raised whenever the bits of anything that it measures change: what an earlier version found is measured again, and never mixed with what this one finds.
  public let version: Int
  public let columns: [Column]
}

/// One question put to a trial. Its findings have a table of their own in the store, so that a new probe, or a new version of one, is put to the trials that
/// are there without measuring anything else again.
public struct Probe<Parameters: Hashable & Sendable>: Sendable {
  public let info: ProbeInfo
  /// What it makes for a trial alone, beyond what trials share: for estimates of work.
  let stages: [Stage<Parameters>]
  let measure: @Sendable (Trial<Parameters>) throws -> ProbeResult

  /// - Parameters:
  ///   - stages: those that it runs for a trial alone.
  ///   - measure: a value for each column, in their order. A pure function of the trial.
  public init(
    _ name: String, version: Int, columns: [Column], stages: [Stage<Parameters>] = [],
    measure: @escaping @Sendable (Trial<Parameters>) throws -> ProbeResult
  ) {
    info = ProbeInfo(name: name, version: version, columns: columns)
    (self.stages, self.measure) = (stages, measure)
  }
}

/// The probes of an experiment, in the order of their columns; made once, and shared.
public final class ProbeTable<Parameters: Hashable & Sendable>: Sendable {
  let probes: [Probe<Parameters>]
  let infos: ProbeInfos

  public init(_ probes: [Probe<Parameters>]) { (self.probes, infos) = (probes, ProbeInfos(probes.map(\.info))) }
}

/// The same, whatever the experiment.
public final class ProbeInfos: Sendable {
  public let all: [ProbeInfo]
  /// Of all of them, in order.
  public let columns: [Column]

  init(_ all: [ProbeInfo]) { (self.all, columns) = (all, all.flatMap(\.columns)) }
}
