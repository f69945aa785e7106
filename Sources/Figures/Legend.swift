/// What lines and marks mean, in rows under the panels.
struct Legend {
  enum Sample {
    case line(Stroke)
    case band(Colour, Stroke)
    case cell(CellMark)
  }

  let entries: [(sample: Sample, words: String)]

  private static let sampleWidth = 26.0
  private static let gap = 5.0
  private static let between = 16.0
  private static let rowHeight = 12.5

  /// Rows that fit into a width; an entry that is longer has a row of its own.
  private func rows(width: Double, measure: some TextMeasure) -> [[Int]] {
    var rows: [[Int]] = [], used = 0.0
    for (i, entry) in entries.enumerated() {
      let needs = Self.sampleWidth + Self.gap + measure.width(entry.words, .legend) + Self.between
      if rows.isEmpty || used + needs > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(i)
      used += needs
    }
    return rows
  }

  func height(width: Double, measure: some TextMeasure) -> Double { Double(rows(width: width, measure: measure).count) * Self.rowHeight }

  /// The width of the widest entry.
  func needs(measure: some TextMeasure) -> Double {
    entries.map { Self.sampleWidth + Self.gap + measure.width($0.words, .legend) }.max() ?? 0
  }

  func draw(in scene: inout Scene, left: Double, top: Double, width: Double, measure: some TextMeasure) {
    for (row, members) in rows(width: width, measure: measure).enumerated() {
      var x = left
      for i in members {
        let y = top + Self.rowHeight * Double(row), middle = y + Self.rowHeight / 2
        let sample = [Point(x, middle), Point(x + Self.sampleWidth, middle)]
        switch entries[i].sample {
        case .line(let stroke): scene.add(.line(sample, stroke, clip: nil))
        case .band(let colour, let stroke):
          scene.add(.rectangle(Box(x: x, y: middle - 3.5, width: Self.sampleWidth, height: 7), colour))
          scene.add(.line(sample, stroke, clip: nil))
        case .cell(let mark):
          let box = Box(x: x + Self.sampleWidth - 14, y: middle - 4, width: 14, height: 8)
          mark.draw(in: &scene, box: box)
          scene.add(.line(box.corners + [box.corners[0]], Stroke(.quiet, width: 0.4), clip: nil))
        }
        let text = measure.text(entries[i].words, .legend, x: x + Self.sampleWidth + Self.gap, top: middle - measure.height(.legend) / 2)
        scene.add(.text(text))
        x = text.box.right + Self.between
      }
    }
  }
}
