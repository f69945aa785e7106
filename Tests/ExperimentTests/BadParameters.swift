import Experiments
import Model
import TestSupport
import Testing

/// What is out of range is refused by name, with the value and what is allowed; nothing traps.
@Suite struct BadParameters {
  /// Through the trial, under the names of a specification: one bad value at a time.
  static let bad: [(String, [String])] = [
    ("samples", ["0", "1", "-5", "10001", "\(Int.max)", "\(Int.min)"]),
    ("forgetFraction", ["0", "1", "-0.1", "1.5", "nan", "inf", "-inf"]),
    ("dimension", ["0", "1", "-1", "\(Int.max)"]),
    ("snr", ["-1", "-1e-300", "nan", "inf", "1e7"]),
    ("labelNoise", ["-0.1", "1.1", "nan"]),
    ("filtersPerClass", ["0", "-1", "\(Int.max)"]),
    ("initScale", ["-1", "nan", "inf"]),
    ("trainStepSize", ["0", "-1", "nan", "inf", "1e300"]),
    ("trainBatchSize", ["0", "-1", "81", "\(Int.max)"]),
    ("trainTargetLoss", ["0", "-1", "nan", "inf"]),
    ("trainMaxSteps", ["-1", "\(Int.max)"]),
    ("batchSize", ["0", "-1", "81", "\(Int.max)"]),
    ("forgetRatio", ["-0.1", "1.1", "nan", "inf"]),
    ("stepSize", ["-1", "nan", "inf", "-inf", "1e300"]),
    ("unlearnSteps", ["-1", "\(Int.max)"]),
    ("testSamples", ["-1", "\(Int.max)"]),
    ("growthLimit", ["1", "0", "-1", "nan", "inf"]),
    ("npoBeta", ["0", "-1", "1e7", "nan", "inf"]),
    ("trainRadius", ["-1", "1e7", "nan", "inf"]),
    ("radius", ["-1", "1e7", "nan", "inf"]),
    ("tiles", ["0", "-1", "1001"]),
    ("capacityFrom", ["-0.1", "1.1", "nan"]), ("coresetFraction", ["0", "-1", "1.01", "nan"]), ("coresetWarmLoss", ["0", "-1", "1e7", "nan"]),
    ("posteriorScale", ["-1", "1e9", "nan"]), ("posteriorDraws", ["0", "-1", "1001"]),
    ("relearnLimit", ["-1", "1000001", "\(Int.max)"]),
  ]

  @Test(arguments: bad.indices) func refusedByName(index: Int) throws {
    let (name, values) = Self.bad[index]
    let parameter = try #require(CNNParameters.all.first { $0.name == name })
    for value in values {
      var parameters = CNNParameters()
      try parameter.set(value, in: &parameters)
      let error = #expect(throws: ParameterError.self) { _ = try cnn.measure(parameters, seed: 1, repetition: 0) }
      #expect(error?.parameter == name && error?.allowed.isEmpty == false, "\(name) = \(value): \(String(describing: error))")
      #expect(Double(error?.value ?? "").map { "\($0)" } == Double(value).map { "\($0)" }, "\(name) = \(value): \(error?.value ?? "")")
    }
  }

  @Test func everyNumberIsInTheTable() {
    let names = Set(CNNParameters.all.map(\.name))
    #expect(
      names.subtracting(Self.bad.map(\.0)) == [
        "loss", "sampling", "method", "reference", "trainPerturbation", "trainRadiusKind", "perturbation", "radiusKind", "data", "patches",
        "coresetSelection", "forgetSelection",
      ])
  }

  @Test func unreadableValuesAreRefused() throws {
    for (name, text) in [("samples", "ten"), ("samples", "8.0"), ("samples", ""), ("snr", "1,5"), ("loss", "Logistic"), ("sampling", "")] {
      let parameter = try #require(CNNParameters.all.first { $0.name == name })
      var parameters = CNNParameters()
      let error = #expect(throws: ParameterError.self) { try parameter.set(text, in: &parameters) }
      #expect(error?.parameter == name)
      #expect(parameters == CNNParameters())
    }
  }
}
