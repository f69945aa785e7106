import Figures
import Testing

/// Maps are even to the eye, within sRGB, and readable in grey.
@Suite struct ColourTests {
  private func distance(_ a: OKLab, _ b: OKLab) -> Double {
    let (l, x, y) = (a.lightness - b.lightness, a.a - b.a, a.b - b.b)
    return (l * l + x * x + y * y).squareRoot()
  }

  @Test func sequentialMapIsEven() {
    let colours = (0...100).map { OKLab(ColourMap.sequential(Double($0) / 100)) }
    let steps = zip(colours, colours.dropFirst()).map { distance($0, $1) }
    #expect((steps.max() ?? 0) < 1.25 * (steps.min() ?? 0))
    for (a, b) in zip(colours, colours.dropFirst()) { #expect(a.lightness > b.lightness) }
    #expect(colours[0].lightness > 0.95 && colours[100].lightness < 0.36)
  }

  /// Machado, Oliveira and Fernandes (2009): red-blind and green-blind vision, at full severity, in linear light.
  @Test func mapsServeEveryColourVision() {
    let protanopia = [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]
    let deuteranopia = [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]
    func seen(_ colour: Colour, _ m: [Double]) -> OKLab {
      let (r, g, b) = (colour.red, colour.green, colour.blue)
      func part(_ i: Int) -> Double { min(max(m[i] * r + m[i + 1] * g + m[i + 2] * b, 0), 1) }
      return OKLab(Colour(red: part(0), green: part(3), blue: part(6)))
    }
    let corners = [(0.0, 0.0), (1, 0), (0, 1), (1, 1)].map { ColourMap.bivariate($0.0, $0.1) }
    for matrix in [protanopia, deuteranopia] {
      for i in 0..<4 { for j in 0..<i { #expect(distance(seen(corners[i], matrix), seen(corners[j], matrix)) > 0.1) } }
      let map = (0...10).map { seen(ColourMap.sequential(Double($0) / 10), matrix) }
      for (a, b) in zip(map, map.dropFirst()) { #expect(distance(a, b) > 0.03) }
    }
  }

  @Test func roundTripThroughOKLab() {
    for hex: UInt32 in [0x000000, 0xFFFFFF, 0xD55E00, 0x47285C, 0x00FF00] {
      let colour = Colour(hex: hex), back = OKLab(colour).colour
      for (a, b) in [(colour.red, back.red), (colour.green, back.green), (colour.blue, back.blue)] { #expect(abs(a - b) < 1e-4) }
    }
  }
}
