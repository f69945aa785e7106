import Experiments
import JSONText

/// What is wrong with a specification: where, what was found, what is allowed.
public struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let place: TextPlace
  /// The way to the value from the top, as in `axes.snr.count`; empty for the whole text.
  public let path: String
  public let reason: String

  public var description: String { "\(file):\(place): " + (path.isEmpty ? "" : "\(path): ") + reason }
}

/// A value of a specification with its way from the top: reads it as what is expected, or says what is wrong.
struct SpecNode {
  let value: JSON5Value
  let path: String
  let file: String

  func error(_ reason: String) -> SpecError { SpecError(file: file, place: value.place, path: path, reason: reason) }

  private func child(_ value: JSON5Value, _ name: String) -> SpecNode {
    SpecNode(value: value, path: path.isEmpty ? name : path + "." + name, file: file)
  }

  /// The members by their keys, all of which must be among `allowed`.
  func members(_ allowed: [String], called kind: String) throws(SpecError) -> [(key: String, node: SpecNode)] {
    guard case .object(let members) = value.content else { throw error("an object { ... } is needed, not \(value.words)") }
    var nodes: [(String, SpecNode)] = []
    for member in members {
      guard allowed.contains(member.key) else {
        throw SpecError(file: file, place: member.place, path: path, reason: unknown(member.key, among: allowed, called: kind))
      }
      nodes.append((member.key, child(member.value, member.key)))
    }
    return nodes
  }

  func elements() throws(SpecError) -> [SpecNode] {
    guard case .array(let elements) = value.content else { throw error("a list [ ... ] is needed, not \(value.words)") }
    return elements.enumerated().map { SpecNode(value: $1, path: path + "[\($0)]", file: file) }
  }

  func text() throws(SpecError) -> String {
    guard case .string(let text) = value.content else { throw error("text in quotes is needed, not \(value.words)") }
    return text
  }

  func number() throws(SpecError) -> Double {
    guard case .number(let number) = value.content else { throw error("a number is needed, not \(value.words)") }
    guard number.value.isFinite else { throw error("a finite number is needed, not \(number.text)") }
    // One zero: -0 and 0 are the same cell.
    return number.value + 0
  }

  func whole() throws(SpecError) -> Int {
    guard case .number(let number) = value.content, let whole = number.exactly(Int.self) else {
      throw error("a whole number is needed, not \(value.words)")
    }
    return whole
  }

  func whole(in range: ClosedRange<Int>) throws(SpecError) -> Int {
    let whole = try whole()
    guard range.contains(whole) else { throw error("\(whole) is out of range: from \(range.lowerBound) to \(range.upperBound) is allowed") }
    return whole
  }

  /// One of some names.
  func name(among allowed: [String], called kind: String) throws(SpecError) -> String {
    let text = try text()
    guard allowed.contains(text) else { throw error(unknown(text, among: allowed, called: kind)) }
    return text
  }

  func parameterValue(_ kind: ParameterKind) throws(SpecError) -> ParameterValue {
    switch kind {
    case .count: .count(try whole())
    case .number: .number(try number())
    case .choice(let names): .choice(try name(among: names, called: "choice"))
    }
  }
}

/// The message for a name that is not there: the nearest that is, or all of them.
public func unknown(_ name: String, among allowed: [String], called kind: String) -> String {
  let near = closest(to: name, among: allowed).map { "; did you mean \($0)?" } ?? "; there is: " + allowed.joined(separator: ", ")
  return "there is no \(kind) '\(name)'" + near
}
