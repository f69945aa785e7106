/// A cache with a bound on number and bytes, emptied where it would pass either. Its values can be made again at any time.
struct BoundedCache<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  /// What its values take, as was said of each.
  private(set) var bytes = 0

  static var mostValues: Int { 16 }
  static var mostBytes: Int { 256 << 20 }

  subscript(key: Key) -> Value? { values[key] }

  mutating func keep(_ value: Value, bytes size: Int, for key: Key) {
    if values.count >= Self.mostValues || bytes + size > Self.mostBytes {
      values.removeAll()
      bytes = 0
    }
    if values.updateValue(value, forKey: key) == nil { bytes += size }
  }

  /// What values of so many bytes each may come to.
  static func mostHeld(_ size: Int) -> Int {
    let (product, overflow) = size.multipliedReportingOverflow(by: mostValues)
    return max(size, min(overflow ? .max : product, mostBytes))
  }
}
