import Verdicts
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// From the numbers of a figure to colours, shared by all its panels.
struct ValueScale {
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  let words: String

  /// Rates run from 0 to 1; other values over their own range, logarithmic if it spans more than three decades.
  init(_ values: [Double], isRate: Bool, words: String) {
    self.words = words
    let smallest = values.min() ?? 0, largest = values.max() ?? 1
    isLogarithmic = !isRate && smallest > 0 && largest > 1000 * smallest
    if isRate {
      (low, high) = (0, 1)
    } else if isLogarithmic {
      (low, high) = (log(smallest), log(largest))
    } else {
      (low, high) = smallest < largest ? (smallest, largest) : (smallest - 0.5, smallest + 0.5)
    }
  }

  func colour(_ value: Double) -> Colour { ColourMap.sequential(((isLogarithmic ? log(value) : value) - low) / (high - low)) }

  /// A bar that reads upwards, its ticks on the right.
  func draw(in scene: inout Scene, left x: Double, top: Double, height: Double, measure: some TextMeasure) {
    let bar = Box(x: x, y: top, width: 9, height: height), slices = 100
    for i in 0..<slices {
      let slice = Box(x: bar.x, y: bar.bottom - height * Double(i + 1) / Double(slices), width: bar.width, height: height / Double(slices))
      scene.add(.rectangle(slice, ColourMap.sequential((Double(i) + 0.5) / Double(slices))))
    }
    scene.add(.line(bar.corners + [bar.corners[0]], Stroke(.ink, width: 0.5), clip: nil))
    let ticks = isLogarithmic ? Ticks.logarithmic(low, high, most: 6) : Ticks.linear(low, high, most: 6)
    var right = bar.right
    for tick in ticks {
      let y = bar.bottom - height * (tick.position - low) / (high - low)
      scene.add(.line([Point(bar.right, y), Point(bar.right + 2.5, y)], Stroke(.ink, width: 0.5), clip: nil))
      let text = measure.text(tick.label, .tick, x: bar.right + 4, top: y - measure.height(.tick) / 2)
      right = max(right, text.box.right)
      scene.add(.text(text))
    }
    scene.add(.text(measure.upwards(words, .label, left: right + 4, middle: bar.middle.y)))
  }
}

extension Font {
  static let title = Font(11, isBold: true)
  static let subtitle = Font(7.5)
  static let panel = Font(8.5, isBold: true)
  static let label = Font(8.5)
  static let tick = Font(7.5)
  static let legend = Font(7.5)
}
