#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A scale of a plot of points and curves.
struct PlotScale {
  /// In the scale's own coordinates: logarithms on a logarithmic one.
  let low: Double
  let high: Double
  let isLogarithmic: Bool

  init(low: Double, high: Double, isLogarithmic: Bool = false) { (self.low, self.high, self.isLogarithmic) = (low, high, isLogarithmic) }

  static let shares = PlotScale(low: 0, high: 1)

  /// Over the range of numbers, with a little room at both ends; positive ones that span more than two decades in their logarithms.
  init(of values: [Double]) {
    let smallest = values.min() ?? 0, largest = values.max() ?? 1
    isLogarithmic = smallest > 0 && largest > 100 * smallest
    let (low, high) = isLogarithmic ? (log(smallest), log(largest)) : (smallest, largest)
    let room = low < high ? 0.04 * (high - low) : 0.5
    (self.low, self.high) = (low - room, high + room)
  }

  /// From 0 to 1.
  func share(_ number: Double) -> Double { ((isLogarithmic ? log(number) : number) - low) / (high - low) }

  /// What lies so far from its low end.
  func number(atShare share: Double) -> Double {
    let position = low + share * (high - low)
    return isLogarithmic ? exp(position) : position
  }

  /// Positions in the scale's own coordinates.
  func ticks(most: Int) -> [Tick] { isLogarithmic ? Ticks.logarithmic(low, high, most: most) : Ticks.linear(low, high, most: most) }

  fileprivate func share(ofTick tick: Tick) -> Double { (tick.position - low) / (high - low) }
}

/// The frame of a plot of points and curves, with its ticks and labels.
struct PlotFrame {
  let box: Box
  let x: PlotScale
  let y: PlotScale
  let style: FigureStyle

  /// A little room between the ends of a scale of shares and the frame, so that dots and lines at 0 and 1 can be seen.
  private static let inset = 0.03

  func place(_ x: Double, _ y: Double) -> Point { at(self.x.share(x), self.y.share(y)) }

  private func at(_ x: Double, _ y: Double) -> Point {
    func inner(_ share: Double) -> Double { Self.inset + (1 - 2 * Self.inset) * share }
    return Point(box.x + box.width * inner(x), box.bottom - box.height * inner(y))
  }

  /// A position in the coordinates of the x scale, and a number.
  func at(position: Double, _ y: Double) -> Point { at((position - x.low) / (x.high - x.low), self.y.share(y)) }

  /// The end of an upright line through the whole plot.
  func across(_ position: Double, below: Bool) -> Point { Point(at((position - x.low) / (x.high - x.low), 0).x, below ? box.bottom : box.y) }

  private func xTicks() -> [Tick] { x.ticks(most: max(2, Int(box.width / (32 * style.scale)))) }
  private func yTicks() -> [Tick] { y.ticks(most: max(2, Int(box.height / (20 * style.scale)))) }

  /// Room that the ticks take at the left.
  static func leftRoom(_ y: PlotScale, height: Double, style: FigureStyle, measure: some TextMeasure) -> Double {
    let most = max(2, Int(height / (20 * style.scale)))
    return 5 + (y.ticks(most: most).map { measure.width($0.label, style.font(.tick)) }.max() ?? 0)
  }

  /// Pale lines at the ticks, to be drawn under everything.
  ///
  /// - Parameter given: ticks instead of the x scale's own.
  func drawGrid(in scene: inout Scene, xTicks given: [Tick]? = nil) {
    let grid = Stroke(Colour(hex: 0xE4E4E4), width: 0.5)
    for tick in given ?? xTicks() {
      let x = at(x.share(ofTick: tick), 0).x
      scene.add(.line([Point(x, box.y), Point(x, box.bottom)], grid, clip: box))
    }
    for tick in yTicks() {
      let y = at(0, y.share(ofTick: tick)).y
      scene.add(.line([Point(box.x, y), Point(box.right, y)], grid, clip: box))
    }
  }

  /// - Parameter given: ticks instead of the x scale's own.
  func drawAxes(in scene: inout Scene, xTicks given: [Tick]? = nil, measure: some TextMeasure) {
    drawFrame(in: &scene)
    let beside = drawY(in: &scene, measure: measure)
    drawX(given ?? xTicks(), in: &scene, beside: beside, measure: measure)
  }

  func drawFrame(in scene: inout Scene) { scene.add(.line(box.corners + [box.corners[0]], Stroke(.ink, width: 0.7), clip: nil)) }

  /// Gives back where words stand.
  @discardableResult func drawY(in scene: inout Scene, measure: some TextMeasure) -> [Box] {
    let font = style.font(.tick)
    var boxes: [Box] = []
    for tick in yTicks() {
      let y = at(0, y.share(ofTick: tick)).y
      scene.add(.line([Point(box.x - 2.5, y), Point(box.x, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, font, x: box.x - 5, top: y - measure.height(font) / 2, .right)
      guard !boxes.contains(where: { $0.overlaps(text.box) }) else { continue }
      boxes.append(text.box)
      scene.add(.text(text))
    }
    return boxes
  }

  /// - Parameters:
  ///   - keepingWithin: whether words stay between the ends of the plot instead of under their ticks.
  ///   - beside: words that are there already.
  func drawX(
    _ ticks: [Tick], in scene: inout Scene, keepingWithin: Bool = false, beside: [Box] = [], measure: some TextMeasure
  ) {
    let font = style.font(.tick)
    var lastRight = -Double.infinity
    for tick in ticks {
      let x = at(x.share(ofTick: tick), 0).x
      scene.add(.line([Point(x, box.bottom), Point(x, box.bottom + 2.5)], Stroke(.ink, width: 0.5), clip: nil))
      let half = measure.width(tick.label, font) / 2, middle = keepingWithin ? max(box.x + half, min(x, box.right - half)) : x
      let text = measure.text(tick.label, font, x: middle, top: box.bottom + 4, .centre)
      guard text.box.x > lastRight + 3, text.box.right < box.right + 9, !beside.contains(where: { $0.overlaps(text.box) }) else { continue }
      lastRight = text.box.right
      scene.add(.text(text))
    }
  }
}
