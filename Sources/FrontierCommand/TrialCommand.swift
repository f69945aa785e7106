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

      Draws signal-plus-noise data, trains the two-layer ReLU network, unlearns the forget set, and prints what was measured, the Hessian test of
      the trained network with it. The same arguments give the same bits, always. "Before" figures are those of the trained network before it
      unlearns. A figure that does not exist is a dash and the reason.

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
      result = try CNNTrial(command.parameters, seed: command.seed, repetition: command.repetition).measure()
    } catch let error as ParameterError {
      throw UsageError(description: "\(error)")
    }
    print(command.asJSON ? json(result) : table(result))
  }

  private init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": asJSON = true
      case "--seed": seed = try wholeNumber(after: argument, in: &rest)
      case "--repetition": repetition = try wholeNumber(after: argument, in: &rest)
      default: try assign(argument)
      }
    }
  }

  private func wholeNumber<N: FixedWidthInteger>(after option: String, in rest: inout ArraySlice<String>) throws -> N {
    guard let text = rest.popFirst() else { throw UsageError(description: "\(option) needs a whole number behind it") }
    guard let number = N(text), number >= 0 else { throw UsageError(description: "\(option) \(text): a whole number from 0 to \(N.max) is needed") }
    return number
  }

  private mutating func assign(_ argument: String) throws {
    guard let equals = argument.firstIndex(of: "="), !argument.hasPrefix("-") else {
      throw UsageError(description: "'\(argument)' is neither an option nor name=value; see: frontier help trial")
    }
    let name = String(argument[..<equals])
    guard let parameter = CNNParameters.all.first(where: { $0.name == name }) else {
      let near = closest(to: name, among: CNNParameters.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw UsageError(description: "there is no parameter '\(name)'\(near.isEmpty ? "; see: frontier help trial" : near)")
    }
    do {
      try parameter.set(String(argument[argument.index(after: equals)...]), in: &parameters)
    } catch {
      throw UsageError(description: "\(error)")
    }
  }

  private static func table(_ result: TrialResult) -> String {
    zip(CNNTrial.columns, result.values).map { column, value in
      let text =
        switch value {
        case .number(let number): "\(number)"
        case .count(let count): "\(count)"
        case .flag(let flag): flag ? "yes" : "no"
        case .absent(let reason), .undefined(let reason): "- (\(reason))"
        }
      return column.name.padded(to: 28) + text
    }.joined(separator: "\n")
  }

  /// Swift writes a double by the shortest digits that read back as the same bits.
  private static func json(_ result: TrialResult) -> String {
    let fields = zip(CNNTrial.columns, result.values).map { column, value in
      let text =
        switch value {
        case .number(let number): "\(number)"
        case .count(let count): "\(count)"
        case .flag(let flag): "\(flag)"
        case .absent, .undefined: "null"
        }
      return "\"\(column.name)\": \(text)"
    }
    return "{" + fields.joined(separator: ", ") + "}"
  }
}
