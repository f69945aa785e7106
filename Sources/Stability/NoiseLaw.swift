/// How a trained network answers to noise that it has not seen, with no network (docs/theory.md section 11): all filters of a class end up on the signal, a
/// share a of them on a sample's own noise.
public enum NoiseLaw {
  /// a: half of the filters start active, and the drift from other samples adds up to half of the rest, so it lies between 1/2 and 3/4.
  public static let activeShare = 2.0 / 3

  /// arccos a
  private static let angle = 0.8410686705679303

  /// kappa, by which the variance of a fresh output is kappa n o^2/(2 a d), o being the margin that a sample's own noise carries.
  public static func kappa(filtersPerClass m: Double) -> Double {
    let correlation = ((1 - activeShare * activeShare).squareRoot() + (Double.pi - angle) * activeShare - 1) / (2 * Double.pi)
    return 2 * (correlation * (1 - 1 / m) + (0.5 - 1 / (2 * Double.pi)) / m)
  }
}
