import Exports
import JSONText

/// A column of numbers as the page unpacks it: a zlib stream in base64.
struct ColumnBlock {
  /// What is known of a number.
  enum Entry: Equatable {
    case value(Double)
    /// Measured, and there is none.
    case none
    case unknown
  }

  let json: JSON

  /// Exact: as places in a list of the numbers that occur, where they are few, else as they are. Accuracies and areas under a curve are fractions of the numbers of
  /// samples, and few.
  ///
  /// - Parameter asNumbers: whether always as they are.
  init(_ name: String, exactly entries: [Entry], asNumbers: Bool = false) throws {
    let distinct = Set(entries.compactMap { if case .value(let number) = $0 { number } else { nil } })
    guard !asNumbers, distinct.count <= Int(UInt16.max) - 2 else {
      let numbers = entries.map { entry -> Double in
        switch entry {
        case .value(let number): number
        case .none: .infinity
        case .unknown: .nan
        }
      }
      try self.init(name, "f64", LittleEndian.bytes(numbers))
      return
    }
    let values = distinct.sorted(), place = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, UInt16($0 + 2)) })
    let codes = entries.map { entry -> UInt16 in
      switch entry {
      case .value(let number): place[number] ?? 1
      case .none: 0
      case .unknown: 1
      }
    }
    let isSmall = values.count <= Int(UInt8.max) - 2
    try self.init(name, isSmall ? "u8" : "u16", isSmall ? codes.map { UInt8($0) } : LittleEndian.bytes(codes), values: values)
  }

  /// To seven digits, for colours, contours and lists; nil where there is none.
  ///
  /// - Parameter coarsely: to nearly four digits instead, which packs better.
  init(_ name: String, rounding numbers: [Double?], coarsely: Bool = false) throws {
    let dropped: UInt32 = coarsely ? 0xFFF : 0
    try self.init(name, "f32", LittleEndian.bytes(numbers.map { Float($0 ?? .nan).bitPattern & ~dropped }))
  }

  private init(_ name: String, _ type: String, _ bytes: [UInt8], values: [Double]? = nil) throws {
    json = .object(
      [("name", .string(name)), ("type", .string(type)), ("data", .string(Self.base64(try Zlib.stream(bytes, level: 9)[...])))]
        + (values.map { [("values", .array($0.map { .number($0) }))] } ?? []))
  }

  /// RFC 4648.
  private static func base64(_ bytes: ArraySlice<UInt8>) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var rest = bytes
    while !rest.isEmpty {
      let three = rest.prefix(3), word = three.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - three.count))
      for i in 0..<4 { text.append(i <= three.count ? letters[Int(word >> UInt32(18 - 6 * i) & 63)] : UInt8(ascii: "=")) }
      rest = rest.dropFirst(3)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
