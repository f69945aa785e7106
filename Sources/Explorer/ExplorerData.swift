import Experiments
import Figures
import JSONText
import Results
import Specs
import Stability
import Verdicts

/// What the page needs to know of a sweep, reduced to what it shows.
struct ExplorerData {
  let table: ResultTable
  let comparison: Comparison

  private var spec: SweepSpec { table.spec }
  private var experiment: any Experiment { table.spec.experiment }
  private var success: SuccessThresholds { comparison.success }

  /// Of more trials than this the page holds no margins and no losses, only what events are judged by.
  static let mostDetailedTrials = 20_000

  private var isDetailed: Bool { spec.trials <= Self.mostDetailedTrials }

  /// What the list of a cell's trials shows.
  private static let details: [String] = {
    let qualities = ["forgetAccuracy", "retainAccuracy", "forgetLoss", "retainLoss"]
    return qualities.flatMap { [$0 + "Before", $0] } + ["testAccuracy", "squaredWeightDistance", "escapedAtStep", "tugOfWar", "attackAUC", "logGrowth"]
  }()

  // MARK: - Columns

  func blocks() throws -> JSON {
    var blocks: [ColumnBlock] = []
    let places = (0..<spec.grid.count).flatMap { cell in (0..<spec.repetitions).map { (cell, $0) } }
    // What events are judged by, exactly.
    let rules = experiment.events.compactMap(\.rule)
    var judged: [String] = []
    for column in rules.flatMap(\.columns) where !judged.contains(column) { judged.append(column) }
    for column in judged {
      let positions = isDetailed ? nil : positions(comparedWith: column, rules)
      let entries = places.map { cell, repetition -> ColumnBlock.Entry in
        switch table.entry(column, cell: cell, repetition: repetition) {
        case .value(let number): .value(positions.map { Self.standIn(for: number, among: $0) } ?? number)
        case .none: .none
        case .unknown: .unknown
        }
      }
      blocks.append(try ColumnBlock("trial/" + column, exactly: entries))
    }
    let rows = (0..<spec.grid.count).map { table.rows(ofCell: $0) }
    // Events that a function decides are judged here, at the thresholds of the specification.
    for event in experiment.events where event.rule == nil {
      let entries = rows.joined().map { row in event.happened(row, success).map { ColumnBlock.Entry.value($0 ? 1 : 0) } ?? .unknown }
      blocks.append(try ColumnBlock("event/" + event.name, exactly: Array(entries)))
    }
    for column in means {
      let values = (0..<spec.grid.count).map { cell -> Double? in
        let known = (0..<spec.repetitions).compactMap { table.number(column.name, cell: cell, repetition: $0) }
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      }
      blocks.append(try ColumnBlock("mean/" + column.name, rounding: values, coarsely: !isDetailed))
    }
    for statistic in experiment.statistics { blocks.append(try ColumnBlock("mean/" + statistic.name, rounding: rows.map { statistic($0) })) }
    for criterion in experiment.criteria(judging: success) {
      let margins = rows.map { criterion.marginsOfRepetitions($0).map { $0.flatMap { $0.isFinite ? $0 : nil } } }
      let medians = Evidence(happened: [], margins: margins).medianMargins
      guard isDetailed else {
        blocks.append(try ColumnBlock("margin/" + criterion.name, rounding: medians))
        continue
      }
      for (name, values) in [("margin/", medians), ("trialMargin/", Array(margins.joined()))] {
        blocks.append(try ColumnBlock(name + criterion.name, exactly: values.map { $0.map { .value($0) } ?? .unknown }, asNumbers: true))
      }
    }
    if isDetailed {
      for name in shownDetails {
        blocks.append(try ColumnBlock("detail/" + name, rounding: places.map { table.number(name, cell: $0, repetition: $1) }))
      }
    }
    return .array(blocks.map(\.json))
  }

  /// Where a slider stops within a threshold's range.
  private static let sliderStep = 0.005

  /// Every number that a column may be compared with, ascending; nil if differences of it are.
  private func positions(comparedWith column: String, _ rules: [EventTest]) -> [Double]? {
    guard !rules.contains(where: { $0.differences.contains(column) }) else { return nil }
    let sliders = experiment.thresholds.flatMap { threshold -> [Double] in
      let steps = Int(((threshold.range.upperBound - threshold.range.lowerBound) / Self.sliderStep).rounded())
      return (0...steps).map { Self.sliderPosition(threshold.range.lowerBound, $0) } + [success[threshold]]
    }
    return Set(sliders + sliders.map { -$0 } + [0]).sorted()
  }

  /// As a browser makes it: the decimal with three digits.
  private static func sliderPosition(_ low: Double, _ step: Int) -> Double { ((low + Double(step) * sliderStep) * 1000).rounded() / 1000 }

  /// A number that compares with every position as this one does, of few different ones: itself where it is a position, else one between the nearest two.
  private static func standIn(for number: Double, among positions: [Double]) -> Double {
    var low = 0, high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < number { low = middle + 1 } else { high = middle }
    }
    guard low < positions.count else { return (positions.last ?? number) + 1 }
    if positions[low] == number { return number }
    return low == 0 ? positions[0] - 1 : (positions[low - 1] + positions[low]) / 2
  }

  private var means: [Column] { experiment.columns.filter { $0.kind != .flag } }
  private var shownDetails: [String] { Self.details.filter { name in experiment.columns.contains { $0.name == name } } }

  // MARK: - What the specification says

  func head() -> JSON {
    let parameters = experiment.parameters, cell = try? spec.grid.cell(at: 0)
    let values = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.name), cell?.values ?? []))
    return .object([
      ("name", .string(spec.name)), ("experiment", .string(experiment.name)), ("standardExperiment", .string(Catalogue.standard.names[0])),
      ("seed", .whole(Int(spec.seed))), ("repetitions", .whole(spec.repetitions)), ("cells", .whole(spec.grid.count)),
      ("axes", .array(spec.grid.axes.map(axis) + blankAxes)),
      ("parameters", .object(parameters.compactMap { info in values[info.name].map { (info.name, plain($0)) } })),
      ("texts", .object(parameters.compactMap { info in values[info.name].map { (info.name, .string($0.text)) } })),
      ("allParameters", .array(parameters.map { .object([("name", .string($0.name)), ("standard", .string($0.standard.text))]) })),
      ("whatIf", .array(whatIf(values))), ("thresholds", .array(experiment.thresholds.map(threshold))), ("events", .array(experiment.events.map(event))),
      ("criteria", .array(experiment.criteria(judging: success).map(criterion))),
      (
        "columns",
        .array((means.map(\.name) + experiment.statistics.map(\.name)).map { .object([("name", .string($0))]) })
      ),
      ("sliderStep", .number(Self.sliderStep)), ("isDetailed", .bool(isDetailed)), ("details", .array(shownDetails.map { .string($0) })),
      (
        "views",
        .array(
          spec.views.map {
            .object([
              ("x", .string($0.x)), ("y", .string($0.y)), ("values", .array($0.values.map { .string($0) })),
              ("frontiers", .array($0.frontiers.map { .string($0) })),
            ])
          })
      ),
      ("verdicts", .object(comparison.judgements.filter(\.isOwn).map { ("\($0.event.name)/\($0.criterion.name)", .object(Comparison.figures(of: $0))) })),
    ])
  }

  private func axis(_ axis: Axis) -> JSON {
    let plane = PlaneAxis(axis), info = experiment.parameters.first { $0.name == axis.name }, numbers = axis.values.compactMap(\.number)
    let scale =
      switch plane.scale {
      case .linear: "linear"
      case .logarithmic: "logarithmic"
      case .names: "names"
      }
    return .object([
      ("name", .string(axis.name)), ("label", .string(info?.label ?? axis.name)), ("symbol", .string(info?.symbol ?? "")), ("scale", .string(scale)),
      ("values", .array(axis.values.map { .string($0.text) })),
      ("numbers", numbers.count == axis.values.count ? .array(numbers.map { .number($0) }) : .null), ("order", .array(plane.order.map { .whole($0) })),
      ("positions", .array(plane.positions.map { .number($0) })), ("edges", .array(plane.edges.map { .number($0) })),
    ])
  }

  /// Of a sweep with fewer than two axes: axes of a single place, so that its heatmap is a single row. They come last, where they change no cell's number.
  private var blankAxes: [JSON] {
    (min(spec.grid.axes.count, 2)..<2).map { place in
      .object([
        ("name", .string(place == 1 ? "row" : "column")), ("label", .string("")), ("symbol", .string("")), ("scale", .string("names")),
        ("isBlank", .bool(true)),
        ("values", .array([.string("")])), ("numbers", .null), ("order", .array([.whole(0)])), ("positions", .array([.number(0)])),
        ("edges", .array([.number(-0.5), .number(0.5)])),
      ])
    }
  }

  private func plain(_ value: ParameterValue) -> JSON { value.number.map { .number($0) } ?? .string(value.text) }

  /// Parameters that theories without a network follow and that may be moved: from a tenth to ten times their value.
  private func whatIf(_ values: [String: ParameterValue]) -> [JSON] {
    let followed = experiment.criteria.reduce(into: Set<String>()) { $0.formUnion($1.followed ?? []) }
    return experiment.parameters.compactMap { info in
      // The page's own forms know nothing of flipped labels and coresets.
      guard followed.contains(info.name), !["labelNoise", "coresetFraction"].contains(info.name), let value = values[info.name]?.number, value > 0 else {
        return nil
      }
      let isShare = info.name == "forgetFraction" || info.name == "forgetRatio"
      return .object([
        ("name", .string(info.name)), ("label", .string(info.label)), ("value", .number(value)), ("low", .number(value / 10)),
        ("high", .number(isShare ? min(value * 10, 0.95) : value * 10)), ("isWhole", .bool(info.kind == .count)),
      ])
    }
  }

  private func threshold(_ threshold: Threshold) -> JSON {
    .object([
      ("name", .string(threshold.name)), ("label", .string(threshold.name)), ("value", .number(success[threshold])),
      ("low", .number(threshold.range.lowerBound)),
      ("high", .number(threshold.range.upperBound)), ("meaning", .string(threshold.meaning)),
    ])
  }

  private func event(_ event: Event) -> JSON {
    .object([
      ("name", .string(event.name)), ("words", .string(event.words.panel)),
      ("subject", .string(event.words.subject)), ("short", .string(event.words.pair.isEmpty ? event.name : event.words.pair)),
      ("isShown", .bool(event.isShown)),
      ("prediction", event.prediction.map { .string($0.name) } ?? .null), ("drawn", .array(event.drawn.map { .string($0.name) })),
      ("parts", .array(event.parts.map { .string($0) })), ("colour", .string(LineStyles.boundary(event).colour.css)),
      ("rule", event.rule?.json ?? .object([("test", .string("known")), ("event", .string(event.name))])),
    ])
  }

  private func criterion(_ criterion: Criterion<Row>) -> JSON {
    let stroke = LineStyles.frontier(criterion, of: experiment)
    return .object([
      ("name", .string(criterion.name)), ("title", .string(criterion.title)), ("formula", .string(criterion.formula)),
      ("claim", .string(criterion.claim.rawValue)),
      ("claimWords", .string(criterion.claim.words)), ("predicts", .string(criterion.predicts.name)), ("predictsWords", .string(criterion.predicts.short)),
      ("followed", .array((criterion.followed ?? []).sorted().map { .string($0) })), ("follows", follows(criterion).map { .string($0) } ?? .null),
      ("colour", .string(stroke.colour.css)), ("dash", .array(stroke.dash.map { .number($0 * 1.4) })),
    ])
  }

  /// The threshold with which a criterion's margins move, found by moving each: a limit less a quantity moves with its limit, and nothing else is known here.
  private func follows(_ criterion: Criterion<Row>) -> String? {
    experiment.thresholds.first { threshold in
      var moved = success
      let step = success[threshold] < threshold.range.upperBound - 0.01 ? 0.01 : -0.01
      moved[threshold] += step
      guard let other = experiment.criteria(judging: moved).first(where: { $0.name == criterion.name }) else { return false }
      for cell in 0..<spec.grid.count {
        for row in table.rows(ofCell: cell) {
          guard let here = criterion.margin(of: row), let there = other.margin(of: row) else { continue }
          return abs(there - here - step) < 1e-6
        }
      }
      return false
    }?.name
  }
}

extension EventTest {
  /// For the page's own judge.
  fileprivate var json: JSON {
    switch self {
    case .compares(let quantity, let relation, let bound):
      .object([("test", .string("compares")), ("of", quantity.json), ("relation", .string(relation.rawValue)), ("bound", bound.json)])
    case .isWithin(let quantity, let threshold): .object([("test", .string("within")), ("of", quantity.json), ("threshold", .string(threshold.name))])
    case .happened(let column): .object([("test", .string("happened")), ("column", .string(column))])
    case .all(let tests): .object([("test", .string("all")), ("of", .array(tests.map(\.json)))])
    }
  }
}

extension EventTest.Quantity {
  fileprivate var json: JSON {
    switch self {
    case .column(let name): .object([("column", .string(name))])
    case .difference(let a, let b): .object([("column", .string(a)), ("less", .string(b))])
    }
  }
}

extension EventTest.Bound {
  fileprivate var json: JSON {
    switch self {
    case .threshold(let threshold): .object([("threshold", .string(threshold.name)), ("sign", .number(1))])
    case .minus(let threshold): .object([("threshold", .string(threshold.name)), ("sign", .number(-1))])
    case .number(let number): .object([("number", .number(number))])
    }
  }
}

extension Colour {
  /// As in #0072b2.
  fileprivate var css: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(Int((part * 255).rounded()), radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }
}
