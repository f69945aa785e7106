import JSON5
import Model
import Sweep

/// `frontier trial`: one repetition of one cell, from parameters on the command line.
struct TrialCommand {
  private var parameters = CNNParameters()
  private var seed: UInt64 = 1
  private var repetition = 0
  private var asJSON = false

  static var help: String {
    let defaults = CNNParameters()
    let lines = CNNParameters.all.map { parameter in
      "  \(parameter.name)=\(parameter.value(in: defaults).text)".padded(to: 28) + parameter.summary
    }
    return """
      usage: frontier trial [name=value ...] [--seed S] [--repetition K] [--json]

      Draws signal-plus-noise data, trains the two-layer ReLU network, unlearns the forget set, and
      prints what was measured, the Hessian test of the trained network with it. The same arguments give
      the same bits, always. "Before" figures are those of the trained network before it unlearns. A
      figure that does not exist is a dash and the reason.

      parameters and their defaults:
      \(lines.joined(separator: "\n"))

      options:
        --seed S            seed of all random draws, a whole number from 0 (default 1)
        --repetition K      which repetition under that seed, from 0 (default 0)
        --json              one JSON object instead of a table
        --help              this text

      example: at low SNR the forget set goes and the rest stays; at high SNR it resists
        frontier trial snr=0.1 forgetRatio=0.2
        frontier trial snr=1 forgetRatio=0.2

      """
  }

  static func run(_ arguments: [String]) throws {
    let command = try TrialCommand(arguments)
    let result: TrialResult
    do {
      _ = try CNNTrial(command.parameters, seed: command.seed, repetition: command.repetition)
      let memory = Cell.cnn(command.parameters).memory
      try Memory.require(memory.bytes, for: "the trial", advice: "most of it is for \(memory.parts[0].words). Take less of these, or a larger machine")
      result = try CNNTrial(command.parameters, seed: command.seed, repetition: command.repetition).measure()
    } catch let error as ParameterError {
      throw UsageError(description: "\(error)")
    }
    print(command.asJSON ? json(result) : table(result))
  }

  private init(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "trial", options: [("--seed", "a whole number"), ("--repetition", "a whole number"), ("--json", nil)])
    asJSON = arguments.has("--json")
    seed = try arguments.whole("--seed", in: 0...UInt64(Int.max)) ?? seed
    repetition = try arguments.whole("--repetition", in: 0...Int.max) ?? repetition
    for word in arguments.words { try assign(word) }
  }

  private mutating func assign(_ argument: String) throws {
    guard let equals = argument.firstIndex(of: "=") else {
      throw UsageError(description: "'\(argument)' is neither an option nor name=value; see: frontier help trial")
    }
    let name = String(argument[..<equals])
    guard let parameter = CNNParameters.all.first(where: { $0.name == name }) else {
      throw UsageError(description: unknown(name, among: CNNParameters.all.map(\.name), called: "parameter"))
    }
    do {
      try parameter.set(String(argument[argument.index(after: equals)...]), in: &parameters)
    } catch {
      throw UsageError(description: "\(error)")
    }
  }

  private static func table(_ result: TrialResult) -> String {
    zip(CNNTrial.columns, result.values).map { column, value in
      column.name.padded(to: 28) + value.words
    }.joined(separator: "\n")
  }

  private static func json(_ result: TrialResult) -> String {
    JSON.object(zip(CNNTrial.columns, result.values).map { ($0.name, $1.json) }).text
  }
}
