import Verdicts
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// From the numbers of a figure to colours, shared by all its panels.
struct ValueScale {
  enum Kind { case shares, linear, logarithmic, signed }

  let low: Double
  let high: Double
  let kind: Kind
  let words: String

  /// Shares run from 0 to 1. Other values run over their own range: numbers of both signs equally far to either side of zero, positive ones that span more
  /// than two decades in their logarithms.
  init(_ values: [Double], isShare: Bool, words: String) {
    self.words = words
    let smallest = values.min() ?? 0, largest = values.max() ?? 1
    if isShare {
      (kind, low, high) = (.shares, 0, 1)
    } else if smallest < 0, largest > 0 {
      let reach = max(-smallest, largest)
      (kind, low, high) = (.signed, -reach, reach)
    } else if smallest > 0, largest > 100 * smallest {
      (kind, low, high) = (.logarithmic, log(smallest), log(largest))
    } else {
      (kind, low, high) = smallest < largest ? (.linear, smallest, largest) : (.linear, smallest - 0.5, smallest + 0.5)
    }
  }

  func colour(_ value: Double) -> Colour { colour(share: ((kind == .logarithmic ? log(value) : value) - low) / (high - low)) }

  /// Where on the scale, from 0 to 1.
  func colour(share: Double) -> Colour { kind == .signed ? ColourMap.diverging(2 * share - 1) : ColourMap.sequential(share) }

  func ticks(most: Int) -> [Tick] { kind == .logarithmic ? Ticks.logarithmic(low, high, most: most) : Ticks.linear(low, high, most: most) }
}

extension Font {
  static let title = Font(11, isBold: true)
  static let subtitle = Font(7.5)
  static let panel = Font(8.5, isBold: true)
  static let label = Font(8.5)
  static let tick = Font(7.5)
  static let legend = Font(7.5)
}
