import Specs
import Verdicts

/// The commands, and what the words before any command mean.
enum Command {
  static let version = "0.1.0"

  private struct Entry {
    let name: String
    let usage: String
    let summary: String
    let help: String
    let run: ([String]) throws -> Void
  }

  private static var all: [Entry] {
    [
      Entry(
        name: "run", usage: "run SPEC", summary: "run a sweep, or what is missing of it", help: RunCommand.help, run: RunCommand.run),
      Entry(
        name: "status", usage: "status DIR", summary: "how far a sweep is", help: StatusCommand.help, run: StatusCommand.run),
      Entry(
        name: "verify", usage: "verify DIR", summary: "measure stored trials again and compare the bits", help: VerifyCommand.help,
        run: VerifyCommand.run),
      Entry(
        name: "export", usage: "export DIR --format F", summary: "write the results as csv, json or npz", help: ExportCommand.help,
        run: ExportCommand.run),
      Entry(
        name: "submit", usage: "submit SPEC --shards N", summary: "run a sweep as a job array on a Slurm cluster", help: SubmitCommand.help,
        run: SubmitCommand.run),
      Entry(
        name: "merge", usage: "merge INTO [FROM ...]", summary: "gather stores in one compact file", help: MergeCommand.help, run: MergeCommand.run),
      Entry(
        name: "render", usage: "render DIR", summary: "draw heatmaps with frontiers", help: RenderCommand.help, run: RenderCommand.run),
      Entry(
        name: "slice", usage: "slice DIR --along AXIS", summary: "draw curves along one axis, with bands", help: SliceCommand.help, run: SliceCommand.run),
      Entry(
        name: "scatter", usage: "scatter DIR --x A --y B", summary: "draw two quantities of every trial", help: ScatterCommand.help,
        run: ScatterCommand.run),
      Entry(
        name: "compare", usage: "compare DIR", summary: "how right each criterion is, in numbers", help: CompareCommand.help, run: CompareCommand.run),
      Entry(
        name: "trial", usage: "trial [name=value ...]", summary: "run one trial, print what it measured and what was predicted",
        help: TrialCommand.help, run: TrialCommand.run),
      Entry(
        name: "criteria", usage: "criteria", summary: "list the criteria: what each predicts, its formula and its source",
        help: CriteriaCommand.help, run: CriteriaCommand.run),
    ]
  }

  private static var help: String {
    let rows = all.map { ($0.usage, $0.summary) } + [("help [command]", "this text, or a command's own"), ("--version", "the version")]
    return """
      frontier \(version): when does machine unlearning succeed, and what predicts it?

      usage: frontier <command> [arguments]

      commands:
      \(rows.map { "  " + $0.padded(to: 25) + $1 }.joined(separator: "\n"))

      first steps: frontier run sweeps/quickstart.json5

      \(ExitCode.help)

      """
  }

  static func run(_ arguments: [String]) throws {
    guard let name = arguments.first else {
      Console.say(help, terminator: "")
      throw UsageError(description: "no command given; try: frontier run sweeps/quickstart.json5")
    }
    let rest = Array(arguments.dropFirst())
    switch name {
    case "help", "--help", "-h":
      guard let topic = rest.first, topic != "help" else { return print(help, terminator: "") }
      print(try entry(topic).help, terminator: "")
    case "--version": print(version)
    default:
      let entry = try entry(name)
      if rest.contains("--help") || rest.contains("-h") { return print(entry.help, terminator: "") }
      try entry.run(rest)
    }
  }

  private static func entry(_ name: String) throws -> Entry {
    if let entry = all.first(where: { $0.name == name }) { return entry }
    throw UsageError(description: unknown(name, among: all.map(\.name) + ["help"], called: "command"))
  }
}
