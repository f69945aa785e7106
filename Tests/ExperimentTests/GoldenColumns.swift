import Experiments
import Foundation
import Testing

/// The bits of every column, over trials of every kind: golden-columns.txt has a line `experiment column hash` for each, so that a change that moves a
/// number that users have stored says which.
@Suite struct GoldenColumns {
  /// What differs from the defaults.
  private static let trials: [String: [String]] = [
    "cnn": [
      "", "snr=0.05 forgetRatio=0.02", "snr=2 forgetRatio=0.6", "forgetRatio=0", "forgetRatio=1", "snr=0 batchSize=1 sampling=bernoulli",
      "sampling=bernoulli batchSize=80", "labelNoise=0.1", "labelNoise=0.2 snr=1 sampling=bernoulli loss=squared stepSize=3",
      "loss=squared forgetRatio=0 stepSize=20 snr=1 trainTargetLoss=0.001", "loss=squared forgetRatio=0.3 stepSize=5 sampling=bernoulli",
      "loss=squared forgetRatio=0.5 stepSize=1e4", "loss=squared forgetRatio=1 stepSize=30 batchSize=3", "trainMaxSteps=3", "trainStepSize=1e6 loss=squared",
      "samples=20 dimension=8 filtersPerClass=3 trainBatchSize=5 trainTargetLoss=0.3", "samples=40 dimension=15 sampling=bernoulli trainTargetLoss=0.2",
      "samples=2 forgetFraction=0.5 trainBatchSize=1 batchSize=1 dimension=2", "initScale=0 trainTargetLoss=1", "initScale=0.5 testSamples=0",
      "unlearnSteps=0", "unlearnSteps=35 growthLimit=1.01 stepSize=300", "forgetFraction=0.9 batchSize=64", "trainTargetLoss=1e-4 batchSize=2 stepSize=1000",
      "samples=150 trainBatchSize=150 filtersPerClass=33 dimension=100000 batchSize=100 unlearnSteps=100", "filtersPerClass=1 testSamples=1001",
      "method=npo forgetRatio=0.4 relearnLimit=300", "method=npo npoBeta=0.2 snr=0.1 reference=continued", "method=relabel forgetRatio=0.01",
      "method=relabel loss=squared stepSize=3 forgetRatio=0.1 reference=continued relearnLimit=5", "method=uniform forgetRatio=0.3 sampling=bernoulli",
      "reference=none relearnLimit=40", "reference=continued snr=0.05 forgetRatio=0.06 labelNoise=0.05",
      "trainPerturbation=joint trainRadius=1 snr=0.15 perturbation=joint radius=40 radiusKind=fixed", "perturbation=own radius=2 reference=continued",
      "perturbation=own radius=30 radiusKind=fixed sampling=bernoulli forgetRatio=0.4", "loss=squared perturbation=joint radius=0.3 stepSize=3 snr=1",
      "trainPerturbation=probe trainRadius=0.01 perturbation=probe radius=0.05 unlearnSteps=60", "trainPerturbation=own trainRadiusKind=fixed method=npo",
      "capacityFrom=0.5 snr=0.2", "coresetFraction=0.3 labelNoise=0.2 coresetSelection=stable", "coresetFraction=0.2 coresetSelection=facility snr=0.2",
      "coresetFraction=0.5 coresetSelection=gradientMatching posteriorDraws=3 capacityFrom=0.9 coresetWarmLoss=0.2",
      "forgetSelection=mislabelled labelNoise=0.2 snr=0.1", "forgetSelection=outsideCoreset posteriorScale=0.1", "forgetSelection=incoherent forgetRatio=0.05",
    ],
    "hessian": [
      "", "forgetRatio=0.1", "forgetRatio=0.5", "forgetRatio=1 stepSize=0.01", "batchSize=100", "batchSize=1 stepSize=1.5", "sampling=bernoulli batchSize=3",
      "sampling=bernoulli forgetRatio=0.3 stepSize=3 steps=200", "coherence=1 batchSize=2", "coherence=100 batchSize=2 stepSize=1.2",
      "samples=1 coherence=1 batchSize=1", "steps=0", "samples=37 coherence=9 batchSize=5 growthLimit=1.5 stepSize=0.9",
      "perturbation=mean forgetRatio=0.1", "perturbation=joint innerStep=0.5 stepSize=0.3", "perturbation=own forgetRatio=0.2 sampling=bernoulli",
      "perturbation=random noise=0.3 batchSize=20",
    ],
  ]

  private static let howToRenew = """
    If that is meant, say so in CHANGELOG.md under Numbers, and renew the file in the same commit: \
    GOLDEN_WRITE=1 swift test -c release --disable-testable-imports --filter GoldenColumns
    """

  @Test func everyColumnOfEveryExperiment() throws {
    let now = try Catalogue.standard.experiments.flatMap { experiment in
      let results = try measured(experiment)
      let columns = experiment.columns.enumerated().map { i, column in ("\(experiment.name) \(column.name)", results.map { Self.text($0.values[i]) }) }
      return [("\(experiment.name) outcome", results.map { "\($0.outcome.name) \($0.outcome.reason ?? "")" })] + columns
    }
    // A column that says the same of all trials would not be seen to move.
    for (name, texts) in now where name != "hessian outcome" { #expect(Set(texts).count > 1, "\(name) is the same in all trials: add one in which it is not") }
    let lines = now.map { "\($0) \(Self.hash($1))" }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/golden-columns.txt")
    if ProcessInfo.processInfo.environment["GOLDEN_WRITE"] != nil {
      return try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    func name(_ line: String) -> String { line.split(separator: " ").dropLast().joined(separator: " ") }
    #expect(golden.map(name) == lines.map(name), "columns came, went or changed places. \(Self.howToRenew)")
    for line in lines where golden.map(name).contains(name(line)) { #expect(golden.contains(line), "\(name(line)) moved. \(Self.howToRenew)") }
  }

  private func measured(_ experiment: some Experiment) throws -> [TrialResult] {
    try (Self.trials[experiment.name] ?? []).enumerated().map { i, words in
      try experiment.measure(parameters(of: experiment, words), seed: UInt64(17 + i % 3), repetition: i % 4)
    }
  }

  private func parameters<E: Experiment>(of experiment: E, _ words: String) throws -> E.Parameters {
    var parameters = experiment.standard
    for word in words.split(separator: " ") {
      let parts = word.split(separator: "=").map(String.init)
      try #require(experiment.parameterTable.first { $0.name == parts[0] }).set(parts[1], in: &parameters)
    }
    return parameters
  }

  /// Every bit of a value, and of what is said where there is none.
  private static func text(_ value: MeasuredValue) -> String {
    if case .number(let number) = value { String(number.bitPattern, radix: 16) } else { "\(value)" }
  }

  /// FNV-1a in 64 bits.
  private static func hash(_ texts: [String]) -> String {
    let hash = texts.joined(separator: "\n").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
