// Vector arithmetic in one fixed order of operations, so the bits are the same on every machine: eight interleaved partial sums, joined at the end.

/// x . y
public func dot(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count)
  return x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in dot(x, y) } }
}

@inline(__always)
func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
  guard let xs = x.baseAddress, let ys = y.baseAddress else { return 0 }
  return dot(xs, ys, count: x.count)
}

/// x . y over `count` elements.
public func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int) -> Double {
  var sum = SIMD8<Double>()
  var i = 0
  while i + 8 <= count {
    let a = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
    let b = UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Double>.self)
    sum += a * b
    i += 8
  }
  var tail = 0.0
  while i < count {
    tail += x[i] * y[i]
    i += 1
  }
  let half = sum.lowHalf + sum.highHalf
  return (half.x + half.z) + (half.y + half.w) + tail
}

/// y += factor x over `count` elements.
func add(_ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, count: Int) {
  for i in 0..<count { y[i] += factor * x[i] }
}

/// x *= factor
func multiply(_ x: inout [Double], by factor: Double) {
  x.withUnsafeMutableBufferPointer { x in
    for i in x.indices { x[i] *= factor }
  }
}

/// z = a z + b x + c y
func combine(_ z: inout [Double], _ a: Double, _ x: [Double], _ b: Double, _ y: [Double], _ c: Double) {
  precondition(x.count == z.count && y.count == z.count)
  z.withUnsafeMutableBufferPointer { z in
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        for i in z.indices { z[i] = a * z[i] + b * x[i] + c * y[i] }
      }
    }
  }
}
