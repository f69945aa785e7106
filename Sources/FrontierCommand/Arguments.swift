import Experiments
import Platform
import Specs
import Storage

/// The arguments after a command, parsed into options, which begin with a dash, and the rest.
struct Arguments {
  private(set) var words: [String] = []
  private var values: [String: String] = [:]
  private let command: String

  /// - Parameter options: what options there are, and for those that take a value what it is called.
  init(_ arguments: [String], of command: String, options: [(name: String, value: String?)]) throws(UsageError) {
    self.command = command
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument.count > 1 else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] }) else {
        throw UsageError(description: unknown(parts[0], among: options.map(\.name) + ["--help"], called: "option of \(command)"))
      }
      guard values[option.name] == nil else { throw UsageError(description: "\(option.name) is given twice") }
      guard let value = option.value else {
        guard parts.count == 1 else { throw UsageError(description: "\(option.name) takes no value, and got '\(parts[1])'") }
        values[option.name] = ""
        continue
      }
      guard let text = parts.count == 2 ? parts[1] : rest.popFirst(), !text.isEmpty else {
        throw UsageError(description: "\(option.name) needs \(value) behind it")
      }
      values[option.name] = text
    }
  }

  func has(_ option: String) -> Bool { values[option] != nil }
  func text(_ option: String) -> String? { values[option] }

  func whole<N: FixedWidthInteger>(_ option: String, in range: ClosedRange<N>) throws(UsageError) -> N? {
    guard let text = values[option] else { return nil }
    guard let number = N(text), range.contains(number) else {
      throw UsageError(description: "\(option) \(text): a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
    }
    return number
  }

  func number(_ option: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = values[option] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError(description: "\(option) \(text): a number from \(range.lowerBound) to \(range.upperBound) is needed")
    }
    return number
  }

  /// The file or folder that the command works on. One that is not there, but would be by its full name, is told.
  func path(_ what: String, example: String, fullName: (String) -> String) throws -> String {
    let path = try only(what, example: example), full = fullName(path)
    guard Files.size(path) == nil, Files.size(full) != nil else { return path }
    throw FileError(.read, path, reason: "it is not there; did you mean \(full)?")
  }

  /// The specification that the command works on: a file. For one that is not there the nearest that is is told, for a folder what it may be meant for.
  func specification(example: String) throws -> SweepSpec {
    let path = try path("a specification", example: example) { "sweeps/\($0).json5" }
    if Files.isFolder(path) { throw UsageError(description: folderAdvice(path)) }
    if Files.size(path) == nil, let near = Self.nearestSpecification(to: path) {
      throw FileError(.read, path, reason: "there is no such file; did you mean \(near)?")
    }
    return try SweepSpec(json5: Files.read(path), file: path)
  }

  /// Specifications beside a path that is not there, and those that are shipped, by their names without the ending.
  private static func nearestSpecification(to path: String) -> String? {
    let ending = ".json5"
    func name(_ path: String) -> String {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      return file.hasSuffix(ending) ? String(file.dropLast(ending.count)) : file
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    for folder in [folder, "sweeps/"] {
      let specifications = ((try? Files.names(in: folder.isEmpty ? "." : folder)) ?? []).filter { $0.hasSuffix(ending) }
      if let near = closest(to: name(path), among: specifications.map(name)) { return folder + near + ending }
    }
    return nil
  }

  private func folderAdvice(_ path: String) -> String {
    let word = Console.quotedForShell(path)
    guard let spec = try? OutputFolder(path).lastSpec(passingOver: true) else {
      return "\(path) is a folder; \(command) takes a specification, for example: frontier \(command) sweeps/quickstart.json5"
    }
    return """
      \(path) is a folder of results, of the sweep \(spec.name). \(command) takes the specification: frontier \(command) FILE.json5 --output \(word)
          how far it is:    frontier status \(word)
          to draw it:       frontier render \(word)
      """
  }

  /// The one word that the command works on; `what` it is begins with its article.
  private func only(_ what: String, example: String) throws(UsageError) -> String {
    guard let first = words.first else { throw UsageError(description: "\(command) needs \(what); for example: frontier \(command) \(example)") }
    if words.count > 1 { throw UsageError(description: "\(command) takes \(what), and got '\(words[1])' besides; see: frontier help \(command)") }
    return first
  }
}
