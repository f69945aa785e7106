import Experiments
import Specs
import Storage
import TestSupport
import Testing

/// What cells share (a network, its spectra, batches, closed forms) never shows: whatever parameter tells them apart, a trial of a sweep is the trial that
/// its cell measures alone.
@Suite struct SharingTests {
  /// The parameters that are no axis.
  private static let base: [String: [(name: String, value: String)]] = [
    "cnn": [
      ("samples", "12"), ("dimension", "40"), ("filtersPerClass", "2"), ("trainBatchSize", "4"), ("testSamples", "5"), ("unlearnSteps", "30"),
      ("trainTargetLoss", "0.3"),
    ],
    "hessian": [("samples", "20"), ("coherence", "4"), ("batchSize", "4"), ("stepSize", "1.2"), ("steps", "50")],
  ]

  /// For each parameter values that differ, any two of them, in something that is measured.
  private static let values: [String: [String: [String]]] = [
    "cnn": [
      "samples": ["12", "16"], "forgetFraction": ["0.2", "0.5", "0.25"], "dimension": ["40", "60"], "snr": ["0.5", "0.2", "1"], "labelNoise": ["0", "0.2"],
      "filtersPerClass": ["2", "3"], "initScale": ["0.05", "0.2"], "loss": ["'logistic'", "'squared'"], "trainStepSize": ["3", "1"],
      "trainBatchSize": ["4", "12"], "trainTargetLoss": ["0.3", "0.02"], "trainMaxSteps": ["20000", "3", "0"], "batchSize": ["8", "2", "5"],
      "forgetRatio": ["0.2", "0", "0.6"], "stepSize": ["100", "20"], "unlearnSteps": ["30", "20", "35"], "sampling": ["'uniform'", "'bernoulli'"],
      "testSamples": ["5", "0", "9"], "growthLimit": ["1000", "1.1"], "method": ["'npo'", "'ascent'", "'relabel'", "'uniform'"],
      "npoBeta": ["1", "3"], "reference": ["'retrained'", "'continued'", "'none'"], "relearnLimit": ["0", "3", "500"],
      "trainPerturbation": ["'none'", "'joint'", "'probe'"], "trainRadius": ["0.5", "0.1"], "trainRadiusKind": ["'normalized'", "'fixed'"],
      "perturbation": ["'joint'", "'none'", "'own'", "'probe'"], "radius": ["0.5", "2"], "radiusKind": ["'normalized'", "'fixed'"],
      "capacityFrom": ["0", "0.5", "0.25"], "coresetFraction": ["1", "0.5", "0.75"],
      "coresetSelection": ["'random'", "'easiest'", "'hardest'", "'gradientMatching'", "'stable'", "'facility'"], "coresetWarmLoss": ["0.5", "0.02"],
      "posteriorScale": ["0.3", "0.05"], "posteriorDraws": ["8", "3"], "forgetSelection": ["'first'", "'hardest'", "'class'", "'outsideCoreset'"],
      "patches": ["'apart'", "'together'"], "tiles": ["1", "2", "4"],
    ],
    "hessian": [
      "samples": ["20", "16"], "coherence": ["4", "7"], "batchSize": ["4", "1", "16"], "stepSize": ["1.2", "0.5"], "forgetRatio": ["0", "0.2", "0.6"],
      "steps": ["50", "30"], "growthLimit": ["1000", "1.5"], "sampling": ["'uniform'", "'bernoulli'"],
      "perturbation": ["'none'", "'mean'", "'joint'", "'random'"], "innerStep": ["0.2", "0.5"], "noise": ["1", "0.1"],
    ],
  ]

  /// Parameters that another one means something with alone.
  private static let needed: [String: [(name: String, value: String)]] = [
    "npoBeta": [("method", "'npo'")], "trainRadius": [("trainPerturbation", "'joint'")], "trainRadiusKind": [("trainPerturbation", "'joint'")],
    "coresetFraction": [("batchSize", "4")], "coresetSelection": [("coresetFraction", "0.5"), ("batchSize", "4")],
    "coresetWarmLoss": [("coresetFraction", "0.5"), ("batchSize", "4")], "posteriorScale": [("coresetFraction", "0.5"), ("batchSize", "4")],
    "posteriorDraws": [("coresetFraction", "0.5"), ("batchSize", "4")], "radius": [("perturbation", "'own'")], "radiusKind": [("perturbation", "'own'")],
    "innerStep": [("perturbation", "'mean'")],
    "noise": [("perturbation", "'random'")],
  ]

  private static func axis(_ name: String, of experiment: any Experiment) throws -> (name: String, values: [String]) {
    (name, try #require(values[experiment.name]?[name], "SharingTests.values needs an entry for \(name) of the \(experiment.name) experiment"))
  }

  @Test func everyParameterHasValues() {
    for experiment in Catalogue.standard.experiments {
      // Images are no axis.
      #expect(Set(experiment.parameters.map(\.name)).subtracting(["data"]) == Set(Self.values[experiment.name, default: [:]].keys))
    }
  }

  /// Every parameter with another axis beside it, its values in either order, so that each is once the one that is computed first.
  @Test(arguments: Catalogue.standard.names) func everyParameter(name: String) throws {
    let experiment = experiment(name)
    for parameter in experiment.parameters where parameter.name != "data" {
      let other = parameter.name == "forgetRatio" ? ("stepSize", ["20", "0.9"]) : ("forgetRatio", ["0.1", "0.4"])
      let (name, values) = try Self.axis(parameter.name, of: experiment)
      for values in [values, values.reversed()] {
        let (spec, results) = try compared([(name, values), other], of: experiment, repetitions: 2)
        for (a, b) in pairs(of: values.indices) {
          let differ = (0..<spec.grid.count).contains { cell in
            var there = spec.grid.coordinates(of: cell)
            guard there[0] == a else { return false }
            there[0] = b
            return zip(results[cell], results[spec.grid.index(of: there)]).contains { $0.values != $1.values }
          }
          #expect(differ, "\(name) = \(values[a]) and \(values[b]) measure the same: take values that tell whether they are kept apart")
        }
      }
    }
  }

  /// Those that trials of one network may differ in, two by two.
  @Test(arguments: Catalogue.standard.names) func pairsOfParametersOfOneNetwork(name: String) throws {
    let experiment = experiment(name)
    let names = experiment.parameters.map(\.name).filter { !experiment.sharedParameters.contains($0) }
    for (a, b) in pairs(of: names.indices) {
      let axes = [try Self.axis(names[a], of: experiment), try Self.axis(names[b], of: experiment)]
      try compared(axes, of: experiment, repetitions: 1)
      try compared(axes.map { ($0.name, $0.values.reversed()) }, of: experiment, repetitions: 1)
    }
  }

  /// All of those at once: more different batches of one network than are kept at a time.
  @Test func allParametersOfOneNetwork() throws {
    // How far a perturbation goes, and what is chosen once a network, is in the pairs above.
    let names = cnn.parameters.map(\.name).filter {
      !cnn.sharedParameters.contains($0) && !$0.hasPrefix("radius") && !["capacityFrom", "forgetSelection"].contains($0)
    }
    let axes = try names.map { name in
      let axis = try Self.axis(name, of: cnn)
      return (name: axis.name, values: Array(axis.values.prefix(2)))
    }
    let (spec, _) = try compared(axes, of: cnn, repetitions: 1)
    #expect(spec.grid.count == 4096 && spec.grid.groups().first.count == 1)
  }

  /// Runs a sweep over the axes, and holds every trial against the same one alone; the results by cell and repetition.
  @discardableResult
  private func compared(
    _ axes: [(name: String, values: [String])], of experiment: any Experiment, repetitions: Int
  ) throws -> (spec: SweepSpec, results: [[TrialResult]]) {
    // What one axis needs may be what another needs too.
    let needed = Dictionary(axes.flatMap { Self.needed[$0.name] ?? [] }.map { ($0.name, $0.value) }) { first, _ in first }.sorted { $0.key < $1.key }
    let fixed = ((Self.base[experiment.name] ?? []) + needed.map { ($0.key, $0.value) }).filter { parameter in !axes.contains { $0.name == parameter.name } }
    let images = axes.contains { ["patches", "tiles"].contains($0.name) }
    let data = images ? #"data: { images: "\#(Repository.root.path)/sweeps/data/digits.csv.gz", classes: [3, 8] },"# : ""
    let spec = try spec(
      """
      { name: "test", experiment: "\(experiment.name)", seed: 3, repetitions: \(repetitions), \(data)
        axes: { \(axes.map { "\($0.name): [\($0.values.joined(separator: ", "))]" }.joined(separator: ", ")) },
        parameters: { \(fixed.map { "\($0.name): \($0.value)" }.joined(separator: ", ")) } }
      """)
    let folder = try TemporaryFolder()
    try run(spec, in: folder.output, jobs: 1)
    let reader = try StoreReader(folder.output, spec: spec)
    var results: [[TrialResult]] = [], completed = 0
    for cell in 0..<spec.grid.count {
      let trials = try reader.trials(ofCell: cell)
      #expect(trials.map(\.repetition) == Array(0..<repetitions))
      for (repetition, shared) in trials {
        let alone = try spec.grid.cell(at: cell).measure(seed: spec.seed, repetition: repetition)
        let place = zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { "\($0.name) = \($0.values[$1].text)" }.joined(separator: ", ")
        #expect(shared.outcome == alone.outcome, "\(place), repetition \(repetition)")
        for (column, (shared, alone)) in zip(experiment.columns, zip(shared.values, alone.values)) where shared != alone {
          Issue.record("\(column.name) is \(shared.words) in the sweep and \(alone.words) alone: \(place), repetition \(repetition)")
        }
        completed += alone.outcome == .completed ? 1 : 0
      }
      results.append(trials.map(\.result))
    }
    #expect(completed > 0)
    return (spec, results)
  }

  private func pairs(of indices: Range<Int>) -> [(Int, Int)] { indices.flatMap { b in (0..<b).map { ($0, b) } } }
}
