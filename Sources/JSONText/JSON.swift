/// A value to be written as plain JSON. Numbers are written by the shortest digits that read back as the same bits.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case whole(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  public static func == (a: JSON, b: JSON) -> Bool { a.text == b.text }

  /// On one line.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .whole(let value): "\(value)"
    // JSON has no word for infinity.
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let text): Self.quoted(text)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .object(let members): "{" + members.map { "\(Self.quoted($0)): \($1.text)" }.joined(separator: ", ") + "}"
    }
  }

  /// In lines for a person to read, for a file: what fits stands on one line, of the rest each member or element begins a line of its own.
  public var page: String { page(indent: 0, head: 0) }

  private static let pageWidth = 120

  /// - Parameter head: characters that stand before it on its line.
  private func page(indent: Int, head: Int) -> String {
    let line = text
    guard indent == 0 || head + line.count > Self.pageWidth else { return line }
    let inner = String(repeating: " ", count: indent + 2), outer = String(repeating: " ", count: indent)
    switch self {
    case .array(let elements) where !elements.isEmpty:
      return "[\n" + elements.map { inner + $0.page(indent: indent + 2, head: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members) where !members.isEmpty:
      let lines = members.map { key, value -> String in
        let head = inner + Self.quoted(key) + ": "
        return head + value.page(indent: indent + 2, head: head.count)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return line
    }
  }

  public static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar.isLineEnd:
        let number = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - number.count) + number
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
