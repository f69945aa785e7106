/// A figure as a display list, before it is drawn: what tests check, and what every output format is drawn from.
public struct Scene: Sendable {
  public let width: Double
  public let height: Double
  public private(set) var marks: [Mark] = []

  public init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  public mutating func add(_ mark: Mark) { marks.append(mark) }

  /// The place of every text.
  public var texts: [Text] { marks.compactMap { if case .text(let text) = $0 { text } else { nil } } }
}

public enum Mark: Sendable {
  case rectangle(Box, Colour)
  /// Polygons that are filled as one shape.
  case area([[Point]], Colour, clip: Box?)
  case line([Point], Stroke, clip: Box?)
  case text(Text)
}

public struct Stroke: Sendable, Hashable {
  public var colour: Colour
  public var width: Double
  /// Lengths of ink and gap, in points; empty for a solid line.
  public var dash: [Double]

  public init(_ colour: Colour, width: Double, dash: [Double] = []) { (self.colour, self.width, self.dash) = (colour, width, dash) }
}

/// A line of text, with the box that it fills.
public struct Text: Sendable {
  public enum Alignment: Sendable { case left, centre, right }

  public let string: String
  public let font: Font
  public let colour: Colour
  /// Where its baseline begins; for text that reads upwards, turned with it.
  public let origin: Point
  public let readsUpwards: Bool
  public let box: Box
}

public struct Font: Sendable, Hashable {
  public let size: Double
  public let isBold: Bool

  public init(_ size: Double, isBold: Bool = false) { (self.size, self.isBold) = (size, isBold) }
}

/// How large a text is drawn.
public protocol TextMeasure {
  /// Points; ascent and descent are those of the font, whatever the letters.
  func extent(of string: String, in font: Font) -> (width: Double, ascent: Double, descent: Double)
}

extension TextMeasure {
  func width(_ string: String, _ font: Font) -> Double { extent(of: string, in: font).width }
  func height(_ font: Font) -> Double {
    let extent = extent(of: "x", in: font)
    return extent.ascent + extent.descent
  }

  /// A text whose box begins at `y` from the top.
  func text(
    _ string: String, _ font: Font, x: Double, top y: Double, _ alignment: Text.Alignment = .left, colour: Colour = .ink
  ) -> Text {
    let (width, ascent, descent) = extent(of: string, in: font)
    let left =
      switch alignment {
      case .left: x
      case .centre: x - width / 2
      case .right: x - width
      }
    return Text(
      string: string, font: font, colour: colour, origin: Point(left, y + ascent), readsUpwards: false,
      box: Box(x: left, y: y, width: width, height: ascent + descent))
  }

  /// Lines of words that fit into a width; a single word that does not is cut short.
  func wrapped(_ text: String, _ font: Font, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, self.width(last + " " + word, font) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(String(word), font, width: width))
      }
    }
    return lines
  }

  private func shortened(_ word: String, _ font: Font, width: Double) -> String {
    guard self.width(word, font) > width else { return word }
    var word = word
    while !word.isEmpty, self.width(word + "…", font) > width { word.removeLast() }
    return word + "…"
  }

  /// A text that reads upwards, centred on `y`, whose box begins at `x` from the left.
  func upwards(_ string: String, _ font: Font, left x: Double, middle y: Double, colour: Colour = .ink) -> Text {
    let (width, ascent, descent) = extent(of: string, in: font)
    return Text(
      string: string, font: font, colour: colour, origin: Point(x + ascent, y + width / 2), readsUpwards: true,
      box: Box(x: x, y: y - width / 2, width: ascent + descent, height: width))
  }
}
