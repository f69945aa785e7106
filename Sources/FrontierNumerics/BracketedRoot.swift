/// A root of a continuous function between two points of opposite sign, by Chandrupatla's method (Advances in Engineering Software 28, 1997): inverse
/// quadratic steps where they are safe, bisection elsewhere. The caller evaluates the function, so that many roots can be sought side by side.
public struct BracketedRoot: Sendable {
  /// Where the function is to be evaluated next; nil once the root is known.
  public private(set) var next: Double?
  /// The best root known.
  public private(set) var root: Double
  private var a: Double, b: Double, c: Double
  private var fa: Double, fb: Double, fc: Double
  private let tolerance: Double

  /// Nil when the function has the same sign at both points: no root is known to lie between.
  ///
  /// - Parameter tolerance: how far the root may be from the truth, relative to its magnitude.
  public init?(between a: Double, valued fa: Double, and b: Double, valued fb: Double, tolerance: Double) {
    guard fa.isFinite && fb.isFinite, (fa < 0) != (fb < 0) || fa == 0 || fb == 0 else { return nil }
    (self.a, self.b, self.c) = (b, a, a)
    (self.fa, self.fb, self.fc) = (fb, fa, fa)
    self.tolerance = tolerance
    root = fa == 0 ? a : b
    next = fa == 0 || fb == 0 ? nil : a + (b - a) / 2
  }

  /// Takes the function's value at `next`.
  public mutating func update(_ value: Double) {
    guard let x = next else { return }
    if (value < 0) == (fa < 0) {
      (c, fc) = (a, fa)
    } else {
      (c, b, fc, fb) = (b, a, fb, fa)
    }
    (a, fa) = (x, value)
    root = abs(fa) < abs(fb) ? a : b
    let width = abs(b - a)
    // Half the bracket as a fraction of it.
    let least = (2 * root.magnitude.ulp + tolerance * root.magnitude) / width
    if value == 0 || least > 0.5 {
      next = nil
      return
    }
    let xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb)
    var fraction = 0.5
    if phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi {
      fraction = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    }
    fraction = min(max(fraction, least), 1 - least)
    next = a + fraction * (b - a)
  }
}
