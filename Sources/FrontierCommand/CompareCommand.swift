import Engine
import Explorer
import Exports
import Figures
import JSONText
import Platform
import Results
import Storage
import Verdicts

/// `frontier compare`: how right each theory is, in numbers.
enum CompareCommand {
  static let help = """
    usage: frontier compare DIR [--criteria NAME,...] [--fix AXIS=VALUE[,...]] [--by AXIS]
                                [--json] [thresholds]

    Holds what the sweep in the folder DIR measured against what every criterion says of its cells,
    and writes comparison.csv, comparison.json, heatmaps/criteria-*.png (what each criterion is
    worth, with intervals, and how reliable its margin is) and report.html there. Of a part of the
    cells, by the values of an axis, or with other criteria or thresholds than the specification's it
    only prints, and leaves those files alone. Nothing is run again. Criteria are ranked by what they
    are for: escape, forgetting, losing the retain set, erasing memory (`frontier criteria` explains
    each).

    options:
      --criteria NAME,...     these criteria alone (default all)
      --fix AXIS=VALUE,...    the cells with these values alone
      --by AXIS               for each value of this axis the cells that have it, in one table
      --json                  one JSON object instead of tables; with --by its array `values` has one
                              comparison for each value
      --help                  this text

    thresholds of success (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 24, showsDefaults: false))

    examples:
      frontier compare output/snr-forget --forget-at-most 0.2
      frontier compare output/methods --by method --criteria quenched,aPrioriMemory

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "compare",
      options: [
        ("--criteria", "names of criteria"), ("--fix", "AXIS=VALUE"), ("--by", "an axis"), ("--json", nil),
      ] + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let table = try ResultTable(of: folder), spec = table.spec
    Console.tell(table.notices)
    let success = try arguments.success(of: spec)
    let names = try arguments.names("--criteria", among: spec.experiment.criteria.map(\.name), called: "criterion")
    let fixed = try arguments.fixed(of: spec.grid.axes)
    let by = try arguments.name("--by", among: spec.grid.axes.map(\.name), called: "axis of the sweep")
    if let by, fixed[by] != nil { throw UsageError(description: "--by \(by): --fix holds it at one value") }
    func tell(_ text: String, _ json: JSON) { print(arguments.has("--json") ? json.text : text) }
    if names == nil, fixed.isEmpty, by == nil, success == spec.success {
      let comparison = Comparison(table, success: success)
      try write(comparison, of: table, in: folder)
      return tell(comparison.text, comparison.json)
    }
    Console.say("frontier: not the specification's own comparison: printed only; the files in \(folder.path) stay as they are")
    if let axis = spec.grid.axes.first(where: { $0.name == by }) {
      let comparison = try ComparisonByValue(table, by: axis, holding: fixed, success: success, criteria: names)
      tell(comparison.text, comparison.json)
    } else {
      let comparison = try Comparison(table, holding: fixed, success: success, criteria: names)
      tell(comparison.text, comparison.json)
    }
  }

  /// The tables as files, figures of what criteria are worth, and the page that shows all.
  static func write(_ comparison: Comparison, of table: ResultTable, in folder: OutputFolder) throws {
    let worth = CriteriaFigure(comparison).figures(measure: CairoText())
    _ = try RenderCommand.write(worth, of: table, in: folder)
    for (name, text) in [("comparison.csv", comparison.csv), ("comparison.json", comparison.json.text + "\n")] {
      try Files.write(Array(text.utf8), to: folder.path + "/" + name)
    }
    // Heatmaps of this specification, as far as they are drawn; then what criteria are worth.
    let heatmaps = HeatmapFigure(table, success: comparison.success), present = try Files.names(in: folder.path + "/heatmaps")
    let drawn = HeatmapView.all(of: table.spec).flatMap(heatmaps.names)
    let figures = (drawn + worth.map(\.name)).map { $0 + ".png" }.filter(present.contains).map { "heatmaps/" + $0 }
    let status = try SweepStatus(of: folder), version = "unlearning-frontier \(Command.version), specification \(table.spec.hash)"
    let page = ExplorerPage(table, comparison, summary: summary(table, status), figures: figures, version: version)
    try Files.write(Array(try page.html().utf8), to: folder.path + "/report.html")
  }

  /// How far the sweep is, in a sentence.
  private static func summary(_ table: ResultTable, _ status: SweepStatus) -> String {
    let spec = table.spec, isWhole = status.done == spec.trials || (status.left == 0 && spec.refinement == nil)
    let sought = status.search?.isFinished == true ? "; the cells that tell of boundaries were run, the others are left out here" : " so far"
    let state = isWhole ? "complete" : "\(status.done) of \(spec.trials) trials\(sought)"
    let escaped = status.escaped.map { "\($0) trials escaped, " } ?? ""
    return "\(spec.experiment.name) experiment, seed \(spec.seed): \(spec.grid.count) cells, \(spec.repetitions) repetitions each; \(state). "
      + "\(escaped)\(status.notTrained) did not train to their target, \(status.failed) failed."
  }
}
