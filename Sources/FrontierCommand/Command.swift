/// What the user asked for that cannot be done as asked, and what to do instead.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// Exit codes, as sysexits.h numbers them.
enum ExitCode {
  static let failure: Int32 = 1
  static let usage: Int32 = 64
}

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
        name: "trial", usage: "trial [name=value ...]", summary: "run one trial of the CNN experiment and print what it measured",
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

      exit codes: 0 done, 1 failed, 64 a mistake in the arguments

      """
  }

  static func run(_ arguments: [String]) throws {
    guard let name = arguments.first else {
      Console.say(help, terminator: "")
      throw UsageError(description: "no command given; try: frontier trial snr=0.1")
    }
    let rest = Array(arguments.dropFirst())
    switch name {
    case "help", "--help", "-h":
      guard let topic = rest.first else { return print(help, terminator: "") }
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
    let names = all.map(\.name) + ["help"]
    let near = closest(to: name, among: names).map { "did you mean \($0)?" } ?? "commands are: \(names.joined(separator: ", "))"
    throw UsageError(description: "there is no command '\(name)'; \(near)")
  }
}
