import Experiments
import Stability
import TestSupport
import Testing

/// What training learns, and the radius from which theory says that it is the signal alone (theory.md section 9).
@Suite struct TrainingOutcomes {
  private func row(_ change: (inout CNNParameters) -> Void, moved: [(name: String, value: Double)] = [], noiseShare: Double? = nil) throws -> Row {
    var p = CNNParameters()
    (p.trainPerturbation, p.trainRadius) = (.joint, 1)
    change(&p)
    var cell = cnn.cell
    for (i, parameter) in CNNParameters.all.enumerated() { try cell.set(i, to: parameter.value(in: p)) }
    return Row(cell, moved: moved) { $0 == "noiseShare" ? noiseShare.map { .value($0) } ?? .none : .unknown }
  }

  private var criterion: Criterion<Row> { get throws { try #require(cnn.criteria.first { $0.name == "criticalRadius" }) } }

  /// R* = initScale sqrt(m B): 0.05 sqrt(10 x 20) at the defaults.
  @Test func theCriticalRadius() throws {
    let found = try criterion.assess(row { _ in }), critical = 0.05 * 200.0.squareRoot()
    #expect(abs(found.value - critical) < 1e-15 && abs(found.margin - (1 - critical)) < 1e-15)
    let other = try criterion.assess(
      row {
        ($0.initScale, $0.filtersPerClass, $0.trainBatchSize, $0.trainRadius, $0.trainPerturbation) = (0.3, 4, 9, 0.5, .own)
      })
    #expect(abs(other.value - 1.8) < 1e-15 && abs(other.margin + 1.3) < 1e-15)
    // Between cells: by parameters that are moved, the last move first.
    let moved = try criterion.assess(row({ _ in }, moved: [("trainRadius", 7), ("initScale", 0.1), ("trainRadius", 2), ("snr", 0.3)]))
    #expect(abs(moved.value - 2 * critical) < 1e-15 && abs(moved.margin - (2 - 2 * critical)) < 1e-15)
  }

  @Test func itSpeaksOfNormalisedTrainingAlone() throws {
    for change: (inout CNNParameters) -> Void in [
      { $0.trainPerturbation = .none }, { $0.trainPerturbation = .probe }, { $0.trainRadiusKind = .fixed },
    ] {
      let row = try row(change), criterion = try criterion
      #expect(throws: Undefined.noNormalisedTraining) { try criterion.assess(row) }
    }
  }

  @Test func theEvent() throws {
    let event = try #require(cnn.event("signalAlone"))
    for (share, limit, happens) in [(0.1, 0.1, true), (0.11, 0.1, false), (-0.02, 0.1, true), (0.4, 0.5, true)] {
      var success = SuccessThresholds()
      success[.noiseShareAtMost] = limit
      #expect(try event.happened(row({ _ in }, noiseShare: share), success) == happens)
    }
    #expect(try event.happened(row { _ in }, SuccessThresholds()) == nil && event.prediction?.name == "signalAlone")
  }

  /// Training along perturbed gradients remembers less noise, the less the larger the radius: at SNR 0.12, 0.52 without and 0.15 at twice R* in the mean.
  @Test func perturbedTrainingRemembersLess() throws {
    let shares = try [0, 1, 2, 4].map { multiple -> Double in
      var p = CNNParameters()
      (p.snr, p.trainPerturbation, p.trainRadius, p.unlearnSteps, p.reference, p.testSamples) = (
        0.12, .joint, multiple * 0.05 * 200.0.squareRoot(), 1, .none, 0
      )
      let column = try #require(cnn.columns.firstIndex { $0.name == "noiseShare" })
      return try (0..<4).map { try #require(try cnn.measure(p, seed: 3, repetition: $0).values[column].number) }.reduce(0, +) / 4
    }
    // theory.md section 9 has 0.52, 0.37, 0.15 and 0.01, within 0.04 over four settings.
    for (share, expected) in zip(shares, [0.52, 0.37, 0.15, 0.01]) { #expect(abs(share - expected) < 0.06, "\(shares)") }
  }
}
