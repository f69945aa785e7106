import Experiments
import JSONText
import Model
import Results
import Specs
import Stability

/// A comparison for each value of an axis, of the cells that have it alone.
public struct ComparisonByValue: Sendable {
  public let axis: String
  /// Ascending; names in their order.
  public let values: [(value: ParameterValue, comparison: Comparison)]

  /// Refuses what is no axis, or no value of it.
  ///
  /// - Parameters:
  ///   - held: the value of axes that are held at one.
  ///   - names: criteria to judge; all of the experiment's if nil.
  public init(
    _ table: ResultTable, by axis: Axis, holding held: [String: ParameterValue] = [:], success: SuccessThresholds, criteria names: [String]? = nil
  ) throws(ParameterError) {
    self.axis = axis.name
    values = try PlaneAxis(axis).values.map { value throws(ParameterError) in
      let here = held.merging([axis.name: value]) { $1 }
      return (value, try Comparison(table, holding: here, success: success, criteria: names))
    }
  }

  // MARK: - For people

  /// For each event a table of the criteria that are made for it, in lines of 80 characters.
  public var text: String {
    guard let first = values.first?.comparison else { return "" }
    let held = first.held.filter { $0.axis != axis }
    let tables = first.spec.experiment.predictedEvents.compactMap { event in
      table(event).map { "\(event.tableTitle(first.success)), by \(axis)\(Comparison.words(held))".wrapped(indent: 4) + "\n" + $0 + "\n\n" }
    }
    return tables.joined() + Self.legend.wrapped(indent: 0) + "\n" + Comparison.limits.wrapped(indent: 0)
  }

  private static let legend = """
    share: of the trials, those in which it happened. For each criterion: cells on the right side of its frontier; bias: cells predicted too early (+) less \
    too late (-), as a share; AUC: area under ROC of the margin against single trials. A dash: all trials ended alike, or the criterion says nothing there.
    """

  private func table(_ event: Event) -> String? {
    guard let spec = values.first?.comparison.spec else { return nil }
    let judged = values.map { $0.comparison.judgements.filter { $0.event == event && $0.isOwn } }
    let names = spec.experiment.criteria.map(\.name).filter { name in judged.contains { $0.contains { $0.criterion.name == name } } }
    guard !names.isEmpty else { return nil }
    let shares = values.map { _, comparison in
      comparison.happenings.first { $0.event == event && $0.known > 0 }.map { Comparison.number(Double($0.happened) / Double($0.known)) } ?? "-"
    }
    let columns = names.map { name in
      [name, Self.figures("right", "bias", "AUC")]
        + judged.map { judgements in
          guard let found = judgements.first(where: { $0.criterion.name == name }) else { return Self.figures("-", "-", "-") }
          return Self.figures(
            Comparison.number(found.onRightSide.value), Comparison.number(found.bias.value, signed: true), Comparison.number(found.areaUnderROC.value))
        }
    }
    return TextTable(leading: [[axis, ""] + values.map(\.value.text), ["share", ""] + shares], groups: [columns]).text
  }

  private static func figures(_ right: String, _ bias: String, _ area: String) -> String { right.padded(to: 6) + bias.padded(to: 7) + area }

  // MARK: - For programs

  /// The records of each value's comparison.
  public var json: JSON {
    guard let first = values.first?.comparison else { return .null }
    let common: [(String, JSON)] = [("name", .string(first.spec.name)), ("experiment", .string(first.spec.experiment.name)), ("by", .string(axis))]
    return .object(
      common + [("values", .array(values.map { value, comparison in .object([("value", value.json)] + comparison.settings + comparison.findings) }))])
  }
}
