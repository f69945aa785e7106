/// A part of a sweep that one process works on: its share of the trained networks.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
  /// From 1 to `count`.
  public let index: Int
  public let count: Int

  /// More would each have less to do than starting takes.
  public static let most = 100_000

  public var description: String { "\(index)/\(count)" }

  /// Nil unless 1 <= index <= count.
  public init?(index: Int, of count: Int) {
    guard 1...Self.most ~= count, 1...count ~= index else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// As in "3/8".
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index: index, of: count)
  }
}
