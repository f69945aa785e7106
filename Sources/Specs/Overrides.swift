import Experiments
import JSONText

/// Values that take the place of a specification's: `name`, `seed`, `repetitions`, and parameters, each of which becomes one value or an axis.
///
/// What comes of them is a specification with a text of its own, which can be kept and run by itself.
public struct Overrides: Sendable {
  /// One of them, as in "snr=0.1,0.2".
  public struct Assignment: Sendable, Equatable, CustomStringConvertible {
    public let name: String
    public let text: String

    /// Nil for a word that is not name=value.
    public init?(_ word: String) {
      guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return nil }
      (name, text) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    public var description: String { "\(name)=\(text)" }
  }

  private static let settings = ["name", "seed", "repetitions"]

  /// What can be given, whatever the experiment.
  public static func names(in catalogue: Catalogue = .standard) -> [String] { settings + catalogue.experiments.flatMap { $0.parameters.map(\.name) } }

  /// In the order in which they are given, each name once.
  public let assignments: [Assignment]

  /// Refuses a name that is given twice.
  public init(_ assignments: [Assignment]) throws(OverrideError) {
    for (i, assignment) in assignments.enumerated() {
      guard !assignment.text.isEmpty else { throw OverrideError(assignment, "a value is needed behind the sign") }
      if let first = assignments[..<i].first(where: { $0.name == assignment.name }) {
        throw OverrideError(assignment, "\(assignment.name) is given twice; the other is \(first)")
      }
    }
    self.assignments = assignments
  }

  public var isEmpty: Bool { assignments.isEmpty }

  /// The specification with these values, and what the user should know of what became of it. Its name tells the values unless one is given, so that its
  /// results have a folder of their own.
  ///
  /// - Parameter file: what errors call the specification.
  public func applied(to spec: SweepSpec, file: String, in catalogue: Catalogue = .standard) throws -> (spec: SweepSpec, notices: [String]) {
    guard !isEmpty, case .object(var members) = try JSON5.parse(utf8: Array(spec.source.utf8)).json else { return (spec, []) }
    let parameters = spec.experiment.parameters, names = Self.settings + parameters.map(\.name)
    for assignment in assignments where !names.contains(assignment.name) {
      throw OverrideError(assignment, unknown(assignment.name, among: names, called: "parameter of the \(spec.experiment.name) experiment"))
    }
    // In one order, however they are given: the same values have the same name and the same text.
    let ordered = names.compactMap { name in assignments.first { $0.name == name } }
    var told: [String] = [], fixed: [String] = []
    for assignment in ordered {
      if let parameter = parameters.first(where: { $0.name == assignment.name }) {
        let value = try Self.value(assignment, parameter.kind)
        members.give(parameter.name, value)
        if case .array = value.json {} else if case .object = value.json {} else { fixed.append(parameter.name) }
        told.append("\(assignment.name)=\(value.words)")
      } else {
        let value = assignment.name == "name" ? JSON.string(assignment.text) : Self.number(assignment.text)
        members.set(assignment.name, to: value)
        if assignment.name != "name" { told.append("\(assignment.name)=\(value.text)") }
      }
    }
    let isNamed = ordered.contains { $0.name == "name" }
    if !isNamed { members.set("name", to: .string(Self.name(spec.name, told))) }
    let dropped = spec.views.indices.filter { fixed.contains(spec.views[$0].x) || fixed.contains(spec.views[$0].y) }
    members.dropViews(dropped)
    let notices = dropped.map { i in
      let view = spec.views[i], axes = [view.x, view.y].filter(fixed.contains)
      return "the view over \(view.x) and \(view.y) is left out: \(axes.joined(separator: " and ")) \(axes.count == 1 ? "has" : "have") one value now"
    }
    let head = "// The sweep \(spec.name)" + (told.isEmpty ? " under another name." : " with \(told.joined(separator: " ")).")
    return (try decode(head + "\n" + JSON.object(members).page + "\n", found: spec.foundText, file: file, catalogue), notices)
  }

  /// Errors are of what was given, where it is at fault.
  private func decode(_ text: String, found: String, file: String, _ catalogue: Catalogue) throws -> SweepSpec {
    do {
      // Images need not be read once more.
      return try SweepSpec(json5: Array(text.withFound(found).utf8), file: file, in: catalogue)
    } catch {
      let guilty = assignments.first { assignment in
        ["", "parameters.", "axes."].contains {
          error.path == $0 + assignment.name || error.path.hasPrefix($0 + assignment.name + ".")
            || error.path.hasPrefix($0 + assignment.name + "[")
        }
      }
      if let guilty { throw OverrideError(guilty, error.reason) }
      let all = assignments.map(\.description).joined(separator: " ")
      throw OverrideError(all, "\(file) cannot be run with that: " + (error.path.isEmpty ? "" : "\(error.path): ") + error.reason)
    }
  }

  // MARK: - Values

  /// A list with commas, a range as in 0.1..2:12 or 0.1..2:12:log, or one value. What it is not allowed to be the specification's decoder says.
  private static func value(_ assignment: Assignment, _ kind: ParameterKind) throws(OverrideError) -> (json: JSON, words: String) {
    let text = assignment.text
    func one(_ word: Substring) throws(OverrideError) -> (json: JSON, words: String) {
      guard !word.isEmpty else { throw OverrideError(assignment, "a value is missing beside a comma") }
      if case .choice = kind { return (.string(String(word)), String(word)) }
      let number = number(String(word))
      return (number, number == .string(String(word)) ? String(word) : number.text)
    }
    if case .choice = kind {} else if text.contains("..") { return try range(assignment) }
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count > 1 else { return try one(words[0]) }
    var values: [(json: JSON, words: String)] = []
    for word in words { values.append(try one(word)) }
    return (.array(values.map(\.json)), values.map(\.words).joined(separator: ","))
  }

  private static func range(_ assignment: Assignment) throws(OverrideError) -> (json: JSON, words: String) {
    let parts = assignment.text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let dots = parts[0].firstRange(of: "..")
    guard let dots, 2...3 ~= parts.count, !parts.contains("") else {
      throw OverrideError(assignment, "a range is written from..to:count or from..to:count:log, as in 0.1..2:12:log")
    }
    let ends = [number(String(parts[0][..<dots.lowerBound])), number(String(parts[0][dots.upperBound...]))]
    let members = [("from", ends[0]), ("to", ends[1]), ("count", number(parts[1]))] + (parts.count == 3 ? [("scale", JSON.string(parts[2]))] : [])
    return (.object(members), "\(ends[0].text)..\(ends[1].text):" + parts[1...].joined(separator: ":"))
  }

  /// Whole numbers without a point, as a person writes them. What is no number stays text, of which the decoder says what is needed in its place.
  private static func number(_ text: String) -> JSON {
    if let whole = Int(text) { return .whole(whole) }
    guard let number = Double(text), number.isFinite else { return .string(text) }
    return Int(exactly: number).map { .whole($0) } ?? .number(number)
  }

  /// Names have at most 100 characters; the end of a longer one is replaced by a hash.
  private static func name(_ name: String, _ told: [String]) -> String {
    guard !told.isEmpty else { return name }
    let longest = 100, whole = name + "-" + told.map { String($0.map { ":" == $0 ? "-" : $0 }) }.joined(separator: "-")
    return whole.count <= longest ? whole : String(whole.prefix(longest - 17)) + "-" + SweepSpec.hash(of: whole)
  }
}

/// Why a specification cannot be run with a value.
public struct OverrideError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was given, as in "snr=high".
  public let given: String
  public let reason: String

  public var description: String { "\(given): \(reason)" }

  init(_ given: String, _ reason: String) { (self.given, self.reason) = (given, reason) }
  init(_ assignment: Overrides.Assignment, _ reason: String) { self.init(assignment.description, reason) }
}

extension [(String, JSON)] {
  /// In the place of what is there, or behind it.
  fileprivate mutating func set(_ key: String, to value: JSON) {
    if let index = firstIndex(where: { $0.0 == key }) { self[index].1 = value } else { append((key, value)) }
  }

  private func members(_ key: String) -> [(String, JSON)] {
    guard case .object(let members)? = first(where: { $0.0 == key })?.1 else { return [] }
    return members
  }

  /// A parameter, which is an axis from then on or has one value. An axis that was one keeps its place.
  fileprivate mutating func give(_ parameter: String, _ value: (json: JSON, words: String)) {
    var axes = members("axes"), parameters = members("parameters")
    if case .object(let data)? = first(where: { $0.0 == "data" })?.1, data.contains(where: { $0.0 == parameter }) {
      set("data", to: .object(data.filter { $0.0 != parameter }))
    }
    switch value.json {
    case .array, .object:
      axes.set(parameter, to: value.json)
      parameters.removeAll { $0.0 == parameter }
    default:
      axes.removeAll { $0.0 == parameter }
      parameters.set(parameter, to: value.json)
    }
    for (key, members) in [("axes", axes), ("parameters", parameters)] where !members.isEmpty || contains(where: { $0.0 == key }) {
      set(key, to: .object(members))
    }
  }

  fileprivate mutating func dropViews(_ dropped: [Int]) {
    guard !dropped.isEmpty, case .array(let views)? = first(where: { $0.0 == "views" })?.1 else { return }
    set("views", to: .array(views.indices.filter { !dropped.contains($0) }.map { views[$0] }))
  }
}
