import Model
import Sweep

/// What the user asked for that cannot be done as asked, and what to do instead.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// Exit codes, as sysexits.h numbers them.
enum ExitCode {
  static let failure: Int32 = 1
  static let usage: Int32 = 64
}

enum Command {
  static let version = "0.1.0"

  static let help = """
    frontier \(version): when does machine unlearning succeed, and what predicts it?

    usage: frontier <command> [arguments]

    commands:
      trial [name=value ...]   run one trial of the CNN experiment and print what it measured
      help [command]           this text, or a command's own
      --version                the version

    exit codes: 0 done, 1 failed, 64 a mistake in the arguments

    """

  static func run(_ arguments: [String]) throws {
    guard let name = arguments.first else {
      Console.say(help, terminator: "")
      throw UsageError(description: "no command given; try: frontier trial snr=0.1")
    }
    let rest = Array(arguments.dropFirst())
    switch name {
    case "help", "--help", "-h": print(rest.first == "trial" ? TrialCommand.help : help, terminator: "")
    case "--version": print(version)
    case "trial": try TrialCommand.run(rest)
    default:
      let near = closest(to: name, among: ["trial", "help"]).map { "; did you mean \($0)?" } ?? "; commands are: trial, help"
      throw UsageError(description: "there is no command '\(name)'\(near)")
    }
  }
}
