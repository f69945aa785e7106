import Experiments
import FrontierNumerics
import Stability
import TestSupport
import Testing
import Verdicts

/// Intervals: deterministic, of the right size, and about as often right as they say.
@Suite struct BootstrapTests {
  @Test func weightsAreDraws() {
    let weights = Bootstrap.weights(repetitions: 7, key: RandomKey(seed: 1))
    #expect(weights.count == Bootstrap.resamples && weights.allSatisfy { $0.reduce(0, +) == 7 && $0.count == 7 })
    #expect(Bootstrap.weights(repetitions: 7, key: RandomKey(seed: 1)) == weights && Set(weights).count > 150)
    #expect(Bootstrap.weights(repetitions: 1, key: RandomKey(seed: 1)).isEmpty)
    // The mean weight is 1 with standard deviation sqrt(6/7 / 200) = 0.065; one in 15,000 lies beyond four of them, of seven that are looked at.
    for i in 0..<7 { #expect(abs(weights.reduce(0) { $0 + $1[i] } / Double(weights.count) - 1) < 0.26) }
  }

  /// A criterion with right signs in a known share of cells; repetitions flip cells together, so only joint resampling sees how uncertain the share is.
  @Test func intervalsCoverTheTruth() throws {
    let grid = try grid("snr: {from: 1, to: 2, count: 40}")
    let repetitions = 25, rounds = 200, truth = 0.7
    var covered = 0
    for round in 0..<rounds {
      var stream = RandomKey(seed: 5).child(round).stream()
      // In each repetition a share of the cells' margins is above that of the others, by luck of the repetition.
      let luck = (0..<repetitions).map { _ in stream.uniform() < truth }
      let happened = (0..<40).map { cell in (0..<repetitions).map { _ in Optional(cell % 2 == 0) } }
      let margins = (0..<40).map { cell in luck.map { Optional((cell % 2 == 0) == $0 ? 1.0 : -1) } }
      let weights = Bootstrap.weights(repetitions: repetitions, key: RandomKey(seed: 6).child(round))
      let judgement = Judgement(
        of: try criterion("typical"), for: event("escape"), evidence: Evidence(happened: happened, margins: margins), grid: grid, resamples: weights)
      // The area under the curve is p^2 + 2 p (1 - p) / 2 = p for right signs in a share p of repetitions.
      if let interval = judgement.areaUnderROC.interval, interval.contains(truth) { covered += 1 }
      #expect(judgement.areaUnderROC.interval?.contains(judgement.areaUnderROC.value ?? -1) == true)
    }
    // A percentile interval of 25 draws covers nearly 93 % here: below 85 % in 200 rounds is less likely than 1e-4, and so is above 99 %.
    #expect(0.85 * Double(rounds) <= Double(covered) && Double(covered) <= 0.99 * Double(rounds), "\(covered) of \(rounds)")
  }

  @Test func aConstantHasNoWidth() throws {
    let grid = try grid("snr: [1, 2]")
    let evidence = Evidence(happened: [[true, true], [false, false]], margins: [[1, 1], [-1, -1]])
    let weights = Bootstrap.weights(repetitions: 2, key: RandomKey(seed: 1))
    let judgement = Judgement(of: try criterion("typical"), for: event("escape"), evidence: evidence, grid: grid, resamples: weights)
    #expect(judgement.onRightSide == Estimate(value: 1, interval: 1...1) && judgement.areaUnderROC == Estimate(value: 1, interval: 1...1))
    #expect(judgement.bias == Estimate(value: 0, interval: 0...0) && judgement.cells == 2 && judgement.trials == 4)
    #expect(judgement.distances.map(\.axis) == ["snr"] && judgement.distances[0].median == Estimate(value: 0, interval: 0...0))
  }
}
