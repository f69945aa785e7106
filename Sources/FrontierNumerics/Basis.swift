/// Lanczos' vectors, one after the other, and their duals.
struct Basis: Sendable {
  let size: Int
  private var vectors: [Double] = []
  private var duals: [Double] = []
  private var count = 0

  init(size: Int) { self.size = size }

  mutating func append(_ vector: [Double], dual: [Double], times factor: Double) {
    if count == 0 {
      vectors.reserveCapacity(32 * size)
      duals.reserveCapacity(32 * size)
    }
    vectors += vector
    for element in dual { duals.append(factor * element) }
    count += 1
  }

  /// Orthogonalises x against the basis by Gram-Schmidt. What is removed is rounding error, and what it leaves is rounding error of that; a second time is for
  /// where it was more (Parlett).
  ///
  /// - Parameter scale: of x before the recurrence cancelled most of it.
  func removeComponents(from x: inout [Double], scale: Double) {
    guard count > 0 else { return }
    for _ in 0..<2 {
      let largest = vectors.withUnsafeBufferPointer { vectors in
        duals.withUnsafeBufferPointer { duals in
          x.withUnsafeMutableBufferPointer { x -> Double in
            guard let vectors = vectors.baseAddress, let duals = duals.baseAddress, let x = x.baseAddress else { return 0 }
            var largest = 0.0
            for k in 0..<count {
              let component = dot(duals + k * size, x, count: size)
              largest = max(largest, abs(component))
              add(-component, vectors + k * size, to: x, count: size)
            }
            return largest
          }
        }
      }
      if largest <= 1e-10 * scale { return }
    }
  }

  func combination(_ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: size)
    vectors.withUnsafeBufferPointer { vectors in
      guard let vectors = vectors.baseAddress else { return }
      for (k, weight) in weights.enumerated() { add(weight, vectors + k * size, to: &sum, count: size) }
    }
    return sum
  }
}
