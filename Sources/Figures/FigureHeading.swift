/// The title of a figure and the line under it, on as many lines as they need; nothing where the style wants none.
struct FigureHeading {
  private let titles: [String]
  private let subtitles: [String]
  private let style: FigureStyle
  /// With the room under it.
  let height: Double

  init(title: String, subtitle: String, width: Double, style: FigureStyle, measure: some TextMeasure) {
    let isWanted = style.title != .none
    titles = isWanted ? measure.wrapped(title, style.font(.title), width: width) : []
    subtitles = isWanted ? measure.wrapped(subtitle, style.font(.subtitle), width: width, keepsClauses: true) : []
    self.style = style
    let lines = Double(titles.count) * (measure.height(style.font(.title)) + 2) + Double(subtitles.count) * (measure.height(style.font(.subtitle)) + 1)
    height = isWanted ? lines + 6 : 0
  }

  /// From the upper margin on.
  func draw(in scene: inout Scene, measure: some TextMeasure) {
    var y = style.margin
    for (lines, font, colour, gap) in [(titles, style.font(.title), Colour.ink, 2.0), (subtitles, style.font(.subtitle), .quiet, 1)] {
      for line in lines {
        scene.add(.text(measure.text(line, font, x: style.margin, top: y, colour: colour)))
        y += measure.height(font) + gap
      }
    }
  }
}
