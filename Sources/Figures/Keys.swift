/// What colours mean: a bar for numbers, a square for two shares at once. Beside the panels, where there is the width, or in a block of its own.
struct Keys {
  /// Nil if no panel shows numbers.
  let scale: ValueScale?
  /// The names of the two shares of panels that show pairs; nil if none does.
  let pairNames: (first: String, second: String)?
  let style: FigureStyle

  private var barWidth: Double { 9 * style.scale }
  /// Of the square, which is a little smaller in a block.
  private func side(inBlock: Bool) -> Double { (inBlock ? 36 : 46) * style.scale }

  var isEmpty: Bool { scale == nil && pairNames == nil }

  // MARK: - Beside the panels, one above the other

  /// Of the bar with all its words; the gap before it included.
  func width(measure: some TextMeasure) -> Double {
    var width = 0.0
    if let scale { width = 12 + barWidth + 4 + tickWidth(scale, measure) + 4 + measure.height(style.font(.label)) }
    if pairNames != nil { width = max(width, 12 + pairWidth(inBlock: false, measure)) }
    return width
  }

  /// Whether the words of the bar find room along it.
  func fits(plotHeight: Double, rows: Int, measure: some TextMeasure) -> Bool {
    guard let scale else { return true }
    let height = pairNames != nil && rows == 1 ? plotHeight - pairHeight(inBlock: false, measure) - 4 : plotHeight
    return measure.width(scale.words, style.font(.label)) <= height + 16
  }

  /// - Parameter plotHeight: of one panel.
  func height(plotHeight: Double, rows: Int, measure: some TextMeasure) -> Double {
    let bar = scale == nil ? 0 : plotHeight + 8
    return rows > 1 || scale == nil ? bar + (pairNames == nil ? 0 : pairHeight(inBlock: false, measure)) : max(plotHeight, bar)
  }

  func draw(in scene: inout Scene, left: Double, top: Double, plotHeight: Double, rows: Int, measure: some TextMeasure) {
    var y = top
    if let scale {
      // In a single row both keys share the height of the panels.
      let height = pairNames != nil && rows == 1 ? plotHeight - pairHeight(inBlock: false, measure) - 4 : plotHeight
      drawUpright(scale, in: &scene, left: left, top: y, height: height, measure: measure)
      y += height + 12
    }
    drawPair(inBlock: false, in: &scene, left: left, top: y, measure: measure)
  }

  // MARK: - In a block: the bar lies, the square beside it, or under it where that is too narrow

  private static let lyingBar = 110.0

  private func fitsBeside(_ width: Double, _ measure: some TextMeasure) -> Bool { width >= 90 * style.scale + pairWidth(inBlock: true, measure) + 14 }

  func blockHeight(width: Double, measure: some TextMeasure) -> Double {
    let lines = Double(words(width: width, measure: measure).count)
    let bar = scale == nil ? 0 : 7 * style.scale + 3 + measure.height(style.font(.tick)) + lines * measure.height(style.font(.label)) + 4
    let pair = pairNames == nil ? 0 : pairHeight(inBlock: true, measure)
    return fitsBeside(width, measure) ? max(bar, pair) : bar + (bar > 0 && pair > 0 ? 4 : 0) + pair
  }

  /// What the numbers of the bar are, in a block.
  private func words(width: Double, measure: some TextMeasure) -> [String] {
    guard let scale else { return [] }
    let beside = pairNames != nil && fitsBeside(width, measure) ? pairWidth(inBlock: true, measure) + 14 : 0
    return measure.wrapped(scale.words, style.font(.label), width: width - beside)
  }

  func drawBlock(in scene: inout Scene, left: Double, top: Double, width: Double, measure: some TextMeasure) {
    var (x, y) = (left, top)
    if let scale {
      let beside = pairNames != nil && fitsBeside(width, measure) ? pairWidth(inBlock: true, measure) + 14 : 0
      let bar = Box(x: left, y: top, width: min(width - beside, Self.lyingBar * style.scale), height: 7 * style.scale), slices = 100
      let tiles = (0..<slices).map { i in
        let slice = Box(x: bar.x + bar.width * Double(i) / Double(slices), y: bar.y, width: bar.width / Double(slices), height: bar.height)
        return Tile(slice, scale.colour(share: (Double(i) + 0.5) / Double(slices)))
      }
      scene.add(.tiles(tiles, within: bar))
      scene.add(.line(bar.corners + [bar.corners[0]], Stroke(.ink, width: 0.5), clip: nil))
      var lastRight = -Double.infinity, lowest = bar.bottom
      for tick in scale.ticks(most: max(2, Int(bar.width / (24 * style.scale)))) {
        let x = bar.x + bar.width * (tick.position - scale.low) / (scale.high - scale.low)
        scene.add(.line([Point(x, bar.bottom), Point(x, bar.bottom + 2)], Stroke(.ink, width: 0.5), clip: nil))
        let text = measure.text(tick.label, style.font(.tick), x: x, top: bar.bottom + 3, .centre)
        guard text.box.x > lastRight + 3, text.box.x >= style.margin, text.box.right < left + width + 6 else { continue }
        lastRight = text.box.right
        lowest = text.box.bottom
        scene.add(.text(text))
      }
      for line in words(width: width, measure: measure) {
        let text = measure.text(line, style.font(.label), x: bar.x, top: lowest + 1)
        lowest = text.box.bottom
        scene.add(.text(text))
      }
      if beside > 0 { x = left + width - pairWidth(inBlock: true, measure) } else { y = lowest + 4 }
    }
    drawPair(inBlock: true, in: &scene, left: x, top: y, measure: measure)
  }

  // MARK: -

  private func tickWidth(_ scale: ValueScale, _ measure: some TextMeasure) -> Double {
    scale.ticks(most: 6).map { measure.width($0.label, style.font(.tick)) }.max() ?? 0
  }

  private func pairHeight(inBlock: Bool, _ measure: some TextMeasure) -> Double {
    guard let pairNames else { return 0 }
    let side = side(inBlock: inBlock)
    let upwards = measure.width(pairNames.second + " →", style.font(.legend))
    return max(side + measure.height(style.font(.legend)) + 2, side / 2 + upwards / 2) + 6
  }

  private func pairWidth(inBlock: Bool, _ measure: some TextMeasure) -> Double {
    guard let pairNames else { return 0 }
    let side = side(inBlock: inBlock)
    let across = measure.width(pairNames.first + " →", style.font(.legend))
    return measure.height(style.font(.legend)) + 3 + max(side, across)
  }

  /// A bar that reads upwards, its ticks on the right.
  private func drawUpright(_ scale: ValueScale, in scene: inout Scene, left x: Double, top: Double, height: Double, measure: some TextMeasure) {
    let bar = Box(x: x, y: top, width: barWidth, height: height), slices = 100
    let tiles = (0..<slices).reversed().map { i in
      let slice = Box(x: bar.x, y: bar.bottom - height * Double(i + 1) / Double(slices), width: bar.width, height: height / Double(slices))
      return Tile(slice, scale.colour(share: (Double(i) + 0.5) / Double(slices)))
    }
    scene.add(.tiles(tiles, within: bar))
    scene.add(.line(bar.corners + [bar.corners[0]], Stroke(.ink, width: 0.5), clip: nil))
    let font = style.font(.tick)
    var right = bar.right
    for tick in scale.ticks(most: max(2, min(6, Int(height / (2 * measure.height(font)))))) {
      let y = bar.bottom - height * (tick.position - scale.low) / (scale.high - scale.low)
      scene.add(.line([Point(bar.right, y), Point(bar.right + 2.5, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, font, x: bar.right + 4, top: y - measure.height(font) / 2)
      right = max(right, text.box.right)
      scene.add(.text(text))
    }
    let label = style.font(.label)
    scene.add(.text(measure.upwards(scale.words, label, left: right + 4, middle: bar.middle.y)))
  }

  private func drawPair(inBlock: Bool, in scene: inout Scene, left: Double, top: Double, measure: some TextMeasure) {
    guard let pairNames else { return }
    let side = side(inBlock: inBlock)
    let font = style.font(.legend), upwards = measure.width(pairNames.second + " →", font)
    let box = Box(x: left + measure.height(font) + 3, y: top + max(0, upwards / 2 - side / 2), width: side, height: side), steps = 12
    let step = side / Double(steps)
    let tiles = (0..<steps).reversed().flatMap { j in
      (0..<steps).map { i in
        let cell = Box(x: box.x + Double(i) * step, y: box.bottom - Double(j + 1) * step, width: step, height: step)
        return Tile(cell, ColourMap.bivariate((Double(i) + 0.5) / Double(steps), (Double(j) + 0.5) / Double(steps)))
      }
    }
    scene.add(.tiles(tiles, within: box))
    scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.5), clip: nil))
    let across = measure.width(pairNames.first + " →", font)
    scene.add(
      .text(measure.text(pairNames.first + " →", font, x: max(box.middle.x, left + measure.height(font) + 3 + across / 2), top: box.bottom + 2, .centre)))
    scene.add(.text(measure.upwards(pairNames.second + " →", font, left: left, middle: box.middle.y)))
  }
}
