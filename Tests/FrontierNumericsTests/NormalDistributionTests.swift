import Foundation
import FrontierNumerics
import Testing

/// The normal distribution against the C library's error function.
@Suite struct NormalDistributionTests {
  @Test func cumulativeIsTheErrorFunctions() {
    for i in -1000...1000 {
      let z = Double(i) / 100, expected = erfc(-z / 2.0.squareRoot()) / 2
      #expect(abs(NormalDistribution.cumulative(z) - expected) < 2e-15, "\(z)")
    }
    #expect(NormalDistribution.cumulative(0) == 0.5 && NormalDistribution.cumulative(40) == 1 && NormalDistribution.cumulative(-40) == 0)
  }

  @Test func quantilesGoBack() {
    for i in -400...400 {
      let z = Double(i) / 100, p = erfc(-z / 2.0.squareRoot()) / 2
      // An error of 1e-15 in p is this much in z.
      #expect(abs(NormalDistribution.quantile(p) - z) < 1e-12 + 4e-15 / NormalDistribution.density(z), "\(z)")
    }
    #expect(abs(NormalDistribution.quantile(0.975) - 1.959963984540054) < 1e-14)
  }
}
