import Experiments
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
    if axis.values.count == 1, axis.scale != .names {
      let (text, isExact) = label(of: axis.values[0])
      return [Tick(position: axis.positions[0], label: isExact ? text : "≈ " + text)]
    }
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
    /// Powers of ten are all written alike: where one needs it, as powers.
    func alike(_ ticks: [Tick]) -> [Tick] {
      let arePowers = ticks.contains { $0.label.hasPrefix("10") && $0.label.count > 2 && !$0.label.hasPrefix("100") }
      return ticks.map { tick in
        let exponent = Int((tick.position / log(10)).rounded())
        return arePowers && ![0, 1].contains(exponent) ? Tick(position: tick.position, label: "10" + superscript(exponent)) : tick
      }
    }
    for digits in [[1, 2, 5], [1, 3], [1]] as [[Double]] {
      let found = digits == [1] ? alike(ticks(digits, every: 1)) : ticks(digits, every: 1)
      if 2...max(most, 2) ~= found.count { return found }
    }
    let sparse = (1...40).lazy.map { alike(ticks([1], every: $0)) }.first { $0.count <= max(most, 2) } ?? []
    if sparse.count >= 2 { return sparse }
    // Less than a decade: round numbers in between.
    return linear(exp(low), exp(high), most: most).filter { $0.position > 0 }.map { Tick(position: log($0.position), label: $0.label) }
  }

  /// A number without superfluous digits; beyond five digits before the point, or three zeros behind it, as 2·10⁵ in superscript. Exact to twelve digits.
  public static func label(_ number: Double) -> String {
    guard number != 0 else { return "0" }
    let magnitude = number.magnitude
    guard number.isFinite, magnitude >= .leastNormalMagnitude else { return "\(number)" }
    let sign = number < 0 ? "−" : "", (digits, exponent) = decimal(magnitude, digits: 12)
    guard magnitude >= 1e5 || magnitude < 1e-3 else { return sign + positional(digits, exponent) }
    // The exponent of the first digit.
    let first = exponent + digits.count - 1, power = "10" + superscript(first)
    return sign + (digits == "1" ? power : positional(digits, 1 - digits.count) + "·" + power)
  }

  /// A value of an axis: exact if six digits hold it, else the nearest of four digits.
  public static func label(of value: ParameterValue) -> (text: String, isExact: Bool) {
    switch value {
    case .count(let count): return ("\(count)", true)
    case .choice(let name): return (name, true)
    case .number(let number):
      let isExact = rounded(number, digits: 6) == number
      return (label(isExact ? number : rounded(number, digits: 4)), isExact)
    }
  }

  /// The number that the nearest decimal of so many digits is read as.
  public static func rounded(_ number: Double, digits: Int) -> Double {
    guard number.isFinite, number.magnitude >= .leastNormalMagnitude else { return number }
    let (text, exponent) = decimal(number.magnitude, digits: digits)
    return (Double("\(text)e\(exponent)") ?? number.magnitude) * (number < 0 ? -1 : 1)
  }

  /// The nearest decimal of at most so many digits: digits without zeros at the end, times a power of ten.
  private static func decimal(_ magnitude: Double, digits: Int) -> (digits: String, exponent: Int) {
    var exponent = Int(floor(log10(magnitude))) - digits + 1
    // Powers of ten up to 22 are exact, and only those.
    var mantissa = (exponent >= 0 ? magnitude / pow(10, Double(exponent)) : magnitude * pow(10, Double(-exponent))).rounded()
    while mantissa >= 1, mantissa.remainder(dividingBy: 10) == 0 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return ("\(UInt64(min(mantissa, 1e18)))", exponent)
  }

  private static func positional(_ digits: String, _ exponent: Int) -> String {
    if exponent >= 0 { return digits + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return String("\(number)".map { digits[$0] ?? $0 })
  }
}
