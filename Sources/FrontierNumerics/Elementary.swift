import CKernels

/// Elementary functions whose bits are the same on every machine. (Those of the C library are accurate, but choose their code by processor.)
public enum Elementary {
  static let kernels = ck_best().pointee

  /// log(x) for positive normal x, within 1 ulp.
  public static func log(_ x: Double) -> Double {
    var input = x, result = 0.0
    kernels.logarithm(1, &input, &result)
    return result
  }

  /// exp(x), within 1 ulp; 0 below -708 and infinity above 709.
  public static func exp(_ x: Double) -> Double {
    var input = x, result = 0.0
    kernels.exponential(1, &input, &result)
    return result
  }

  /// log(1 + exp(x)): finite for every finite x, relative error a few ulp.
  public static func softplus(_ x: Double) -> Double { softplus([x])[0] }

  /// log(1 + exp(x)) of every element.
  public static func softplus(_ x: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { result, count in
      count = x.count
      x.withUnsafeBufferPointer { x in
        if let x = x.baseAddress, let result = result.baseAddress { softplus(x, count: count, into: result) }
      }
    }
  }

  /// log(1 + exp(x)) of `count` values, elementwise; `result` may be `x`.
  public static func softplus(_ x: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>) {
    kernels.softplus(count, x, result)
  }

  /// log of `count` values, elementwise; `result` may be `x`.
  public static func log(_ x: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>) {
    kernels.logarithm(count, x, result)
  }

  /// exp of `count` values, elementwise; `result` may be `x`.
  public static func exp(_ x: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>) {
    kernels.exponential(count, x, result)
  }

  /// 1 / (1 + exp(x)) of `count` values, elementwise; `result` may be `x`.
  public static func reverseSigmoid(_ x: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>) {
    kernels.sigmoid(count, x, result)
  }

  /// The derivative of log(1 + exp(-y f)) by f of `count` values, elementwise; `result` must not overlap the other two.
  public static func logisticSlope(
    outputs f: UnsafePointer<Double>, labels y: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>
  ) {
    kernels.logisticSlope(count, f, y, result)
  }
}
