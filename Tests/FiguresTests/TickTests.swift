import Verdicts
import Experiments
import Figures
import Foundation
import Testing

/// Marks are round, in range, and not too many.
@Suite struct TickTests {
  @Test func linearTicks() {
    #expect(Ticks.linear(0, 1, most: 6).map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(Ticks.linear(-0.013, 0.021, most: 4).map(\.label) == ["−0.01", "0", "0.01", "0.02"])
    #expect(Ticks.linear(1.5, 101, most: 5).map(\.label) == ["20", "40", "60", "80", "100"])
    #expect(Ticks.linear(3, 3, most: 5).isEmpty && Ticks.linear(0, .infinity, most: 5).isEmpty)
  }

  @Test func logarithmicTicks() {
    func labels(_ low: Double, _ high: Double, _ most: Int) -> [String] { Ticks.logarithmic(log(low), log(high), most: most).map(\.label) }
    #expect(labels(0.04, 2.3, 8) == ["0.05", "0.1", "0.2", "0.5", "1", "2"])
    #expect(labels(0.04, 2.3, 5) == ["0.1", "0.3", "1"])
    #expect(labels(0.9, 1100, 4) == ["1", "10", "100", "1000"])
    // Powers of ten are written alike.
    #expect(labels(0.9e-4, 11, 7) == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10"])
    #expect(labels(1e-9, 1e9, 4).count <= 4 && labels(1e-9, 1e9, 4).count >= 2)
    #expect(labels(2.1, 4.6, 6).contains("3") && labels(20.1, 20.3, 4).count >= 2)
  }

  @Test func labels() {
    let cases: [(Double, String)] = [
      (0, "0"), (0.1 + 0.2, "0.3"), (-2.5, "−2.5"), (1000, "1000"), (1e5, "10⁵"), (1e-4, "10⁻⁴"), (3e-7, "3·10⁻⁷"), (-1e6, "−10⁶"), (0.001, "0.001"),
    ]
    for (number, label) in cases { #expect(Ticks.label(number) == label) }
    // Nothing is lost of what six digits hold; of the rest it is told that it is rounded.
    let values: [(ParameterValue, String, Bool)] = [
      (.number(0.113497082), "0.1135", false), (.number(1.327466), "1.327", false), (.count(20_001), "20001", true), (.count(123_456_789), "123456789", true),
      (.number(0.05), "0.05", true), (.number(0.00123456), "0.00123456", true), (.number(0.1 + 0.2), "0.3", false), (.number(0), "0", true),
      (.number(1_234_560), "1.23456·10⁶", true), (.number(-2.5e-7), "−2.5·10⁻⁷", true), (.choice("npo"), "npo", true),
    ]
    for (value, text, isExact) in values {
      let label = Ticks.label(of: value)
      #expect(label.text == text && label.isExact == isExact, "\(value): \(label)")
    }
    for exponent in -30...30 {
      for mantissa in [1, 1.5, 2.25, 9.99999, 1.23456] {
        let number = Double("\(mantissa)e\(exponent)") ?? 0
        #expect(Ticks.rounded(number, digits: 6) == number && Ticks.rounded(-number, digits: 6) == -number)
      }
    }
  }

  @Test func ticksLieWithinTheAxis() {
    for exponent in -8...8 {
      for factor in [1.01, 1.5, 3, 12, 900, 1e7] {
        for most in [2, 5, 9] {
          let low = pow(10, Double(exponent)) * 1.3, high = low * factor
          for tick in Ticks.logarithmic(log(low), log(high), most: most) { #expect(log(low) - 1e-6 <= tick.position && tick.position <= log(high) + 1e-6) }
          let linear = Ticks.linear(low, high, most: most)
          #expect(linear.count <= 2 * most + 2)
          for tick in linear { #expect(low - 1e-6 * high <= tick.position && tick.position <= high * (1 + 1e-6)) }
        }
      }
    }
  }
}
