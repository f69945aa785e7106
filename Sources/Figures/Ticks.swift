import Verdicts
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where an axis is marked, and with what words.
public struct Tick: Sendable, Equatable {
  /// In the axis' own coordinates.
  public let position: Double
  /// Empty for a small mark without words.
  public let label: String
}

public enum Ticks {
  /// Marks within the ends of an axis: at names all of them, else at round numbers, at most about `most` with words.
  public static func of(_ axis: PlaneAxis, most: Int) -> [Tick] {
    guard let low = axis.edges.first, let high = axis.edges.last, low < high else { return [] }
    if axis.values.count == 1, let value = axis.values[0].number { return [Tick(position: axis.positions[0], label: shortLabel(value))] }
    switch axis.scale {
    case .names: return zip(axis.positions, axis.values).map { Tick(position: $0, label: $1.text) }
    case .linear:
      // Counts are marked at whole numbers.
      let isWhole = axis.values.allSatisfy { if case .count = $0 { true } else { false } }
      return linear(low, high, most: most).filter { !isWhole || $0.position == $0.position.rounded() }
    case .logarithmic: return logarithmic(low, high, most: most)
    }
  }

  /// Multiples of 1, 2, 2.5 or 5 times a power of ten.
  public static func linear(_ low: Double, _ high: Double, most: Int) -> [Tick] {
    guard low < high, (high - low).isFinite else { return [] }
    let rough = (high - low) / Double(max(most, 1)), power = pow(10, floor(log10(rough)))
    let step = power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
    let first = (low / step - 1e-9).rounded(.up), last = (high / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { Tick(position: $0 * step, label: label($0 * step)) }
  }

  /// Powers of ten with 2 and 5 between them where there is room; positions are natural logarithms.
  public static func logarithmic(_ low: Double, _ high: Double, most: Int) -> [Tick] {
    let decades = Int((low / log(10)).rounded(.down))...Int((high / log(10)).rounded(.up))
    func ticks(_ digits: [Double], every: Int) -> [Tick] {
      decades.filter { $0 % every == 0 }.flatMap { decade in digits.map { $0 * pow(10, Double(decade)) } }
        .filter { low - 1e-9 <= log($0) && log($0) <= high + 1e-9 }.map { Tick(position: log($0), label: label($0)) }
    }
    for digits in [[1, 2, 5], [1, 3], [1]] as [[Double]] {
      let found = ticks(digits, every: 1)
      if 2...max(most, 2) ~= found.count { return found }
    }
    let sparse = (1...40).lazy.map { ticks([1], every: $0) }.first { $0.count <= max(most, 2) } ?? []
    if sparse.count >= 2 { return sparse }
    // Less than a decade: round numbers in between.
    return linear(exp(low), exp(high), most: most).filter { $0.position > 0 }.map { Tick(position: log($0.position), label: $0.label) }
  }

  /// A round number without superfluous digits; powers of ten beyond four digits as 10^5 in superscript.
  public static func label(_ number: Double) -> String {
    guard number != 0 else { return "0" }
    let magnitude = number.magnitude
    guard number.isFinite, magnitude >= .leastNormalMagnitude else { return "\(number)" }
    if magnitude >= 1e5 || magnitude < 1e-3 {
      let exponent = Int(floor(log10(magnitude) + 1e-9)), mantissa = number / pow(10, Double(exponent))
      let power = "10" + superscript(exponent)
      return abs(mantissa - 1) < 1e-9 ? power : abs(mantissa + 1) < 1e-9 ? "−" + power : "\(plain(mantissa))·\(power)"
    }
    return plain(number)
  }

  /// To four significant digits.
  public static func shortLabel(_ number: Double) -> String {
    guard number.isFinite, number.magnitude > 1e-300 else { return label(number) }
    let unit = pow(10, floor(log10(number.magnitude)) - 3)
    return label((number / unit).rounded() * unit)
  }

  private static func plain(_ number: Double) -> String {
    let millionths = Int((number.magnitude * 1e6).rounded())
    var fraction = String(millionths % 1_000_000)
    fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return (number < 0 ? "−" : "") + "\(millionths / 1_000_000)" + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return String("\(number)".map { digits[$0] ?? $0 })
  }
}
