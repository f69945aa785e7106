/// Walks through a text, and knows line and column.
struct TextCursor {
  private let text: [Unicode.Scalar]
  private(set) var index = 0
  private var line = 1
  private var lineStart = 0

  init(_ text: [Unicode.Scalar]) { self.text = text }

  var place: TextPlace { TextPlace(line: line, column: index - lineStart + 1) }
  var peek: Unicode.Scalar? { index < text.count ? text[index] : nil }
  func peek(ahead: Int) -> Unicode.Scalar? { index + ahead < text.count ? text[index + ahead] : nil }
  func text(from start: Int) -> String { string(text[start..<index]) }

  mutating func next() -> Unicode.Scalar? {
    guard let scalar = peek else { return nil }
    index += 1
    // Of CR LF, the LF ends the line.
    if scalar.isLineEnd, !(scalar == "\r" && peek == "\n") { (line, lineStart) = (line + 1, index) }
    return scalar
  }

  mutating func skip(_ expected: Unicode.Scalar) -> Bool {
    guard peek == expected else { return false }
    _ = next()
    return true
  }

  func error(_ reason: String, at place: TextPlace? = nil) -> JSON5Error { JSON5Error(place: place ?? self.place, reason: reason) }
}

extension TextPlace {
  /// Where it is in the text that it was counted in; nil if it is no place of it.
  public func index(in text: String) -> String.Index? {
    var cursor = TextCursor(Array(text.unicodeScalars))
    while cursor.place != self { if cursor.next() == nil { return nil } }
    return text.unicodeScalars.index(text.unicodeScalars.startIndex, offsetBy: cursor.index)
  }
}

func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var view = String.UnicodeScalarView()
  view.append(contentsOf: scalars)
  return String(view)
}

extension Unicode.Scalar {
  var isLineEnd: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

  var isSpace: Bool {
    switch self {
    case "\t", "\u{B}", "\u{C}", " ", "\u{FEFF}": true
    default: isLineEnd || properties.generalCategory == .spaceSeparator
    }
  }

  var isDigit: Bool { "0"..."9" ~= self }

  var hexadecimalValue: UInt32? {
    switch self {
    case "0"..."9": value - 48
    case "a"..."f": value - 87
    case "A"..."F": value - 55
    default: nil
    }
  }

  /// ECMAScript 5.1 section 7.6, to which JSON5 refers.
  var startsName: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: true
    default: self == "$" || self == "_"
    }
  }

  var continuesName: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
    default: startsName || self == "\u{200C}" || self == "\u{200D}"
    }
  }

  /// For messages: a character that can be seen is shown, any other named by its number.
  var words: String {
    let number = String(value, radix: 16, uppercase: true)
    let visible: Bool =
      switch properties.generalCategory {
      case .control, .format, .unassigned, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
      default: true
      }
    return visible ? "'\(self)'" : "U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number
  }
}
