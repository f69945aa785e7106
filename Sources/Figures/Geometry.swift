#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A place on a figure, in points (1/72 inch) from its upper left corner.
public struct Point: Sendable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  /// A polygon that looks round at a size of few points.
  func disc(radius: Double) -> [Point] { (0..<8).map { Point(x + radius * cos(Double($0) * .pi / 4), y + radius * sin(Double($0) * .pi / 4)) } }

  public func distance(to other: Point) -> Double { ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot() }
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

  /// Larger by as much at every side.
  public func expanded(by reach: Double) -> Box { Box(x: x - reach, y: y - reach, width: width + 2 * reach, height: height + 2 * reach) }

  /// From its nearest point; 0 within.
  public func distance(to point: Point) -> Double {
    let dx = max(x - point.x, point.x - right, 0), dy = max(y - point.y, point.y - bottom, 0)
    return (dx * dx + dy * dy).squareRoot()
  }

  /// Whether they share more than an edge.
  public func overlaps(_ other: Box) -> Bool { x < other.right && other.x < right && y < other.bottom && other.y < bottom }

  public func contains(_ other: Box) -> Bool { x <= other.x && y <= other.y && right >= other.right && bottom >= other.bottom }
}
