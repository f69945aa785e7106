/// A place on a figure, in points (1/72 inch) from its upper left corner.
public struct Point: Sendable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A rectangle on a figure, in points, from its upper left corner.
public struct Box: Sendable, Hashable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) { (self.x, self.y, self.width, self.height) = (x, y, width, height) }

  public var right: Double { x + width }
  public var bottom: Double { y + height }
  public var middle: Point { Point(x + width / 2, y + height / 2) }
  public var corners: [Point] { [Point(x, y), Point(right, y), Point(right, bottom), Point(x, bottom)] }

  /// Whether they share more than an edge.
  public func overlaps(_ other: Box) -> Bool { x < other.right && other.x < right && y < other.bottom && other.y < bottom }

  public func contains(_ other: Box) -> Bool { x <= other.x && y <= other.y && right >= other.right && bottom >= other.bottom }
}
