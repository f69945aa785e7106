import Platform

/// Lines of numbers between commas, the label last.
enum CSVNumbers {
  /// Text, as far as its beginning tells.
  static func isOne(_ bytes: [UInt8]) -> Bool { !bytes.isEmpty && bytes.prefix(64).allSatisfy { 0x20...0x7E ~= $0 || [0x09, 0x0A, 0x0D].contains($0) } }

  static func decode(_ source: NamedBytes) throws(ImageError) -> (images: NumberArray, labels: NumberArray) {
    var pixels: [Double] = [], labels: [Double] = [], width: Int?, line = 0
    var rest = source.bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      let text = rest[..<end]
      rest = rest[(end + 1)...]
      line += 1
      let fields = (text.last == 0x0D ? text.dropLast() : text).split(separator: 0x2C, omittingEmptySubsequences: false)
      func error(_ found: String, _ allowed: String) -> ImageError { ImageError(source.name, .line(line), found: found, allowed: allowed) }
      guard fields.count == width ?? fields.count else { throw error("\(fields.count) numbers", "\(width ?? 0), as in line 1") }
      guard fields.count > 1 else {
        throw error("\(fields.count == 1 && fields[0].isEmpty ? "an empty line" : "one number")", "pixels and a label, with commas between")
      }
      width = fields.count
      for (i, field) in fields.enumerated() {
        guard let number = number(field) else {
          throw error("'\(String(decoding: field.prefix(20), as: UTF8.self))'" + (line == 1 ? ": is this a line of names?" : ""), "a finite decimal number")
        }
        if pixels.count % 1_000_000 == 999_999, pixels.count > Memory.available / 24 {
          throw error("more numbers than there is memory for", "\(Memory.words(Memory.available)) in all")
        }
        if i + 1 < fields.count { pixels.append(number) } else { labels.append(number) }
      }
    }
    guard let width else { throw ImageError(source.name, .whole, found: "no line that ends", allowed: "lines of numbers, each with an end of line") }
    // Its last number may be shorter than it was.
    guard source.bytes.last == 0x0A else {
      throw ImageError(source.name, .line(line + 1), found: "no end of line", allowed: "one behind each line: is the file cut?")
    }
    return (
      NumberArray(name: source.name, numbers: pixels, shape: [line, width - 1]), NumberArray(name: source.name, numbers: labels, shape: [line])
    )
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    let digits = field.drop { $0 == 0x20 || $0 == 0x09 }, text = digits.prefix { $0 != 0x20 && $0 != 0x09 }
    guard digits.dropFirst(text.count).allSatisfy({ $0 == 0x20 || $0 == 0x09 }), text.contains(where: { 0x30...0x39 ~= $0 }),
      text.allSatisfy({ 0x30...0x39 ~= $0 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }), let number = Double(String(decoding: text, as: UTF8.self)),
      number.isFinite
    else { return nil }
    return number
  }
}
