import Experiments
import Foundation
import Model
import Specs
import TestSupport
import Testing

/// What a specification means, and what is said of one that means nothing.
@Suite struct SpecTests {
  private static let valid = """
    {
      name: "snr-forget",
      experiment: "cnn",                       // or "hessian"
      seed: 1, repetitions: 12,
      axes: { snr: {from: 0.05, to: 2, count: 12, scale: "log"}, forgetRatio: [0.02, 0.05, 0.1, 0.2, 0.4, 0.6] },
      parameters: { stepSize: 100, batchSize: 8 },
      success: { forgetAccuracyAtMost: 0.4, retainAccuracyAtLeast: 0.9 },
      views: [ { x: "snr", y: "forgetRatio", values: ["forgetSuccess", "noiseShare"], frontiers: ["aPrioriMeanField", "drift"] } ],
    }
    """

  @Test func readsAllOfIt() throws {
    let spec = try spec(Self.valid)
    #expect(spec.name == "snr-forget" && spec.experiment.name == "cnn" && spec.seed == 1 && spec.repetitions == 12)
    #expect(spec.grid.count == 72 && spec.trials == 864)
    #expect(spec.grid.axes.map(\.name) == ["snr", "forgetRatio"] && spec.grid.axes.map(\.scale) == [.log, nil])
    #expect(spec.grid.axes[1].values == [0.02, 0.05, 0.1, 0.2, 0.4, 0.6].map { .number($0) })
    #expect(spec.success[.forgetAccuracyAtMost] == 0.4 && spec.success[.retainAccuracyAtLeast] == 0.9)
    #expect(
      spec.views.map { [$0.x, $0.y] + $0.values + $0.frontiers } == [["snr", "forgetRatio", "forgetSuccess", "noiseShare", "aPrioriMeanField", "drift"]])
    #expect(spec.source == Self.valid)
    guard let last = try spec.grid.cell(at: 71).parameters(as: CNNParameters.self) else {
      Issue.record("not a cell of the CNN experiment")
      return
    }
    #expect(last.snr == 2 && last.forgetRatio == 0.6 && last.stepSize == 100 && last.batchSize == 8 && last.samples == 80)
  }

  @Test func everythingElseHasADefault() throws {
    let spec = try spec(#"{name: "a", experiment: "hessian", repetitions: 1}"#)
    #expect(spec.seed == 1 && spec.grid.count == 1 && spec.grid.axes.isEmpty && spec.views.isEmpty)
    #expect(spec.success == SuccessThresholds() && SuccessThresholds()[.forgetAccuracyAtMost] == 0.5 && SuccessThresholds()[.retainAccuracyAtLeast] == 0.95)
    #expect(try spec.grid.cell(at: 0) == hessian.cell)
  }

  /// The contract's defaults.
  @Test func defaultsAreThoseOfTheContract() {
    func text(_ experiment: any Experiment) -> String { experiment.parameters.map { "\($0.name) \($0.standard.text)" }.joined(separator: ", ") }
    #expect(
      text(cnn)
        == "samples 80, forgetFraction 0.2, dimension 2000, snr 0.5, labelNoise 0.0, data none, patches apart, tiles 1, filtersPerClass 10, initScale 0.05, loss logistic, "
        + "trainStepSize 3.0, trainBatchSize 20, trainTargetLoss 0.05, trainMaxSteps 20000, trainPerturbation none, "
        + "trainRadius 0.5, trainRadiusKind normalized, capacityFrom 0.0, coresetFraction 1.0, coresetSelection random, coresetWarmLoss 0.5, "
        + "posteriorScale 0.3, posteriorDraws 8, forgetSelection first, batchSize 8, forgetRatio 0.2, method ascent, "
        + "npoBeta 1.0, stepSize 100.0, perturbation none, radius 0.5, radiusKind normalized, unlearnSteps 400, sampling uniform, testSamples 200, growthLimit 1000.0, reference retrained, relearnLimit 0"
    )
    #expect(
      text(hessian) == "samples 100, coherence 10, batchSize 10, stepSize 0.5, forgetRatio 0.0, steps 1000, growthLimit 1000.0, sampling uniform, "
        + "perturbation none, innerStep 0.2, noise 1.0")
  }

  @Test func anyParameterCanBeAnAxis() throws {
    for experiment in Catalogue.standard.experiments {
      // But for images, which stand in a block of their own.
      for parameter in experiment.parameters where parameter.name != "data" {
        let value = if case .choice(let names) = parameter.kind { "\"\(names[0])\"" } else { parameter.standard.text }
        let spec = try spec(#"{name: "a", experiment: "\#(experiment.name)", repetitions: 1, axes: {\#(parameter.name): [\#(value)]}}"#)
        #expect(spec.grid.axes.map(\.name) == [parameter.name])
      }
    }
  }

  @Test(arguments: shippedSpecs) func shippedSpecsAreGood(name: String) throws {
    let spec = try SweepSpec(json5: Array(Repository.file("sweeps/\(name).json5").utf8), file: Repository.root.path + "/sweeps/" + name)
    #expect(spec.name == name && !spec.views.isEmpty)
  }

  /// What replaces what in the valid specification, and what must be said of it: the text at its place, its path, words.
  static let mistakes: [(old: String, new: String, at: String, path: String, words: [String])] = [
    ("repetitions: 12", "repititions: 12", "repititions", "", ["no key 'repititions'", "did you mean repetitions"]),
    ("repetitions: 12,", "", "{", "", ["\"repetitions\" is missing"]),
    ("repetitions: 12", "repetitions: 0", "0", "repetitions", ["0 is out of range", "from 1 to"]),
    ("repetitions: 12", "repetitions: 1.5", "1.5", "repetitions", ["a whole number", "1.5"]),
    ("repetitions: 12", "repetitions: \"12\"", "\"12\"", "repetitions", ["a whole number", "\"12\""]),
    ("repetitions: 12", "repetitions: 12, seed: 2", "seed: 2", "", ["\"seed\" stands here again, after 4:3"]),
    ("seed: 1", "seed: -1", "-1", "seed", ["-1 is out of range"]),
    ("seed: 1", "seed: 1e30", "1e30", "seed", ["a whole number", "1e30"]),
    ("\"snr-forget\"", "\"a/b\"", "\"a/b\"", "name", ["\"a/b\"", "letters, digits"]),
    ("\"snr-forget\"", "\"../up\"", "\"../up\"", "name", ["letters, digits"]),
    ("\"snr-forget\"", "\"\"", "\"\"", "name", ["1 to 100"]),
    ("\"cnn\"", "\"cnm\"", "\"cnm\"", "experiment", ["no experiment 'cnm'", "did you mean cnn"]),
    ("\"cnn\"", "cnn", "cnn", "", ["cnn is not a value", "quotes"]),
    ("snr: {from", "SNR: {from", "SNR", "axes", ["no parameter of the cnn experiment 'SNR'", "did you mean snr"]),
    ("snr: {from", "coherence: {from", "coherence", "axes", ["no parameter of the cnn experiment 'coherence'"]),
    ("from: 0.05, ", "", "{to", "axes.snr", ["needs from"]),
    ("from: 0.05", "from: 0", "0, to", "axes.snr.from", ["0 has no logarithm"]),
    ("from: 0.05", "from: -0.05", "-0.05", "axes.snr.from", ["has no logarithm"]),
    ("to: 2", "to: 0.05", "{from", "axes.snr", ["0.05 twice", "must differ"]),
    ("snr: {from: 0.05", "unlearnSteps: {from: 0.3", "0.3", "axes.unlearnSteps.from", ["a whole number is needed", "0.3"]),
    ("snr: {from: 0.05, to: 2", "unlearnSteps: {from: 1, to: 2.5", "2.5", "axes.unlearnSteps.to", ["a whole number is needed", "2.5"]),
    (
      "snr: {from: 0.05, to: 2, count: 12, scale: \"log\"}", "unlearnSteps: {from: 1, to: 3, count: 12}", "{from", "axes.unlearnSteps", ["twice after rounding"]
    ),
    ("to: 2", "to: Infinity", "Infinity", "axes.snr.to", ["finite"]),
    ("count: 12", "count: 1", "1,", "axes.snr.count", ["1 is out of range", "from 2"]),
    ("count: 12", "steps: 12", "steps", "axes.snr", ["no key of a range 'steps'", "from, to, count, scale"]),
    ("scale: \"log\"", "scale: \"lgo\"", "\"lgo\"", "axes.snr.scale", ["no scale 'lgo'", "log"]),
    ("0.02, 0.05", "0.05, 0.05", "0.05, 0.1", "axes.forgetRatio[1]", ["0.05 stands twice"]),
    ("0.02, 0.05", "0, -0", "-0", "axes.forgetRatio[1]", ["stands twice"]),
    ("0.02, 0.05", "0.02, \"x\"", "\"x\"", "axes.forgetRatio[1]", ["a number is needed", "\"x\""]),
    ("[0.02, 0.05, 0.1, 0.2, 0.4, 0.6]", "[]", "[]", "axes.forgetRatio", ["at least one value"]),
    ("[0.02, 0.05, 0.1, 0.2, 0.4, 0.6]", "0.2", "0.2 }", "axes.forgetRatio", ["one value belongs under parameters"]),
    ("0.4, 0.6", "0.4, 1.6", "1.6", "axes.forgetRatio[5]", ["forgetRatio = 1.6", "from 0.0 to 1.0"]),
    ("stepSize: 100", "snr: 1", "1,", "parameters.snr", ["an axis already (5:16)"]),
    ("stepSize: 100", "stepSize: [1, 2]", "[1, 2]", "parameters.stepSize", ["belongs under axes"]),
    ("stepSize: 100", "stepSize: -1", "-1", "parameters.stepSize", ["stepSize = -1.0", "allowed is"]),
    ("stepSize: 100", "loss: \"hinge\"", "\"hinge\"", "parameters.loss", ["no choice 'hinge'", "logistic, squared"]),
    ("batchSize: 8", "batchSize: 81", "81", "parameters.batchSize", ["batchSize = 81", "from 1 to 80"]),
    ("batchSize: 8", "samples: 10", "{", "", ["trainBatchSize = 20 (its default)", "from 1 to 10"]),
    ("forgetAccuracyAtMost: 0.4", "forgetAccuracyAtMost: 40", "40", "success.forgetAccuracyAtMost", ["40.0 is out of range", "0 to 1"]),
    ("forgetAccuracyAtMost", "forgetAccuracy", "forgetAccuracy:", "success", ["no threshold 'forgetAccuracy'", "did you mean forgetAccuracyAtMost"]),
    ("y: \"forgetRatio\"", "y: \"stepSize\"", "\"stepSize\"", "views[0].y", ["no axis 'stepSize'", "snr, forgetRatio"]),
    ("y: \"forgetRatio\"", "y: \"snr\"", "\"snr\"", "views[0].y", ["two axes"]),
    ("y: \"forgetRatio\", ", "", "{ x", "views[0]", ["needs y"]),
    ("\"noiseShare\"", "\"noiseShares\"", "\"noiseShares\"", "views[0].values[1]", ["no event or measurement 'noiseShares'", "did you mean noiseShare"]),
    ("\"noiseShare\"", "\"forgetSuccess\"", "\"forgetSuccess\"]", "views[0].values[1]", ["twice"]),
    ("\"drift\"", "\"drif\"", "\"drif\"", "views[0].frontiers[1]", ["no criterion 'drif'", "did you mean drift"]),
    ("views: [", "views: 5, x: [", "x: [", "", ["no key 'x'"]),
    ("parameters: {", "parameters: [", "stepSize", "", ["stepSize is not a value"]),
  ]

  @Test(arguments: mistakes.indices) func aMistakeIsPlacedAndExplained(index: Int) throws {
    let (old, new, at, path, words) = Self.mistakes[index]
    let parts = Self.valid.components(separatedBy: old)
    let text = parts[0] + new + parts.dropFirst().joined(separator: old)
    try #require(text != Self.valid)
    let error = #expect(throws: SpecError.self) { _ = try spec(text) }
    let lines = text.components(separatedBy: "\n"), place = try #require(error).place
    #expect(lines[place.line - 1].dropFirst(place.column - 1).hasPrefix(at) && error?.path == path, "\(String(describing: error))")
    for part in words { #expect(error?.reason.contains(part) == true, "'\(part)' in: \(String(describing: error))") }
    #expect(error.map { "\($0)" }?.hasPrefix("test.json5:\(place): ") == true)
  }

  @Test func tooLargeIsRefusedAtOnce() throws {
    let axes = "snr: {from: 0, to: 1, count: 100000}, forgetRatio: {from: 0, to: 1, count: 100000}"
    #expect(throws: SpecError.self) { try spec(#"{name: "a", experiment: "cnn", repetitions: 1, axes: {\#(axes)}}"#) }
    #expect(throws: SpecError.self) { try spec(#"{name: "a", experiment: "cnn", repetitions: 1000000, axes: {snr: {from: 0, to: 1, count: 1000}}}"#) }
  }

  /// A range meets the doubles that a person would write.
  @Test func rangesMeetLists() {
    #expect(AxisScale.linear.values(from: 0, to: 1, count: 11) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(AxisScale.linear.values(from: 1, to: -1, count: 5) == [1, 0.5, 0, -0.5, -1])
    #expect(AxisScale.log.values(from: 1e-3, to: 1e3, count: 7) == [1e-3, 1e-2, 0.1, 1, 10, 100, 1000])
    let geometric = AxisScale.log.values(from: 0.05, to: 2, count: 12)
    #expect(geometric.first == 0.05 && geometric.last == 2 && geometric.count == 12)
    for (a, b) in zip(geometric, geometric.dropFirst()) { #expect(abs(b / a / pow(40, 1.0 / 11) - 1) < 1e-10) }
    for value in geometric { #expect("\(value)".filter(\.isNumber).count <= 14) }
  }

  /// Whole numbers on a logarithmic axis: those that round together are one, the ends are as given, none is lost to rounding down.
  @Test(arguments: [(2, 100, 24), (1, 3, 50), (1, 1_000_000, 40), (100, 2, 24), (7, 8, 3)])
  func wholeNumbersOnALogarithmicAxis(from: Int, to: Int, count: Int) throws {
    let axis = try spec(
      #"{name: "a", experiment: "hessian", repetitions: 1, axes: {steps: {from: \#(from), to: \#(to), count: \#(count), scale: "log"}}}"#
    ).grid.axes[0]
    let values = axis.values.compactMap { if case .count(let value) = $0 { value } else { nil } }
    #expect(values.first == from && values.last == to && values.count == axis.values.count && values.count <= count && axis.scale == .log)
    #expect(values == (from < to ? Array(Set(values)).sorted() : Array(Set(values)).sorted(by: >)))
    // Each is the nearest whole number to a point of the range, and every point has one.
    let points = AxisScale.log.values(from: Double(from), to: Double(to), count: count).map { Int($0.rounded()) }
    #expect(Set(points) == Set(values))
    if (from, to, count) == (2, 100, 24) { #expect(values == [2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 18, 22, 26, 30, 36, 43, 51, 60, 71, 84, 100]) }
  }

  @Test func roundingToDigits() {
    let cases: [(Double, Double)] = [
      (0.1 + 0.2, 0.3), (2.0 / 3, 0.666666666667), (1e300 / 3, 3.33333333333e299), (-1e-280 / 3, -3.33333333333e-281), (1e-300 / 3, 1e-300 / 3), (0, 0),
    ]
    for (value, expected) in cases {
      #expect(value.rounded(significantDigits: 12) == expected)
    }
    #expect(Double.leastNonzeroMagnitude.rounded(significantDigits: 12).isFinite && Double.greatestFiniteMagnitude.rounded(significantDigits: 12).isFinite)
  }
}
