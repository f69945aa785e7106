/// Values that can be made again at any time, kept while they are few and small enough.
struct BoundedCache<Key: Hashable, Value> {
  /// Bytes of a value.
  let size: (Value) -> Int
  private var values: [Key: Value] = [:]
  private var bytes = 0

  static var mostValues: Int { 16 }
  static var mostBytes: Int { 256 << 20 }

  init(size: @escaping (Value) -> Int) { self.size = size }

  subscript(key: Key) -> Value? { values[key] }

  mutating func keep(_ value: Value, for key: Key) {
    let size = size(value)
    if values.count >= Self.mostValues || bytes + size > Self.mostBytes {
      values.removeAll()
      bytes = 0
    }
    if values.updateValue(value, forKey: key) == nil { bytes += size }
  }
}
