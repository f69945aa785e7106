import Experiments

/// The experiments of this project.
public let cnn = CNNExperiment()
public let hessian = HessianExperiment()

extension TrialResult {
  /// Values of all columns, probe by probe.
  public init(of experiment: any Experiment, _ outcome: TrialOutcome = .completed, values: [MeasuredValue]) {
    var rest = values[...]
    self.init(
      of: experiment,
      experiment.probes.map { probe in
        defer { rest = rest.dropFirst(probe.columns.count) }
        return ProbeResult(outcome, Array(rest.prefix(probe.columns.count)))
      })
  }
}

/// An event of the CNN experiment.
public func event(_ name: String) -> Event {
  guard let event = cnn.event(name) else { fatalError("the cnn experiment has no event \(name)") }
  return event
}

/// One of those that the catalogue lists.
public func experiment(_ name: String) -> any Experiment {
  guard let experiment = Catalogue.standard[name] else { fatalError("there is no experiment \(name)") }
  return experiment
}
