// Vector arithmetic in one fixed order of operations, so the bits are the same on every machine (CKernels.h).

/// x . y
public func dot(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count)
  return Elementary.kernels.dot(x.count, x, y)
}

/// x . y over `count` elements.
public func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int) -> Double { Elementary.kernels.dot(count, x, y) }

/// y += factor x over `count` elements.
func add(_ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, count: Int) { Elementary.kernels.add(count, factor, x, y) }

/// x *= factor
func multiply(_ x: inout [Double], by factor: Double) {
  x.withUnsafeMutableBufferPointer { x in
    for i in x.indices { x[i] *= factor }
  }
}

/// z = a z + b x + c y
func combine(_ z: inout [Double], _ a: Double, _ x: [Double], _ b: Double, _ y: [Double], _ c: Double) {
  precondition(x.count == z.count && y.count == z.count)
  Elementary.kernels.combine(z.count, a, &z, b, x, c, y)
}
