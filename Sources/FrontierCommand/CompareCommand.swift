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
    usage: frontier compare DIR [--json] [--criteria NAME,...] [thresholds]

    Holds what the sweep in the folder DIR measured against what every criterion says of its cells,
    and writes comparison.csv, comparison.json, heatmaps/criteria-*.png (what each criterion is
    worth, with intervals, and how reliable its margin is) and report.html there. With other criteria or thresholds than the
    specification's it only prints, and leaves those files alone. Nothing is run again. Criteria are
    ranked by what they are for: escape, forgetting, losing the retain set, erasing memory (`frontier
    criteria` explains each).

    options:
      --json                  one JSON object instead of tables
      --criteria NAME,...     these criteria alone (default all)
      --help                  this text

    thresholds of success (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 24, showsDefaults: false))

    example:
      frontier compare output/snr-forget --forget-at-most 0.2

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "compare",
      options: [
        ("--json", nil), ("--criteria", "names of criteria"),
      ] + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let table = try ResultTable(of: folder)
    Console.tell(table.notices)
    let success = try arguments.success(of: table.spec)
    let names = try arguments.names("--criteria", among: table.spec.experiment.criteria.map(\.name), called: "criterion")
    let comparison = Comparison(table, success: success, criteria: names)
    if names == nil, success == table.spec.success {
      try write(comparison, of: table, in: folder)
    } else {
      Console.say("frontier: other criteria or thresholds than the specification's: printed only; the files in \(folder.path) stay as they are")
    }
    print(arguments.has("--json") ? comparison.json.text : comparison.text)
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
    let spec = table.spec, state = status.left == 0 ? "complete" : "\(status.done) of \(spec.trials) trials so far"
    let escaped = status.escaped.map { "\($0) trials escaped, " } ?? ""
    return "\(spec.experiment.name) experiment, seed \(spec.seed): \(spec.grid.count) cells, \(spec.repetitions) repetitions each; \(state). "
      + "\(escaped)\(status.notTrained) did not train to their target, \(status.failed) failed."
  }
}
