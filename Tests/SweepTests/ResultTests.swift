import Engine
import Experiments
import Exports
import Foundation
import JSONText
import Results
import Specs
import Stability
import Storage
import TestSupport
import Testing

/// What is made of stored trials: events and their thresholds, counts, forms that need no network, records for other programs.
@Suite struct ResultTests {
  /// A result with these values, and 0 or no event in the other columns.
  private func result(_ values: [String: MeasuredValue], outcome: TrialOutcome = .completed) -> TrialResult {
    TrialResult(
      of: cnn, outcome,
      values: cnn.columns.map { column in
        values[column.name] ?? (column.kind == .count ? .absent("did not happen") : column.kind == .flag ? .flag(false) : .number(0))
      })
  }

  /// At most, and at least: the thresholds themselves count.
  @Test func thresholdsCountAtEquality() throws {
    var success = SuccessThresholds()
    (success[.forgetAccuracyAtMost], success[.retainAccuracyAtLeast]) = (0.25, 0.75)
    let cases: [(forget: Double, retain: Double, forgotten: Bool, kept: Bool)] = [
      (0.25, 0.75, true, true), (Double(0.25).nextUp, 0.75, false, true), (0.25, Double(0.75).nextDown, true, false), (0, 1, true, true), (1, 0, false, false),
    ]
    let spec = try cnnSpec(axes: "snr: [0.5]", repetitions: cases.count)
    let table = ResultTable(spec, cases.map { result(["forgetAccuracy": .number($0.forget), "retainAccuracy": .number($0.retain)]) })
    for (repetition, expected) in cases.enumerated() {
      func happened(_ name: String) -> Bool? { event(name).happened(table.rows(ofCell: 0)[repetition], success) }
      #expect(happened("forgetSuccess") == expected.forgotten && happened("retainSuccess") == expected.kept, "\(expected)")
      #expect(happened("retainFailure") == !expected.kept && happened("jointSuccess") == (expected.forgotten && expected.kept), "\(expected)")
      #expect(happened("escape") == false)
    }
  }

  /// A run has escaped if it says when, overflowed or not; what was not unlearned did nothing.
  @Test func escapesAndTrialsWithoutARun() throws {
    let spec = try cnnSpec(axes: "snr: [0.5]", repetitions: 5)
    let table = ResultTable(
      spec,
      [
        result(["escapedAtStep": .count(10)]), result(["escapedAtStep": .count(0), "overflowedAtStep": .count(0)]), result([:]),
        TrialResult(of: cnn, .notTrained(reason: "slow"), values: cnn.columns.map { _ in .undefined("not trained") }), nil,
      ])
    let rows = table.rows(ofCell: 0)
    #expect(rows.map { event("escape").happened($0, spec.success) } == [true, true, false, nil, nil])
    for event in cnn.events { for i in 3..<5 { #expect(event.happened(rows[i], spec.success) == nil) } }
    #expect((0..<5).map { table[0, $0] } == [.completed, .completed, .completed, .notTrained, .notStored] && table.stored == 4)
    let predicted = Dictionary(uniqueKeysWithValues: cnn.predictedEvents.map { ($0.prediction, $0.name) })
    #expect(
      predicted == [
        .forget: "forgetSuccess", .retainLoss: "retainFailure", .escape: "escape", .memory: "memoryErased", .signalAlone: "signalAlone",
        .memorised: "memorised", .benign: "benign",
      ])
  }

  /// Every trial is counted once, where it belongs.
  @Test func statusCountsEachKind() throws {
    let spec = try cnnSpec(axes: "snr: [0.2, 0.5], forgetRatio: [0.1, 0.2]", repetitions: 4), folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.output.path, withIntermediateDirectories: true)
    let results =
      (0..<5).map { _ in result([:]) } + (0..<3).map { result(["escapedAtStep": .count(10 * $0)]) }
      + (0..<2).map { _ in result([:], outcome: .notTrained(reason: "slow")) } + [result([:], outcome: .failed(reason: "broken"))]
    try StoreWriter(folder.output.store, for: spec, journal: .writeAhead, now: 0)
      .write(results.enumerated().map { TrialRecord(cell: $0 / 4, repetition: $0 % 4, result: $1) })
    let status = try SweepStatus(of: folder.output)
    #expect(status.completed == 8 && status.escaped == 3 && status.notTrained == 2 && status.failed == 1 && status.done == 11 && status.left == 5)
    #expect(status.examples.map(\.reason) == ["slow", "slow", "broken"])
    #expect(status.examples.map(\.trial) == [(0, 0), (0, 1), (0, 2)].map { "snr=0.5 forgetRatio=0.1 repetition=\($0.1)" })
  }

  /// What a frontier is drawn from between cells is, at a cell, what the cell's own parameters say: for any two parameters.
  @Test func formsWithoutANetworkSeeEveryParameter() throws {
    let values = [
      "samples": [80, 40], "forgetFraction": [0.2, 0.5], "snr": [0.1, 1], "filtersPerClass": [10, 3], "trainTargetLoss": [0.05, 0.3],
      "forgetRatio": [0.1, 0.6],
      "stepSize": [100, 7], "unlearnSteps": [40, 9], "dimension": [100, 50], "npoBeta": [1, 2], "growthLimit": [10, 20],
      "labelNoise": [0, 0.1], "coresetFraction": [1, 0.5],
    ]
    let others = [
      "initScale": [0.05, 1], "trainStepSize": [3, 1], "trainBatchSize": [20, 9], "trainMaxSteps": [9, 7],
      "batchSize": [8, 3], "testSamples": [3, 7], "relearnLimit": [0, 3], "trainRadius": [0, 1], "radius": [0, 1], "tiles": [1, 2],
      "capacityFrom": [0, 0.5], "coresetWarmLoss": [0.5, 0.1], "posteriorScale": [0, 1], "posteriorDraws": [8, 9],
    ]
    let all = values.merging(others) { $1 }
    let names = cnn.parameters.filter { if case .choice = $0.kind { false } else { true } }.map(\.name)
    #expect(Set(names) == Set(all.keys), "a parameter is missing in this test")
    let criteria = cnn.criteria.filter { !$0.needsNetwork }
    #expect(
      criteria.map(\.name) == [
        "quenchedEscape", "aPrioriMeanField", "quenched", "closedForm", "quenchedRetain", "aPrioriMemory", "aPrioriGroups", "criticalRadius",
      ]
        + ["memorisation", "benign", "randomCoreset"])
    var moved: [String: Set<String>] = [:]
    // Counts are written without a point.
    func text(_ number: Double) -> String { number == number.rounded() ? "\(Int(number))" : "\(number)" }
    for x in names {
      for y in names where x != y {
        let axes = [x, y].map { name in "\(name): [\((all[name] ?? []).map { text($0) }.joined(separator: ", "))]" }.joined(separator: ", ")
        let points = [0, 1].flatMap { i in [0, 1].map { (all[x]?[i] ?? 0, all[y]?[$0] ?? 0) } }
        for criterion in criteria where !(["memorisation", "benign"].contains(criterion.name) && [x, y].contains("labelNoise")) {
          // R* is that of perturbed training; the others speak of plain steps too.
          let fixed = criterion.name == "criticalRadius" ? #"trainPerturbation: "joint""# : ""
          let spec = try spec(#"{ name: "test", experiment: "cnn", repetitions: 1, axes: { \#(axes) }, parameters: { \#(fixed) } }"#)
          let table = ResultTable(spec, (0..<4).map { _ in result([:]) })
          let told = (0..<4).map { criterion.margin(of: table.rows(ofCell: $0)[0]) }
          let drawn = table.margins(of: criterion, around: 0, varying: (x, y), points)
          let followed = try #require(criterion.followed)
          if criterion.name != "criticalRadius" { #expect(followed.isSubset(of: values.keys)) }
          guard followed.contains(x) || followed.contains(y) else {
            #expect(drawn == nil, "\(criterion.name) does not depend on \(x) and \(y)")
            continue
          }
          for (i, (a, b)) in zip(told, try #require(drawn, "\(x), \(y)")).enumerated() {
            let (a, b) = (try #require(a, "\(criterion.name) over \(x), \(y) at cell \(i)"), try #require(b, "\(criterion.name) over \(x), \(y) at \(i)"))
            #expect(abs(a - b) <= 1e-9 * max(1, abs(a)), "\(criterion.name) over \(x), \(y) at cell \(i): \(b), and of the cell itself \(a)")
          }
          if told[0] != told[2] { moved[criterion.name, default: []].insert(x) }
        }
      }
    }
    // Ascent has no b, and the mean field of one margin a group no dimension.
    let ofEscape = Set(values.keys).subtracting(["npoBeta", "labelNoise"]), quenched = ofEscape.subtracting(["growthLimit"])
    // At these values the loss is largest after the first step.
    #expect(moved["quenchedEscape"] == ofEscape.subtracting(["unlearnSteps"]))
    #expect(moved["criticalRadius"] == ["trainRadius", "initScale", "filtersPerClass", "trainBatchSize"])
    let sizes: Set = ["snr", "samples", "coresetFraction"], shape: Set = ["dimension", "filtersPerClass"]
    #expect(moved["memorisation"] == sizes && moved["benign"] == sizes.union(shape))
    // At these values nearly all fresh samples are right at either target loss.
    #expect(moved["randomCoreset"] == sizes.union(shape).union(["labelNoise"]))
    #expect(moved["aPrioriGroups"] == quenched.subtracting(["dimension"]).union(["labelNoise"]))
    #expect(moved["quenched"] == quenched && moved["aPrioriMeanField"] == quenched.subtracting(["dimension"]))
  }

  /// A record has every value under its column's name.
  @Test(arguments: Catalogue.standard.names) func jsonNamesEveryColumn(name: String) throws {
    let experiment = experiment(name)
    let spec =
      name == "cnn"
      ? try cnnSpec(axes: "snr: [0.2, 1], sampling: ['bernoulli', 'uniform']")
      : try spec("{ name: 'test', experiment: 'hessian', repetitions: 2, axes: { coherence: [7, 3] }, parameters: { samples: 12, batchSize: 3, steps: 40 } }")
    let folder = try TemporaryFolder()
    try run(spec, in: folder.output)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(exported(folder.output, as: .json).bytes)) as? [String: Any])
    let trials = try #require(object["trials"] as? [[String: Any]]), reader = try StoreReader(folder.output, spec: spec)
    try #require(trials.count == spec.trials)
    for cell in 0..<spec.grid.count {
      for (repetition, result) in try reader.trials(ofCell: cell) {
        let trial = trials[cell * spec.repetitions + repetition]
        for (column, value) in zip(experiment.columns, result.values) {
          let told = try #require(trial[column.name])
          switch value {
          // Foundation's reader may be off by the last bit.
          case .number(let number): #expect(abs((told as? Double ?? .nan) - number) <= 1e-15 * abs(number), "\(column.name)")
          case .count(let count): #expect(told as? Int == count, "\(column.name)")
          case .flag(let flag): #expect(told as? Bool == flag, "\(column.name)")
          case .absent, .undefined: #expect(told is NSNull, "\(column.name)")
          }
        }
        #expect(trial["repetition"] as? Int == repetition)
        for (axis, place) in zip(spec.grid.axes, spec.grid.coordinates(of: cell)) { #expect("\(trial[axis.name] ?? "")" == axis.values[place].text) }
      }
    }
  }
}
