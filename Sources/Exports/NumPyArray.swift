import Experiments

/// An array in NumPy's own format, version 1.0 (numpy.lib.format), little-endian, the last index fastest.
struct NumPyArray {
  let bytes: [UInt8]

  init(_ values: [Double], shape: [Int]) {
    self.init(type: "<f8", shape: shape, data: LittleEndian.bytes(values))
  }

  init(_ values: [Int], shape: [Int]) {
    self.init(type: "<i8", shape: shape, data: LittleEndian.bytes(values))
  }

  init(_ values: [Bool], shape: [Int]) { self.init(type: "|b1", shape: shape, data: values.map { $0 ? 1 : 0 }) }

  /// Texts of one length, in UTF-32, the shorter ones filled up with zeros.
  init(_ values: [String], shape: [Int]) {
    let encoded = LittleEndian.utf32(values)
    self.init(type: "<U\(encoded.length)", shape: shape, data: encoded.bytes)
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
}
