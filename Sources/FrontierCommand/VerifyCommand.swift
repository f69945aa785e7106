import Engine
import Storage

/// `frontier verify`: measures stored trials again.
enum VerifyCommand {
  private static let standardSample = 20

  static let help = """
    usage: frontier verify DIR [--sample N]

    Measures N stored trials of the sweep in the folder DIR again, spread evenly over all that are
    stored, and compares every bit. Trials are deterministic: a difference means a damaged store, or
    another program. Then the exit code is 1.

    options:
      --sample N   how many trials to measure again (default \(standardSample))
      --help       this text

    example:
      frontier verify output/quickstart --sample 100

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "verify", options: [("--sample", "a whole number")])
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let sample = try arguments.whole("--sample", in: 1...Int.max) ?? standardSample
    let verification = try Verification(of: folder, sample: sample)
    Console.tell(verification.notices)
    for difference in verification.differences {
      print("\(difference.trial): \(difference.column) is stored as \(difference.stored) and measured as \(difference.measured)")
    }
    guard verification.differences.isEmpty else {
      Console.say("frontier: \(verification.differences.count) of \(verification.compared) trials differ from what is stored in \(folder.path)")
      throw Exit(code: ExitCode.failure)
    }
    print("\(verification.compared) trials measured again: every bit is as stored")
  }
}
