import Experiments
import FrontierNumerics
import Model
import Results
import Specs

/// In how many trials of a sweep something happened.
public struct Happening: Sendable {
  public let event: Event
  public let happened: Int
  /// Trials of which it is known.
  public let known: Int
  /// Cells with such a trial.
  public let cells: Int
}

/// Every criterion against every event of a sweep or of a part of it, in numbers.
public struct Comparison: Sendable {
  public let spec: SweepSpec
  public let success: SuccessThresholds
  /// The values that the cells have which are compared; none where all are.
  public let held: [(axis: String, value: ParameterValue)]
  /// How often each event happened.
  public let happenings: [Happening]
  /// By event, the best balanced accuracy first; those of criteria that are meant for the event before the others. Of events of which such a criterion speaks.
  public let judgements: [Judgement]

  /// - Parameters:
  ///   - success: what counts as success; thresholds of prediction follow it.
  ///   - names: criteria to judge; all of the experiment's if nil.
  public init(_ table: ResultTable, success: SuccessThresholds, criteria names: [String]? = nil) {
    self.init(table, over: table.spec.grid.whole, success: success, criteria: names)
  }

  /// Of the cells with these values of axes. Refuses what is no axis, or no value of it.
  public init(
    _ table: ResultTable, holding held: [String: ParameterValue], success: SuccessThresholds, criteria names: [String]? = nil
  ) throws(ParameterError) {
    self.init(table, over: try table.spec.grid.part(holding: held), success: success, criteria: names)
  }

  private init(_ table: ResultTable, over part: GridPart, success: SuccessThresholds, criteria names: [String]?) {
    spec = table.spec
    held = part.held
    self.success = success
    let experiment = spec.experiment
    let criteria = experiment.criteria(judging: success).filter { names?.contains($0.name) ?? true }, all = experiment.events
    let resamples = Bootstrap.weights(repetitions: spec.repetitions, key: RandomKey(seed: spec.seed).child(Self.purpose))
    var margins = criteria.map { _ in [[Double?]]() }, happened = all.map { _ in [[Bool?]]() }
    for cell in part.cells {
      let rows = table.rows(ofCell: cell)
      for (i, criterion) in criteria.enumerated() { margins[i].append(criterion.marginsOfRepetitions(rows)) }
      for (i, event) in all.enumerated() { happened[i].append(rows.map { event.happened($0, success) }) }
    }
    happenings = zip(all, happened).map { event, cells in
      let known = cells.joined().compactMap { $0 }
      return Happening(event: event, happened: known.count { $0 }, known: known.count, cells: cells.count { $0.contains { $0 != nil } })
    }
    judgements = all.indices.filter { all[$0].prediction != nil }.flatMap { event -> [Judgement] in
      let judged = criteria.indices.map { criterion in
        let evidence = Evidence(happened: happened[event], margins: margins[criterion])
        return Judgement(of: criteria[criterion], for: all[event], evidence: evidence, grid: part.grid, resamples: resamples)
      }
      let known = judged.filter { $0.cells > 0 }
      // Of an event that no theory made for it speaks of here there is nothing to compare, unless theories are asked for by name.
      guard names != nil || known.contains(where: \.isOwn) else { return [] }
      return known.sorted { a, b in
        a.isOwn != b.isOwn ? a.isOwn : (a.balancedAccuracy.value ?? -1) > (b.balancedAccuracy.value ?? -1)
      }
    }
  }

  /// Names the draws of the bootstrap.
  static let purpose = 0x626F_6F74
}
