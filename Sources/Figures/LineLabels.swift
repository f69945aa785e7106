/// Finds a place for a word at each line of a plot, where there is room for one: near its line, away from the others, over nothing else.
struct LineLabels {
  struct Line {
    let paths: [[Point]]
    let words: String
    let colour: Colour
  }

  /// Of the plot.
  let box: Box
  let font: Font

  /// How near a word may come to any line, and how far from its own it may be.
  private static let clearance = 1.5
  /// How much farther the nearest other line must be than its own.
  private static let distinction = 5.0

  /// The words that found a place, in the order of the lines.
  func placed(_ lines: [Line], avoiding taken: [Box] = [], measure: some TextMeasure) -> [Text] {
    let samples = lines.map { $0.paths.flatMap { sampled($0) }.filter { box.distance(to: $0) == 0 } }
    var boxes = taken, texts: [Text] = []
    for (i, line) in lines.enumerated() where !line.words.isEmpty {
      let others = lines.indices.filter { $0 != i }.flatMap { samples[$0] }
      guard let text = best(line, at: samples[i], others: others, taken: boxes, measure: measure) else { continue }
      boxes.append(text.box)
      texts.append(text)
    }
    return texts
  }

  private func best(_ line: Line, at own: [Point], others: [Point], taken: [Box], measure: some TextMeasure) -> Text? {
    let width = measure.width(line.words, font), height = measure.height(font), inner = box.expanded(by: -2)
    var found: (score: Double, text: Text)?
    // Every third point will do: they are two points apart.
    for point in stride(from: 0, to: own.count, by: 3).map({ own[$0] }) {
      let (across, down) = (width / 2 + 4, height / 2 + 3)
      for (dx, dy) in [
        (0, -down), (0, down), (across, 0), (-across, 0), (across, -down), (-across, -down), (across, down), (-across, down),
      ] as [(Double, Double)] {
        let text = measure.text(line.words, font, x: point.x + dx, top: point.y + dy - height / 2, .centre, colour: line.colour)
        guard inner.contains(text.box), !taken.contains(where: { $0.expanded(by: 1).overlaps(text.box) }) else { continue }
        guard !own.contains(where: { text.box.distance(to: $0) < Self.clearance }) else { continue }
        let nearest = others.reduce(60) { min($0, text.box.distance(to: $1)) }
        guard nearest >= Self.distinction else { continue }
        // As far from other lines as need be, then well inside the plot.
        let edge = min(text.box.x - box.x, box.right - text.box.right, text.box.y - box.y, box.bottom - text.box.bottom)
        let score = min(nearest, 25) + 0.3 * min(edge, 20)
        if score > (found?.score ?? -1) + 1e-9 { found = (score, text) }
      }
    }
    return found?.text
  }

  /// Points along a line, two apart.
  func sampled(_ path: [Point]) -> [Point] {
    zip(path, path.dropFirst()).flatMap { a, b -> [Point] in
      let count = max(1, min(400, Int(a.distance(to: b) / 2)))
      return (0...count).map { Point(a.x + (b.x - a.x) * Double($0) / Double(count), a.y + (b.y - a.y) * Double($0) / Double(count)) }
    }
  }
}
