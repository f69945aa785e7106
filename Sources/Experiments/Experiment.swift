import Stability

/// What a sweep can repeat over a grid: its parameters, the stages that a trial is made of, the probes that are put to it, and how what they find is judged.
///
/// A value of the type is the experiment; `Catalogue.standard` lists those that there are.
public protocol Experiment: Sendable {
  /// A cell.
  associatedtype Parameters: Hashable & Sendable

  /// As specifications and stores call it.
  var name: String { get }
  /// What trials prepare once and share, as in "networks".
  var preparations: String { get }

  /// The cell of all defaults.
  var standard: Parameters { get }
  /// Every parameter, in the order in which they act.
  var parameterTable: [Parameter<Parameters>] { get }
  /// Every stage, in order.
  var stages: [Stage<Parameters>] { get }
  /// The stage whose output trials share first of all: cells that look alike to it form a group, which one worker prepares and measures.
  var prepared: Stage<Parameters> { get }
  /// Every probe; their columns in this order are those of results.
  var probeTable: ProbeTable<Parameters> { get }

  /// What can happen in a trial.
  var events: [Event] { get }
  /// Quantities of cells, besides the columns of trials.
  var statistics: [CellStatistic] { get }
  /// Theories of one column over another.
  var curves: [ColumnCurve] { get }
  /// Numbers that decide what counts as success.
  var thresholds: [Threshold] { get }
  /// The theories that predict the events. Thresholds of prediction follow those of success.
  func criteria(judging success: SuccessThresholds) -> [Criterion<Row>]

  /// Refuses a parameter out of its range, by name.
  func check(_ parameters: Parameters) throws
  /// Puts images into a cell in the place of its data; false for an experiment that takes none.
  func use(_ images: ImageData, in parameters: inout Parameters) -> Bool
  /// Makes the output of `prepared`, to be kept for the trials of a group.
  func prepare(_ trial: Trial<Parameters>) throws
  /// The course of a trial, of the very run that its probes measure; an experiment without one refuses.
  func trace(_ trial: Trial<Parameters>) throws -> Trace
  /// What a cell may cost beyond what one would think. Sentences for the user.
  func warnings(of parameters: Parameters) -> [String]
}

extension Experiment {
  public var statistics: [CellStatistic] { [] }
  public var curves: [ColumnCurve] { [] }
  public func warnings(of parameters: Parameters) -> [String] { [] }
  public func use(_ images: ImageData, in parameters: inout Parameters) -> Bool { false }
  public func trace(_ trial: Trial<Parameters>) throws -> Trace { throw NoTrace(reason: "the \(name) experiment shows none") }

  public var parameters: [ParameterInfo] { parameterTable.map { $0.info(standard: standard) } }
  public var probeInfos: ProbeInfos { probeTable.infos }
  public var probes: [ProbeInfo] { probeInfos.all }
  /// What a trial measures, in order.
  public var columns: [Column] { probeInfos.columns }
  /// The cell of all defaults.
  public var cell: Cell { Cell(of: self, at: standard) }

  /// What views can show besides columns.
  public var shownEvents: [Event] { events.filter(\.isShown) }
  /// All that views can show: events, columns, statistics.
  public var shownValues: [String] { shownEvents.map(\.name) + columns.map(\.name) + statistics.map(\.name) }
  public func statistic(_ name: String) -> CellStatistic? { statistics.first { $0.name == name } }
  /// What criteria foretell.
  public var predictedEvents: [Event] { events.filter { $0.prediction != nil } }
  public func event(_ name: String) -> Event? { events.first { $0.name == name } }
  /// The criteria whose frontier can be drawn.
  public var criteria: [Criterion<Row>] { criteria(judging: SuccessThresholds()) }

  /// Parameters of what trials prepare once and share. Cells that agree on them form a group.
  package var sharedParameters: Set<String> { Set(prepared.reads.map(\.name)) }
  /// Those of its own, and those that probes from outside bring.
  var allStages: [Stage<Parameters>] {
    probeTable.probes.flatMap(\.stages).reduce(into: stages) { all, stage in if !all.contains(where: { $0 === stage }) { all.append(stage) } }
  }

  /// Whether repetitions of a cell differ in what they prepare: a network is trained anew, a cell's closed forms are the same.
  package var preparesEachRepetition: Bool { prepared.scope != .cell }

  /// Puts probes to a trial.
  ///
  /// - Parameter chosen: which, in the order of the experiment's.
  func measure(_ trial: Trial<Parameters>, _ chosen: [Bool]) -> TrialResult {
    var result = TrialResult(empty: self)
    for (i, probe) in probeTable.probes.enumerated() where chosen[i] {
      // An error is a result too: it must not stop a sweep, nor come back at every resume.
      let found = Result { try probe.measure(trial) }
      result.set(i, to: (try? found.get()) ?? .failure(found.words, columns: probe.info.columns))
    }
    return result
  }

  /// Every probe, of a trial by itself.
  public func measure(_ parameters: Parameters, seed: UInt64, repetition: Int) throws -> TrialResult {
    try check(parameters)
    return measure(Trial(parameters, seed: seed, repetition: repetition), probes.map { _ in true })
  }
}

extension Result where Failure == any Error {
  /// Of the error; empty if there is none.
  fileprivate var words: String { if case .failure(let error) = self { "\(error)" } else { "" } }
}

/// The experiments that a program knows.
public struct Catalogue: Sendable {
  public let experiments: [any Experiment]

  /// Stops a program whose experiments have names that a store or an export cannot tell apart.
  public init(_ experiments: [any Experiment]) {
    for experiment in experiments { if let complaint = Self.complaint(about: experiment) { preconditionFailure(complaint) } }
    self.experiments = experiments
  }

  /// What is wrong with the names of an experiment; nil if nothing is.
  package static func complaint(about experiment: any Experiment) -> String? {
    func complaint(_ names: [String], _ kind: String, reserved: Set<String> = []) -> String? {
      var seen: Set<String> = []
      for name in names {
        let isPlain = name.first?.isLetter == true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        if !isPlain { return "\(kind) '\(name)' of \(experiment.name): letters and digits, a letter first" }
        // SQLite does not tell capitals from small letters.
        if !seen.insert(name.lowercased()).inserted || reserved.contains(name.lowercased()) { return "\(kind) '\(name)' of \(experiment.name) is taken" }
      }
      return names.isEmpty ? "\(experiment.name) has no \(kind)" : nil
    }
    let parameters = experiment.parameters.map(\.name), probes = experiment.probes
    return complaint([experiment.name], "experiment") ?? complaint(parameters, "parameter", reserved: ["id", "seed", "repetition", "outcome", "reason"])
      ?? complaint(probes.map(\.name), "probe")
      ?? complaint(
        parameters + experiment.columns.map(\.name) + experiment.statistics.map(\.name), "column",
        reserved: ["trial", "outcome", "reason", "note", "repetition", "seed"])
      ?? probes.first { $0.columns.isEmpty }.map { "the probe '\($0.name)' of \(experiment.name) has no columns" }
  }

  /// Those of this project.
  public static let standard = Catalogue([CNNExperiment(), HessianExperiment()])

  public var names: [String] { experiments.map(\.name) }

  public subscript(name: String) -> (any Experiment)? { experiments.first { $0.name == name } }
}
