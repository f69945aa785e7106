import Experiments

/// An array in NumPy's own format, version 1.0 (numpy.lib.format), little-endian, the last index fastest.
struct NumPyArray {
  let bytes: [UInt8]

  init(_ values: [Double], shape: [Int]) {
    self.init(type: "<f8", shape: shape, data: Self.littleEndian(values.map(\.bitPattern)))
  }

  init(_ values: [Int], shape: [Int]) {
    self.init(type: "<i8", shape: shape, data: Self.littleEndian(values.map { UInt64(bitPattern: Int64($0)) }))
  }

  init(_ values: [Bool], shape: [Int]) { self.init(type: "|b1", shape: shape, data: values.map { $0 ? 1 : 0 }) }

  /// Texts of one length, in UTF-32, the shorter ones filled up with zeros.
  init(_ values: [String], shape: [Int]) {
    let scalars = values.map { $0.unicodeScalars.map(\.value) }
    let length = max(1, scalars.map(\.count).max() ?? 0)
    var data: [UInt8] = []
    data.reserveCapacity(4 * length * values.count)
    for text in scalars {
      for i in 0..<length { withUnsafeBytes(of: (i < text.count ? text[i] : 0).littleEndian) { data.append(contentsOf: $0) } }
    }
    self.init(type: "<U\(length)", shape: shape, data: data)
  }

  /// The values of an axis, all of one kind.
  init(_ values: [ParameterValue]) {
    let counts = values.compactMap { if case .count(let count) = $0 { count } else { nil } }
    let numbers = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
    if counts.count == values.count {
      self.init(counts, shape: [values.count])
    } else if numbers.count == values.count {
      self.init(numbers, shape: [values.count])
    } else {
      self.init(values.map(\.text), shape: [values.count])
    }
  }

  private init(type: String, shape: [Int], data: [UInt8]) {
    let dimensions = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    // Magic, version, length and header together end at a multiple of 64.
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(header.utf8) + data
  }

  private static func littleEndian(_ words: [UInt64]) -> [UInt8] { words.map(\.littleEndian).withUnsafeBytes { Array($0) } }
}
