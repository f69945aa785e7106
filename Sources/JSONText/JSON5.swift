/// JSON5 (https://spec.json5.org) that keeps what a strict reader needs and Foundation's decoder loses: the order of members, the place of every
/// value, and the fact that a key was given twice, which is refused.
public enum JSON5 {
  /// Deeper nesting is refused; no stack is exhausted by a text from outside.
  public static let deepest = 100

  public static func parse(_ text: String) throws(JSON5Error) -> JSON5Value {
    var parser = JSON5Parser(text)
    return try parser.document()
  }

  /// Refuses bytes that are not UTF-8, where they stand.
  public static func parse(utf8 bytes: [UInt8]) throws(JSON5Error) -> JSON5Value {
    var decoder = UTF8(), iterator = bytes.makeIterator(), scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput:
        var parser = JSON5Parser(scalars)
        return try parser.document()
      case .error:
        var cursor = TextCursor(scalars)
        while cursor.next() != nil {}
        throw cursor.error("this is not text in UTF-8")
      }
    }
  }
}

struct JSON5Parser {
  private var cursor: TextCursor

  init(_ text: String) { self.init(Array(text.unicodeScalars)) }
  init(_ scalars: [Unicode.Scalar]) { cursor = TextCursor(scalars) }

  mutating func document() throws(JSON5Error) -> JSON5Value {
    try skipSpace()
    let value = try value(depth: 0)
    try skipSpace()
    if let rest = cursor.peek { throw cursor.error("nothing may follow the value, and \(rest.words) does") }
    return value
  }

  private mutating func value(depth: Int) throws(JSON5Error) -> JSON5Value {
    let place = cursor.place
    guard depth <= JSON5.deepest else { throw cursor.error("nested more than \(JSON5.deepest) deep") }
    let content: JSON5Value.Content
    switch cursor.peek {
    case "{": content = .object(try members(depth: depth))
    case "[": content = .array(try elements(depth: depth))
    case "\"", "'": content = .string(try quoted())
    case .some(let scalar) where scalar.isDigit || scalar == "+" || scalar == "-" || scalar == ".": content = .number(try number())
    case .some(let scalar) where scalar.startsName: content = try word()
    case .some(let scalar): throw cursor.error("a value is needed here, not \(scalar.words)")
    case nil: throw cursor.error("the text ends where a value is needed")
    }
    return JSON5Value(content: content, place: place)
  }

  private mutating func word() throws(JSON5Error) -> JSON5Value.Content {
    let place = cursor.place, name = try name()
    switch name {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "Infinity": return .number(JSON5Number(text: name, value: .infinity))
    case "NaN": return .number(JSON5Number(text: name, value: .nan))
    default: throw cursor.error("\(name) is not a value; text stands in quotes: \"\(name)\"", at: place)
    }
  }

  // MARK: - Lists and objects

  private mutating func elements(depth: Int) throws(JSON5Error) -> [JSON5Value] {
    let start = cursor.place
    _ = cursor.next()
    var elements: [JSON5Value] = []
    while true {
      try skipSpace()
      if cursor.skip("]") { return elements }
      if cursor.peek == nil { throw cursor.error("the list that begins at \(start) has no end; ']' is missing") }
      elements.append(try value(depth: depth + 1))
      try separator(before: "]", start: start)
    }
  }

  private mutating func members(depth: Int) throws(JSON5Error) -> [JSON5Member] {
    let start = cursor.place
    _ = cursor.next()
    var members: [JSON5Member] = [], known: [String: TextPlace] = [:]
    while true {
      try skipSpace()
      if cursor.skip("}") { return members }
      if cursor.peek == nil { throw cursor.error("the object that begins at \(start) has no end; '}' is missing") }
      let place = cursor.place, key = try key()
      if let first = known.updateValue(place, forKey: key) { throw cursor.error("\"\(key)\" stands here again, after \(first)", at: place) }
      try skipSpace()
      guard cursor.skip(":") else { throw unexpected("':' is needed after the key \"\(key)\"") }
      try skipSpace()
      members.append(JSON5Member(key: key, place: place, value: try value(depth: depth + 1)))
      try separator(before: "}", start: start)
    }
  }

  /// A comma, or the end, which is left to the caller.
  private mutating func separator(before end: Unicode.Scalar, start: TextPlace) throws(JSON5Error) {
    try skipSpace()
    if cursor.peek == end || cursor.skip(",") { return }
    throw unexpected("',' or '\(end)' is needed here (what is open began at \(start))")
  }

  private mutating func key() throws(JSON5Error) -> String {
    switch cursor.peek {
    case "\"", "'": return try quoted()
    case .some(let scalar) where scalar.startsName || scalar == "\\": return try name()
    default: throw unexpected("a key is needed here")
    }
  }

  private mutating func name() throws(JSON5Error) -> String {
    var scalars: [Unicode.Scalar] = []
    while let scalar = cursor.peek, scalar == "\\" || (scalars.isEmpty ? scalar.startsName : scalar.continuesName) {
      let place = cursor.place
      _ = cursor.next()
      guard scalar == "\\" else {
        scalars.append(scalar)
        continue
      }
      guard cursor.skip("u") else { throw cursor.error("only \\u may follow '\\' in a key", at: place) }
      let escaped = try hexadecimal(digits: 4, from: place)
      guard let letter = Unicode.Scalar(escaped), scalars.isEmpty ? letter.startsName : letter.continuesName else {
        throw cursor.error("this escape is no letter of a key", at: place)
      }
      scalars.append(letter)
    }
    return string(scalars)
  }

  // MARK: - Strings

  private mutating func quoted() throws(JSON5Error) -> String {
    let start = cursor.place, quote = cursor.next()
    var scalars: [Unicode.Scalar] = []
    while let scalar = cursor.peek {
      let place = cursor.place
      if scalar == "\n" || scalar == "\r" { break }
      _ = cursor.next()
      if scalar == quote { return string(scalars) }
      guard scalar == "\\" else {
        scalars.append(scalar)
        continue
      }
      if let escaped = try escape(from: place) { scalars.append(escaped) }
    }
    throw cursor.error("the text that begins at \(start) is not closed; a quote is missing")
  }

  /// What stands for an escape; nil for a line end, which continues the text.
  private mutating func escape(from place: TextPlace) throws(JSON5Error) -> Unicode.Scalar? {
    guard let letter = cursor.next() else { throw cursor.error("the text ends in the middle of an escape", at: place) }
    switch letter {
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "0" where cursor.peek.map { !$0.isDigit } ?? true: return "\0"
    case "0"..."9": throw cursor.error("\\\(letter) is not an escape of JSON5", at: place)
    case "x": return Unicode.Scalar(try hexadecimal(digits: 2, from: place))
    case "u": return try utf16(from: place)
    case "\r":
      _ = cursor.skip("\n")
      return nil
    case _ where letter.isLineEnd: return nil
    default: return letter
    }
  }

  /// \uXXXX, and the pair of a high and a low surrogate.
  private mutating func utf16(from place: TextPlace) throws(JSON5Error) -> Unicode.Scalar {
    let first = try hexadecimal(digits: 4, from: place)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, cursor.skip("\\"), cursor.skip("u") else { throw cursor.error("half of a surrogate pair", at: place) }
    let second = try hexadecimal(digits: 4, from: place)
    guard 0xDC00...0xDFFF ~= second, let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else {
      throw cursor.error("half of a surrogate pair", at: place)
    }
    return scalar
  }

  private mutating func hexadecimal(digits: Int, from place: TextPlace) throws(JSON5Error) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = cursor.peek?.hexadecimalValue else { throw cursor.error("\(digits) hexadecimal digits are needed in this escape", at: place) }
      _ = cursor.next()
      value = value << 4 + digit
    }
    return value
  }

  // MARK: - Numbers

  private mutating func number() throws(JSON5Error) -> JSON5Number {
    let start = cursor.index, place = cursor.place
    let negative = cursor.peek == "-"
    if !cursor.skip("-") { _ = cursor.skip("+") }
    if let letter = cursor.peek, letter.startsName {
      guard case .number(let named) = try word() else { throw cursor.error("a number is needed behind the sign", at: place) }
      return JSON5Number(text: cursor.text(from: start), value: negative ? -named.value : named.value)
    }
    let magnitude: Double
    if cursor.peek == "0", let x = cursor.peek(ahead: 1), x == "x" || x == "X" {
      magnitude = try hexadecimalNumber(from: place)
    } else {
      magnitude = try decimalNumber(from: place)
    }
    if let next = cursor.peek, next.continuesName || next == "." { throw cursor.error("\(next.words) has no place in a number") }
    return JSON5Number(text: cursor.text(from: start), value: negative ? -magnitude : magnitude)
  }

  private mutating func hexadecimalNumber(from place: TextPlace) throws(JSON5Error) -> Double {
    let start = cursor.index
    (_, _) = (cursor.next(), cursor.next())
    while cursor.peek?.hexadecimalValue != nil { _ = cursor.next() }
    guard cursor.index > start + 2, let value = Double(cursor.text(from: start)) else {
      throw cursor.error("hexadecimal digits are needed behind 0x", at: place)
    }
    return value
  }

  private mutating func decimalNumber(from place: TextPlace) throws(JSON5Error) -> Double {
    let whole = digits()
    if whole.count > 1, whole.hasPrefix("0") { throw cursor.error("a number may not begin with 0 and another digit", at: place) }
    let fraction = cursor.skip(".") ? digits() : ""
    guard !whole.isEmpty || !fraction.isEmpty else { throw cursor.error("a number needs a digit", at: place) }
    var exponent = ""
    if cursor.peek == "e" || cursor.peek == "E" {
      _ = cursor.next()
      if cursor.skip("-") { exponent = "-" } else { _ = cursor.skip("+") }
      let power = digits()
      guard !power.isEmpty else { throw cursor.error("an exponent needs a digit") }
      exponent = "e" + exponent + power
    }
    guard let value = Double("0\(whole).\(fraction)0\(exponent)") else { throw cursor.error("this is not a number", at: place) }
    return value
  }

  private mutating func digits() -> String {
    let start = cursor.index
    while cursor.peek?.isDigit == true { _ = cursor.next() }
    return cursor.text(from: start)
  }

  // MARK: - Between the values

  private mutating func skipSpace() throws(JSON5Error) {
    while let scalar = cursor.peek {
      if scalar.isSpace {
        _ = cursor.next()
      } else if scalar == "/" {
        try skipComment()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSON5Error) {
    let start = cursor.place
    _ = cursor.next()
    if cursor.skip("/") {
      while let scalar = cursor.peek, !scalar.isLineEnd { _ = cursor.next() }
      return
    }
    guard cursor.skip("*") else { throw cursor.error("a comment begins with // or /*", at: start) }
    while let scalar = cursor.next() {
      if scalar == "*", cursor.skip("/") { return }
    }
    throw cursor.error("this comment has no end; */ is missing", at: start)
  }

  private func unexpected(_ need: String) -> JSON5Error {
    cursor.error(cursor.peek.map { "\(need), not \($0.words)" } ?? "the text ends; \(need)")
  }
}
