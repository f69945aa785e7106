import JSON5
import Sweep

/// `frontier status`: how far a sweep is.
enum StatusCommand {
  static let help = """
    usage: frontier status DIR [--json]

    Tells how many trials of the sweep in the folder DIR are done and how they ended. It can be asked
    at any time, also while the sweep runs.

      completed     trials with all figures; some of them escaped: their loss grew past growthLimit
      not trained   training did not reach its target, so nothing was unlearned; a result, with its reason
      failed        something that should not happen did; a result too, with its reason
      left          trials that are not stored yet

    options:
      --json   one JSON object
      --help   this text

    example:
      frontier status output/quickstart

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "status", options: [("--json", nil)])
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let status = try SweepStatus(of: folder)
    print(arguments.has("--json") ? json(status, folder: folder) : table(status, folder: folder))
  }

  static func table(_ status: SweepStatus, folder: OutputFolder) -> String {
    let spec = status.spec
    var rows = [
      ("sweep", "\(spec.name) (\(spec.experiment.rawValue)), seed \(spec.seed), in \(folder.path)"),
      ("trials", "\(spec.trials): \(spec.grid.count) cells, \(spec.repetitions) repetitions each"),
      ("done", "\(status.done)" + (status.left == 0 ? "" : " (\(100 * status.done / spec.trials) %)")),
      ("  completed", "\(status.completed), of which \(status.escaped) escaped"),
      ("  not trained", "\(status.notTrained)"),
      ("  failed", "\(status.failed)"),
      ("left", "\(status.left)"),
    ]
    if status.others > 0 { rows.append(("besides", "\(status.others) trials of other settings")) }
    rows += status.examples.map { ("", "\($0.trial): \($0.reason)") }
    return rows.map { $0.padded(to: 16) + $1 }.joined(separator: "\n")
  }

  private static func json(_ status: SweepStatus, folder: OutputFolder) -> String {
    let spec = status.spec
    return JSON.object([
      ("name", .string(spec.name)), ("experiment", .string(spec.experiment.rawValue)), ("seed", .whole(Int(spec.seed))),
      ("folder", .string(folder.path)), ("cells", .whole(spec.grid.count)), ("repetitions", .whole(spec.repetitions)),
      ("trials", .whole(spec.trials)), ("done", .whole(status.done)), ("completed", .whole(status.completed)), ("escaped", .whole(status.escaped)),
      ("notTrained", .whole(status.notTrained)), ("failed", .whole(status.failed)), ("left", .whole(status.left)),
      ("otherSettings", .whole(status.others)),
    ]).text
  }
}
