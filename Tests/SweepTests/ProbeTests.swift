import Engine
import Experiments
import FrontierNumerics
import Model
import Results
import Specs
import Stability
import Storage
import TestSupport
import Testing

/// A probe's findings stand by themselves: a new probe fills its table, a new version of one renews its own, and nobody's results are refused for it. The
/// experiment is one that is written here (Urn.swift), from its parameters to its verdict.
@Suite struct ProbeTests {
  private func spec(_ urn: Urn, axes: String = "share: [0.1, 0.5, 0.9], balls: [5, 20]", repetitions: Int = 4) throws -> SweepSpec {
    let text = #"{ name: "urn", experiment: "urn", seed: 5, repetitions: \#(repetitions), axes: { \#(axes) } }"#
    return try SweepSpec(json5: Array(text.utf8), file: "urn.json5", in: Catalogue([urn]))
  }

  private func folder(_ folder: TemporaryFolder, _ urn: Urn) -> OutputFolder { OutputFolder(folder.path + "/output", catalogue: Catalogue([urn])) }

  @Test func aNewProbeFillsItsTable() throws {
    let temporary = try TemporaryFolder(), before = Urn(), after = Urn(probes: ["draw", "longest"])
    try run(spec(before), in: folder(temporary, before))
    let old = try exported(folder(temporary, before)).text.split(separator: "\n")
    #expect(before.counter["draw"] == 24)

    let there = folder(temporary, after), spec = try spec(after)
    // Until it is run, what is there is read, and the new column is empty.
    let partly = try SweepStatus(of: there)
    #expect(partly.left == 24 && partly.incomplete == 24 && partly.done == 0)
    #expect(try ResultTable(of: there).number("red", cell: 5, repetition: 3) != nil)
    #expect(try ResultTable(of: there).number("longestRun", cell: 5, repetition: 3) == nil)
    let plan = try Plan(spec, in: there)
    #expect(plan.left == 24 && plan.started == 24 && plan.stored == 0)

    #expect(try run(spec, in: there).measured == 24)
    #expect(after.counter["draw"] == 0 && after.counter["longest"] == 24)
    let new = try exported(there).text.split(separator: "\n")
    // share, balls, repetition, red, won, longestRun, outcome, reason: without the new column the rows are those of before.
    func without(_ row: Substring) -> String {
      var fields = row.split(separator: ",", omittingEmptySubsequences: false)
      fields.remove(at: 5)
      return fields.joined(separator: ",")
    }
    #expect(new.map(without) == old.map(String.init))
    #expect(try Verification(of: there, sample: 100).differences.isEmpty && run(spec, in: there).measured == 0)
    // The program that does not know the probe reads on, and does not lose what it does not know.
    #expect(try exported(folder(temporary, before)).text.split(separator: "\n") == old)
    #expect(throws: StoreError.self) { try StoreMerge([], into: folder(temporary, before)) }
  }

  @Test func aNewVersionRenewsItsOwnProbe() throws {
    let temporary = try TemporaryFolder(), first = Urn(probes: ["draw", "longest"]), second = Urn(probes: ["draw", "longest"], versions: ["draw": 2])
    try run(spec(first), in: folder(temporary, first))
    let there = folder(temporary, second), status = try SweepStatus(of: there)
    #expect(status.incomplete == 24 && status.notices.count == 1 && status.notices[0].contains("version 1 of the probe 'draw'"))
    let sweep = try SweepRun(spec(second), in: there, jobs: 2, now: 0)
    #expect(sweep.notices.contains { $0.contains("version 1 of the probe 'draw'") && $0.contains("version 2") })
    _ = try sweep.run()
    #expect(sweep.progress.measured == 24 && second.counter["draw"] == 24 && second.counter["longest"] == 0)
    let table = try ResultTable(of: there)
    for cell in 0..<6 { for repetition in 0..<4 { #expect(try #require(table.number("red", cell: cell, repetition: repetition)) >= 1000) } }
    // The older program must not take the new findings for its own.
    let error = #expect(throws: StoreError.self) { try ResultTable(of: folder(temporary, first)) }
    #expect("\(String(describing: error))".contains("newer version") && "\(String(describing: error))".contains("version 2 of the probe 'draw'"))
  }

  /// What an older version found in trials of other settings is nobody's to throw away: it is kept where nothing reads it.
  @Test func olderFindingsOfOtherSettingsAreKept() throws {
    let temporary = try TemporaryFolder(), first = Urn(), second = Urn(versions: ["draw": 2]), there = folder(temporary, second)
    try run(spec(first), in: folder(temporary, first))
    let other = try spec(second, axes: "share: [0.3]", repetitions: 2), sweep = try SweepRun(other, in: there, jobs: 1, now: 0)
    #expect(sweep.notices.contains { $0.contains("found in 24 trials is kept in a table of its own") } && sweep.plan.others == 0)
    _ = try sweep.run()
    let count = try Program.run(
      "/usr/bin/env",
      [
        "python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(*c.execute('SELECT count(*) FROM old_draw_version_1').fetchone())",
        there.store,
      ])
    #expect(count.output == "24\n")
    let rows = try Program.run(
      "/usr/bin/env",
      ["python3", "-c", "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM result').fetchone())", there.store])
    #expect(rows.output == "2\n")
    #expect(try StoreMerge([], into: there).trials == 2)
  }

  /// Names that a store or an export could not tell apart are refused as soon as somebody lists the experiment.
  @Test func namesAreToldApart() {
    #expect(Catalogue.standard.experiments.allSatisfy { Catalogue.complaint(about: $0) == nil } && Catalogue.complaint(about: Urn()) == nil)
    func complaint(_ probe: String, _ columns: [String]) -> String? {
      let columns = columns.map { Column($0, .number, "a test") }
      return Catalogue.complaint(about: CNNExperiment(adding: [Probe(probe, version: 1, columns: columns) { _ in ProbeResult(.completed, []) }]))
    }
    #expect(complaint("speed", ["speed"]) == nil)
    for (probe, columns) in [
      ("run", ["speed"]), ("RUN", ["speed"]), ("a b", ["speed"]), ("speed", []), ("speed", ["snr"]), ("speed", ["forgetLoss"]), ("speed", ["a", "A"]),
      ("speed", ["note"]), ("", ["speed"]), ("speed", ["it's"]),
    ] { #expect(complaint(probe, columns) != nil, "\(probe) \(columns)") }
  }

  /// A parameter that a later version of an experiment has: its default is what all stored trials did.
  @Test func aNewParameterHasItsDefaultInOldStores() throws {
    let temporary = try TemporaryFolder(), before = Urn(rule: false), after = Urn()
    try run(spec(before), in: folder(temporary, before))
    let there = folder(temporary, after), spec = try spec(after, axes: "share: [0.1, 0.5, 0.9], balls: [5, 20], rule: ['all', 'majority']")
    #expect(try SweepStatus(of: there).done == 24)
    #expect(try run(spec, in: there).measured == 24)
    #expect(after.counter["draw"] == 24)
    #expect(try SweepStatus(of: there).done == 48 && Verification(of: there, sample: 100).differences.isEmpty)
    // No trial is twice there, and the older program refuses what it would take for other trials.
    #expect(try StoreMerge([], into: there).trials == 48)
    let error = #expect(throws: StoreError.self) { try run(self.spec(before), in: folder(temporary, before)) }
    #expect("\(String(describing: error))".contains("the parameter 'rule'"))
  }

  /// Stores of a folder may have been written by several versions: the union is read, and merging keeps what is of use.
  @Test func storesOfSeveralVersions() throws {
    let temporary = try TemporaryFolder(), old = Urn(rule: false), new = Urn(probes: ["draw", "longest"])
    let text = try spec(old), shard = try #require(Shard("1/2")), rest = try #require(Shard("2/2"))
    _ = try SweepRun(text, in: folder(temporary, old), task: (shard, 0), jobs: 1, now: 0).run()
    let there = folder(temporary, new), spec = try spec(new)
    _ = try SweepRun(spec, in: there, task: (rest, 0), jobs: 1, now: 0).run()
    let measured = old.counter["draw"]
    #expect((1..<24).contains(measured) && new.counter["draw"] == 24 - measured)
    let before = try exported(there).bytes
    #expect(try StoreMerge([], into: there).trials == 24)
    #expect(try exported(there).bytes == before)
    #expect(try run(spec, in: there).measured == measured && new.counter["longest"] == 24)
  }

  /// An experiment from outside need not show the course of its trials; asked for it, it says so.
  @Test func anExperimentWithoutATraceRefuses() throws {
    let urn = Urn(), error = #expect(throws: NoTrace.self) { _ = try urn.cell.trace(seed: 1, repetition: 0) }
    #expect(try #require(error).description == "there is no trace: the \(urn.name) experiment shows none")
  }

  /// A probe of a network and a criterion that is judged by it, both from outside.
  @Test func aProbeOfTheNetwork() throws {
    let probe = Probe<CNNParameters>("speed", version: 1, columns: [Column("distancePerStep", unit: "weight", "distance over steps")]) { trial in
      let run = try trial.unlearned(), dataset = try trial.dataset()
      let squared = run.network.squaredDistance(to: try trial.trained().network, gram: dataset.gram)
      return ProbeResult(.completed, [run.steps > 0 ? MeasuredValue(squared.squareRoot() / Double(run.steps)) : .absent("no steps")])
    }
    let fast = Criterion<Row>("fast", "fast forgetting", formula: "distance per step >= 1", claim: .prediction, predicts: .forget, citation: .here) {
      row throws(Undefined) in
      guard let speed = row.value("distancePerStep") else { throw .notMeasured }
      return Assessment(value: speed, margin: speed - 1)
    }
    let experiment = CNNExperiment(adding: [probe], criteria: [fast]), catalogue = Catalogue([experiment])
    let plain = try cnnSpec(axes: "snr: [0.3, 1], forgetRatio: [0.1, 0.4]"), temporary = try TemporaryFolder()
    try run(plain, in: temporary.output)
    let there = OutputFolder(temporary.output.path, catalogue: catalogue)
    let spec = try SweepSpec(json5: Array(plain.source.utf8), file: "test.json5", in: catalogue)
    #expect(try run(spec, in: there).measured == 8)
    let table = try ResultTable(of: there)
    for cell in 0..<4 {
      for repetition in 0..<2 {
        let speed = try #require(table.number("distancePerStep", cell: cell, repetition: repetition))
        let distance = try #require(table.number("squaredWeightDistance", cell: cell, repetition: repetition)).squareRoot()
        #expect(abs(speed * 30 - distance) < 1e-12 * distance)
        #expect(spec.experiment.criteria.last?.margin(of: table.rows(ofCell: cell)[repetition]) == speed - 1)
      }
    }
  }

  /// What an experiment brings is used everywhere: events, criteria, ranges, groups.
  @Test func anExperimentIsJudged() throws {
    let temporary = try TemporaryFolder(), urn = Urn(), there = folder(temporary, urn), spec = try spec(urn, repetitions: 40)
    try run(spec, in: there)
    #expect(spec.grid.groups().first.count == 6)
    let table = try ResultTable(of: there), win = try #require(urn.event("win")), criterion = urn.criteria[0]
    for (cell, wins) in [(1, false), (5, true)] {
      let rows = table.rows(ofCell: cell)
      #expect(rows.count == 40 && rows.allSatisfy { win.happened($0, spec.success) == wins && (criterion.margin(of: $0) ?? 0) * (wins ? 1 : -1) > 0 })
    }
    let margins = try #require(table.margins(of: criterion, around: 0, varying: ("share", "balls"), [(0.25, 3), (0.75, 3)]))
    #expect(margins == [-0.25, 0.25])
    let error = #expect(throws: SpecError.self) { try self.spec(urn, axes: "share: [0.5, 1.5]") }
    #expect(error?.reason.contains("allowed is a number from 0.0 to 1.0") == true)
  }
}
