import Experiments
import Platform
import Specs
import Storage

/// The arguments after a command, parsed into options, which begin with a dash, and the rest.
struct Arguments {
  private(set) var words: [String] = []
  private var values: [String: String] = [:]
  let command: String

  /// - Parameters:
  ///   - options: what options there are, and for those that take a value what it is called.
  ///   - values: names of what is given as name=value, without dashes.
  init(_ arguments: [String], of command: String, options: [(name: String, value: String?)], values named: [String] = []) throws(UsageError) {
    self.command = command
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument.count > 1 else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] }) else {
        if let name = named.first(where: { "--" + $0 == parts[0] }) {
          throw UsageError(description: "\(command) takes \(name) without dashes: \(name)=\(parts.count == 2 ? parts[1] : rest.first ?? "VALUE")")
        }
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

  /// The specification that the command works on, a file, with the values behind it in the place of its own. For one that is not there the nearest that is is
  /// told, for a folder what it may be meant for.
  func specification(example: String) throws -> SweepSpec {
    let path = try specificationPath(example: example), spec = try SweepSpec(json5: Files.read(path), file: path)
    let (effective, notices) = try Overrides(assignments(after: 1, takes: "\(command) takes a specification and name=value words")).applied(
      to: spec, file: path)
    Console.tell(notices + effective.notices)
    return effective
  }

  private func specificationPath(example: String) throws -> String {
    guard let first = words.first else { throw UsageError(description: "\(command) needs a specification; for example: frontier \(command) \(example)") }
    if Files.isFolder(first) { throw FileError(.read, first, reason: folderAdvice(first)) }
    guard Files.size(first) == nil else { return first }
    if let assignment = Overrides.Assignment(first), assignment.name.allSatisfy(\.isLetter) {
      throw UsageError(description: "\(first) stands where the specification is needed; values go behind it: frontier \(command) SPEC \(first)")
    }
    let full = "sweeps/\(first).json5"
    guard let near = Files.size(full) == nil ? Self.nearestSpecification(to: first) : full else { return first }
    throw FileError(.read, first, reason: "there is no such file; did you mean \(near)?")
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
      return "it is a folder; \(command) takes a specification, as in: frontier \(command) sweeps/quickstart.json5"
    }
    return """
      it is a folder of results, of the sweep \(spec.name); \(command) takes the specification: frontier \(command) FILE.json5 --output \(word)
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
