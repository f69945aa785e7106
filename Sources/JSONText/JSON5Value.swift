/// A place in a text, counted from 1; columns count Unicode scalars.
public struct TextPlace: Sendable, Hashable, CustomStringConvertible {
  public let line: Int
  public let column: Int

  public var description: String { "\(line):\(column)" }
}

/// Why a text is not JSON5, and where.
public struct JSON5Error: Error, Sendable, Equatable, CustomStringConvertible {
  public let place: TextPlace
  public let reason: String

  public var description: String { "\(place): \(reason)" }
}

/// A value with its place, so that whoever reads it can say what is wrong with it and where.
public struct JSON5Value: Sendable {
  public enum Content: Sendable {
    case null
    case bool(Bool)
    case number(JSON5Number)
    case string(String)
    case array([JSON5Value])
    /// In the order of the text; no two members have one key.
    case object([JSON5Member])
  }

  public let content: Content
  public let place: TextPlace

  /// The value in a few words, for messages.
  public var words: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let number): number.text
    case .string(let text): "\"\(text.count > 40 ? text.prefix(40) + "..." : text)\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension JSON5Value {
  /// The same without places: whole numbers as such, others by their nearest doubles.
  public var json: JSON {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let number): number.exactly(Int.self).map { .whole($0) } ?? .number(number.value)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.json))
    case .object(let members): .object(members.map { ($0.key, $0.value.json) })
    }
  }
}

/// A key, and what stands behind it.
public struct JSON5Member: Sendable {
  public let key: String
  public let place: TextPlace
  public let value: JSON5Value
}

/// A number as it was written, and what it means.
public struct JSON5Number: Sendable {
  public let text: String
  /// The nearest double; infinite if it is too large for one.
  public let value: Double

  /// The number, if it is whole and none of its digits were lost.
  public func exactly<N: FixedWidthInteger>(_ type: N.Type) -> N? {
    var digits = Substring(text)
    let negative = digits.first == "-"
    if let sign = digits.first, sign == "-" || sign == "+" { digits.removeFirst() }
    let hexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    if hexadecimal { digits = digits.dropFirst(2) }
    if let whole = N((negative ? "-" : "") + digits, radix: hexadecimal ? 16 : 10) { return whole }
    // Written with a point or an exponent: below 2^53 a double that is whole lost no digit.
    return hexadecimal || value.magnitude >= 0x1p53 ? nil : N(exactly: value)
  }
}
