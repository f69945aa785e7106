import Figures

/// How figures are set and in which files, as options of `render`.
extension Arguments {
  static let style: [(name: String, value: String?)] = [
    ("--width", "a length, as in 3.25in"), ("--font", "a size, as in 7pt"), ("--title", "words"), ("--format", "png, svg, pdf"),
  ]

  /// Lines of a help text.
  static let styleHelp = """
      --width LENGTH         width of the whole figure: in, cm, mm or pt, as in 3.25in for the column of a paper
                             (default: as wide as the panels need)
      --font SIZE            size of ticks and legend, the smallest text, as in 7pt (default 7.5pt)
      --title WORDS          instead of the figure's own title; none for a figure whose caption says it
      --format F,...         png, svg, pdf (default all three)
    """

  /// What is left of a style when nothing is given is the standard.
  func figureStyle() throws(UsageError) -> FigureStyle {
    var style = FigureStyle()
    if let text = text("--width") {
      guard let width = Self.points(text), 100...3000 ~= width else {
        throw UsageError(description: "--width \(text): a length from 1.4in to 40in is needed, with its unit (in, cm, mm or pt), as in 3.25in")
      }
      style.width = width
    }
    if let text = text("--font") {
      guard let size = Self.points(text), 4...40 ~= size else {
        throw UsageError(description: "--font \(text): a size from 4pt to 40pt is needed, with its unit, as in 7pt")
      }
      style.textSize = size
    }
    if let title = text("--title") { style.title = title == "none" ? .none : .words(title) }
    return style
  }

  func formats() throws(UsageError) -> [FigureFormat] {
    let names = try names("--format", among: FigureFormat.allCases.map(\.rawValue), called: "format of figures") ?? []
    return names.isEmpty ? FigureFormat.allCases : names.compactMap(FigureFormat.init)
  }

  /// What tells a figure of another style from the specification's, as the end of its name.
  func styleSuffix() -> String {
    let title = text("--title").map { $0 == "none" ? "-untitled" : "-titled" }
    return [text("--width"), text("--font")].compactMap { $0.map { "-" + $0 } }.joined() + (title ?? "")
  }

  /// A length with its unit.
  private static func points(_ text: String) -> Double? {
    let units: [(String, Double)] = [("in", 72), ("cm", 72 / 2.54), ("mm", 72 / 25.4), ("pt", 1)]
    guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }), let number = Double(text.dropLast(unit.count)), number.isFinite else { return nil }
    return number * size
  }
}

/// A file that a figure is written to.
enum FigureFormat: String, CaseIterable { case png, svg, pdf }

extension Figure {
  private static let dotsPerInch = 200.0

  /// Its bytes in a format.
  ///
  /// - Parameter texts: keyword and text, for a PNG's own text chunks, behind those of every figure.
  func file(_ format: FigureFormat, texts: [(keyword: String, text: String)]) throws -> [UInt8] {
    switch format {
    case .png: try scene.png(dotsPerInch: Self.dotsPerInch, texts: [("Title", title), ("Software", "unlearning-frontier \(Command.version)")] + texts)
    case .svg: try scene.vector(.svg, title: title)
    case .pdf: try scene.vector(.pdf, title: title)
    }
  }
}
