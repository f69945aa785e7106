#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A colour in sRGB, each part from 0 to 1.
public struct Colour: Sendable, Hashable {
  public var red: Double
  public var green: Double
  public var blue: Double
  public var alpha: Double

  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) { (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha) }

  /// As in 0x0072B2.
  public init(hex: UInt32, alpha: Double = 1) {
    func part(_ shift: UInt32) -> Double { Double(hex >> shift & 0xFF) / 255 }
    self.init(red: part(16), green: part(8), blue: part(0), alpha: alpha)
  }

  public static let white = Colour(hex: 0xFFFFFF)
  public static let ink = Colour(hex: 0x1A1A1A)
  public static let quiet = Colour(hex: 0x595959)

  public func faded(_ alpha: Double) -> Colour { Colour(red: red, green: green, blue: blue, alpha: alpha) }
}

/// Björn Ottosson's OKLab (https://bottosson.github.io/posts/oklab): equal distances look about equally different, so maps that are straight or evenly
/// bent in it are perceptually uniform.
public struct OKLab: Sendable {
  public var lightness: Double
  public var a: Double
  public var b: Double

  public init(lightness: Double, a: Double, b: Double) { (self.lightness, self.a, self.b) = (lightness, a, b) }

  /// Hue in degrees.
  public init(lightness: Double, chroma: Double, hue: Double) {
    self.init(lightness: lightness, a: chroma * cos(hue * .pi / 180), b: chroma * sin(hue * .pi / 180))
  }

  public init(_ colour: Colour) {
    func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
    let (r, g, b) = (linear(colour.red), linear(colour.green), linear(colour.blue))
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    self.init(
      lightness: 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, a: 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      b: 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
  }

  /// The nearest colour that sRGB has.
  public var colour: Colour {
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    func gamma(_ part: Double) -> Double {
      let part = min(max(part, 0), 1)
      return part <= 0.0031308 ? 12.92 * part : 1.055 * pow(part, 1 / 2.4) - 0.055
    }
    return Colour(
      red: gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s), green: gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      blue: gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  public static func mix(_ from: OKLab, _ to: OKLab, _ share: Double) -> OKLab {
    OKLab(
      lightness: from.lightness + (to.lightness - from.lightness) * share, a: from.a + (to.a - from.a) * share, b: from.b + (to.b - from.b) * share)
  }

  private func cube(_ x: Double) -> Double { x * x * x }
}

/// From numbers to colours.
public enum ColourMap {
  /// From a pale 0 to a deep 1: lightness falls evenly, the hue turns from yellow over green to blue. Readable in grey and with any colour vision.
  public static func sequential(_ share: Double) -> Colour {
    let share = min(max(share, 0), 1)
    // The chroma stays within what sRGB has at each of these hues.
    let lightness = 0.97 - 0.64 * share, hue = 100 + 168 * share
    let chroma = 0.03 + 0.048 * sin(.pi * share) + 0.03 * share
    return OKLab(lightness: lightness, chroma: chroma, hue: hue).colour
  }

  /// From -1, a deep blue, over a pale 0 to 1, a deep red: lightness falls evenly to both sides.
  public static func diverging(_ share: Double) -> Colour {
    let share = min(max(share, -1), 1), depth = share.magnitude
    return OKLab(lightness: 0.97 - 0.52 * depth, chroma: 0.135 * depth, hue: share < 0 ? 250 : 32).colour
  }

  /// Two shares at once: pale where both are 0, orange where the first alone is 1, blue where the second alone is, dark violet where both are.
  public static func bivariate(_ first: Double, _ second: Double) -> Colour {
    let x = min(max(first, 0), 1), y = min(max(second, 0), 1)
    let neither = OKLab(Colour(hex: 0xF1EFEA)), one = OKLab(Colour(hex: 0xE8A33D)), other = OKLab(Colour(hex: 0x7FB2DC)), both = OKLab(Colour(hex: 0x47285C))
    return OKLab.mix(OKLab.mix(neither, one, x), OKLab.mix(other, both, x), y).colour
  }
}
