import Model
import Numerics
import Sweep
import Testing

/// What is out of range is refused by name, with the value and what is allowed; nothing traps.
@Suite struct BadInput {
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
  ]

  @Test(arguments: bad.indices) func refusedByName(index: Int) throws {
    let (name, values) = Self.bad[index]
    let parameter = try #require(CNNParameters.all.first { $0.name == name })
    for value in values {
      var parameters = CNNParameters()
      try parameter.set(value, in: &parameters)
      let error = #expect(throws: ParameterError.self) { _ = try CNNTrial(parameters, seed: 1, repetition: 0).measure() }
      #expect(error?.parameter == name && error?.allowed.isEmpty == false, "\(name) = \(value): \(String(describing: error))")
      #expect(Double(error?.value ?? "").map { "\($0)" } == Double(value).map { "\($0)" }, "\(name) = \(value): \(error?.value ?? "")")
    }
  }

  @Test func everyNumberIsInTheTable() {
    let names = Set(CNNParameters.all.map(\.name))
    #expect(names.subtracting(Self.bad.map(\.0)) == ["loss", "sampling"])
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

  @Test func dataThatDoNotFitTogether() throws {
    #expect(throws: ParameterError.self) { try SampleSet(labels: [1], patches: []) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [0.5], patches: [[.init(0, negated: false)]]) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [.nan], patches: [[.init(0, negated: false)]]) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [1], patches: [[.init(-1, negated: false)]]) }
    for rows in [0, 1, 3] { #expect(throws: ParameterError.self) { try Network(initialPreactivations: Matrix(rows: rows, columns: 2)) } }

    let network = try Network(initialPreactivations: Matrix(rows: 2, columns: 2))
    let samples = try SampleSet(labels: [1], patches: [[.init(1, negated: true)]])
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 2, columns: 3), samples: samples, initial: network) }
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 3, columns: 3), samples: samples, initial: network) }
    let far = try SampleSet(labels: [1], patches: [[.init(2, negated: false)]])
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 2, columns: 2), samples: far, initial: network) }
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix([[1, .nan], [.nan, 1]]), samples: samples, initial: network) }
    for (retain, forget) in [([[1]], []), ([[1], [1, 2]], [[0], [0]])] as [([[Int]], [[Int]])] {
      #expect(throws: ParameterError.self) { try BatchSchedule(retain: retain, forget: forget) }
    }
  }

  /// round(forgetFraction n), kept from 1 to n - 1.
  @Test func forgetCountsStayWithinTheSet() throws {
    for (samples, fraction, count) in [(80, 0.2, 16), (10, 0.01, 1), (10, 0.99, 9), (2, 0.5, 1), (3, 0.5, 2), (10_000, 1e-300, 1)] {
      let split = try ForgetSplit(samples: samples, forgetFraction: fraction)
      #expect(split.forget == 0..<count && split.retain == count..<samples)
    }
    for count in [0, 5, -1] { #expect(throws: ParameterError.self) { try ForgetSplit(samples: 5, forgetCount: count) } }
  }
}
