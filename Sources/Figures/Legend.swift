/// What lines and marks mean, in rows under the panels.
struct Legend {
  enum Sample {
    case line(Stroke)
    case band(Colour, Stroke)
    case cell(CellMark)
    case dot(Colour)
  }

  let entries: [(sample: Sample, words: String)]
  var style = FigureStyle()

  private var font: Font { style.font(.legend) }
  private var sampleWidth: Double { 26 * style.scale }
  private var gap: Double { 5 * style.scale }
  private var between: Double { 16 * style.scale }
  private var lineHeight: Double { 12.5 * style.scale }
  /// Of the further lines of one entry.
  private func tightHeight(_ measure: some TextMeasure) -> Double { measure.height(font) + 1 }

  private struct Item {
    let index: Int
    let lines: [String]
  }

  /// Rows that fit into a width; an entry that is longer has a row of its own, on more than one line.
  private func rows(width: Double, measure: some TextMeasure) -> [[Item]] {
    var rows: [[Item]] = [], used = 0.0
    for (i, entry) in entries.enumerated() {
      let lines = measure.wrapped(entry.words, font, width: width - sampleWidth - gap)
      let needs = sampleWidth + gap + (lines.map { measure.width($0, font) }.max() ?? 0) + between
      if rows.isEmpty || used + needs - between > width || lines.count > 1 {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(Item(index: i, lines: lines))
      used += lines.count > 1 ? width : needs
    }
    return rows
  }

  private func height(of row: [Item], _ measure: some TextMeasure) -> Double {
    lineHeight + Double((row.map(\.lines.count).max() ?? 1) - 1) * tightHeight(measure)
  }

  func height(width: Double, measure: some TextMeasure) -> Double { rows(width: width, measure: measure).reduce(0) { $0 + height(of: $1, measure) } }

  /// The width of the widest entry.
  func needs(measure: some TextMeasure) -> Double { entries.map { sampleWidth + gap + measure.width($0.words, font) }.max() ?? 0 }

  func draw(in scene: inout Scene, left: Double, top: Double, width: Double, measure: some TextMeasure) {
    var y = top
    for row in rows(width: width, measure: measure) {
      var x = left
      for item in row {
        let middle = y + lineHeight / 2, sample = [Point(x, middle), Point(x + sampleWidth, middle)]
        switch entries[item.index].sample {
        case .line(let stroke): scene.add(.line(sample, stroke, clip: nil))
        case .band(let colour, let stroke):
          scene.add(.rectangle(Box(x: x, y: middle - 3.5 * style.scale, width: sampleWidth, height: 7 * style.scale), colour))
          scene.add(.line(sample, stroke, clip: nil))
        case .cell(let mark):
          let box = Box(x: x + sampleWidth - 14, y: middle - 4, width: 14, height: 8)
          mark.draw(in: &scene, box: box)
          scene.add(.line(box.corners + [box.corners[0]], Stroke(.quiet, width: 0.4), clip: nil))
        case .dot(let colour): scene.add(.area([Point(x + sampleWidth - 6, middle).disc(radius: 2.2 * style.scale)], colour, clip: nil))
        }
        var right = x
        for (line, words) in item.lines.enumerated() {
          let text = measure.text(words, font, x: x + sampleWidth + gap, top: middle - measure.height(font) / 2 + Double(line) * tightHeight(measure))
          scene.add(.text(text))
          right = max(right, text.box.right)
        }
        x = right + between
      }
      y += height(of: row, measure)
    }
  }
}
