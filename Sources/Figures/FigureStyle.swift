/// How a figure is set: for a screen, or for the column of a paper.
public struct FigureStyle: Sendable, Equatable {
  public enum Title: Sendable, Equatable {
    /// What the figure shows, and in a line under it the settings that all of it has in common.
    case own
    /// Words instead of the first; the line stays.
    case words(String)
    /// Neither, for a figure whose caption says it.
    case none
  }

  /// Of the whole figure, in points; nil for as wide as it needs.
  public var width: Double?
  /// Size of ticks and legends in points. They are the smallest; labels and titles are larger in proportion.
  public var textSize = standardTextSize
  public var title = Title.own

  public static let standardTextSize = 7.5

  public init() {}

  /// Fonts and gaps are made for the standard size of text, and grow and shrink with it.
  var scale: Double { textSize / Self.standardTextSize }

  /// In a given width what stands over panels is no larger than ticks are.
  func font(_ font: Font) -> Font { (width != nil && font == .panel ? Font(Font.tick.size, isBold: true) : font).scaled(scale) }

  /// Around the figure; pages bring margins of their own.
  var margin: Double { width == nil ? 10 : 3 }
}
