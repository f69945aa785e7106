import Engine
import Experiments
import Exports
import Foundation
import JSONText
import Platform
import Results
import Specs
import Storage
import TestSupport
import Testing

/// Exports hold every bit of what is stored, in the forms that other programs read: NumPy itself for its own format.
@Suite struct ExportTests {
  /// A sweep with a gap, trials that did not train, choices and whole numbers on axes.
  private func partialSweep(_ folder: OutputFolder) throws -> SweepSpec {
    let axes = #"sampling: ["uniform", "bernoulli"], trainMaxSteps: [0, 20000], batchSize: [2, 5], snr: [0.25, 1]"#
    try run(try cnnSpec(axes: axes, repetitions: 2), in: folder)
    let grown = try cnnSpec(axes: axes.replacingOccurrences(of: "0.25", with: "0.25, 0.1"), repetitions: 3)
    // Opened, which remembers the specification, and stopped before it measures.
    let sweep = try SweepRun(grown, in: folder, jobs: 1, now: 1)
    sweep.stop()
    _ = try sweep.run()
    return grown
  }

  @Test func csvHasARowATrialWithEveryBit() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(folder.output), reader = try StoreReader(folder.output, spec: spec)
    let rows = try exported(folder.output).text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let columns = spec.experiment.columns
    #expect(rows[0] == spec.grid.axes.map(\.name) + ["repetition"] + columns.map(\.name) + ["outcome", "reason"])
    var next = 1
    for cell in 0..<spec.grid.count {
      for (repetition, result) in try reader.trials(ofCell: cell) {
        let row = rows[next]
        next += 1
        #expect(Array(row[..<5]) == zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { $0.values[$1].text } + ["\(repetition)"])
        for (value, field) in zip(result.values, row[5...]) {
          switch value {
          case .number(let number): #expect(Double(field)?.bitPattern == number.bitPattern)
          case .count(let count): #expect(Int(field) == count)
          case .flag(let flag): #expect(field == (flag ? "1" : "0"))
          case .absent, .undefined: #expect(field.isEmpty)
          }
        }
        #expect(row[5 + columns.count] == result.outcome.name)
      }
    }
    #expect(next == rows.count && next == 33)
  }

  /// A row a cell: what is stored, in what share of it each event happened, and what cells have besides.
  @Test func cellsHaveSharesAndStatistics() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(folder.output), table = try ResultTable(of: folder.output), sink = Buffer()
    try CellExport(table).write(to: sink)
    let rows = sink.text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let events = spec.experiment.events.map(\.name), axes = spec.grid.axes.map(\.name)
    #expect(rows[0] == axes + ["trials"] + events + ["forgettingEpsilon"] && rows.count == spec.grid.count + 1)
    var known = 0
    for (cell, row) in rows.dropFirst().enumerated() {
      #expect(Array(row.prefix(axes.count)) == zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { $0.values[$1].text })
      let stored = (0..<spec.repetitions).filter { table[cell, $0] != .notStored }
      #expect(row[axes.count] == "\(stored.count)")
      let accuracies = stored.compactMap { table.number("forgetAccuracy", cell: cell, repetition: $0) }
      let share = accuracies.isEmpty ? "" : "\(Double(accuracies.count { $0 <= 0.5 }) / Double(accuracies.count))"
      #expect(row[axes.count + 1 + (events.firstIndex(of: "forgetSuccess") ?? 0)] == share)
      let losses = stored.compactMap { table.number("referenceForgetLoss", cell: cell, repetition: $0) }
      #expect((row.last ?? "").isEmpty == losses.isEmpty)
      // Two repetitions cannot tell more than log 3.
      if let epsilon = row.last.flatMap(Double.init) { #expect(epsilon >= 0 && epsilon <= 1.0986122886681099) }
      known += losses.isEmpty ? 0 : 1
    }
    #expect(known > 3 && known < spec.grid.count)
  }

  @Test func jsonIsReadByFoundation() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(folder.output)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(exported(folder.output, as: .json).bytes)) as? [String: Any])
    #expect(object["name"] as? String == "test" && object["repetitions"] as? Int == 3 && object["seed"] as? Int == 3)
    #expect((object["axes"] as? [String: Any])?["snr"] as? [Double] == [0.25, 0.1, 1])
    let parameters = try #require(object["parameters"] as? [String: Any])
    #expect(parameters["samples"] as? Int == 12 && parameters["loss"] as? String == "logistic" && parameters["snr"] == nil)
    #expect(parameters.count + spec.grid.axes.count == spec.experiment.parameters.count)
    let trials = try #require(object["trials"] as? [[String: Any]])
    #expect(trials.count == 32 && trials.count { $0["outcome"] as? String == "notTrained" } == 16)
    #expect(trials.allSatisfy { ($0["trained"] as? Bool == true) == ($0["reason"] is NSNull) && $0["forgetAccuracy"] != nil })
  }

  /// Opened by real NumPy, and compared with the CSV bit by bit: shapes, axis vectors, order, gaps, types.
  @Test func npzIsWhatNumPyReads() throws {
    let folder = try TemporaryFolder()
    _ = try partialSweep(folder.output)
    let archive = folder.path + "/a.npz", table = folder.path + "/a.csv"
    let writer = try FileWriter(archive)
    try ResultExport(of: folder.output).write(.npz, to: writer)
    try writer.finish()
    try Data(exported(folder.output).bytes).write(to: URL(fileURLWithPath: table))
    let script = """
      import csv, math, sys, zipfile, numpy
      a = numpy.load(sys.argv[1], allow_pickle=False)
      assert zipfile.ZipFile(sys.argv[1]).testzip() is None
      assert all(i.compress_type == zipfile.ZIP_DEFLATED for i in zipfile.ZipFile(sys.argv[1]).infolist())
      axes = list(a["axes"]); assert axes == ["sampling", "trainMaxSteps", "batchSize", "snr"], axes
      assert a["snr"].dtype == float and list(a["snr"]) == [0.25, 0.1, 1]
      assert a["batchSize"].dtype == int and list(a["sampling"]) == ["uniform", "bernoulli"]
      shape = tuple(len(a[x]) for x in axes) + (len(a["repetition"]),); assert shape == (2, 2, 2, 3, 3), shape
      rows = list(csv.DictReader(open(sys.argv[2]))); skip = axes + ["repetition", "outcome", "reason"]
      columns = [c for c in rows[0] if c not in skip]
      assert set(a.files) == set(columns) | set(axes) | {"axes", "repetition", "done", "outcome"}, a.files
      for c in columns: assert a[c].shape == shape and a[c].dtype == float, c
      seen = numpy.zeros(shape, bool)
      for r in rows:
        i = tuple([str(v) for v in a[x]].index(r[x]) if x == "sampling" else [float(v) for v in a[x]].index(float(r[x])) for x in axes)
        i += (int(r["repetition"]),); seen[i] = True
        assert a["outcome"][i] == r["outcome"]
        for c in columns:
          v = a[c][i]
          assert math.isnan(v) if r[c] == "" else v.tobytes() == numpy.float64(r[c]).tobytes(), (c, v, r[c])
      assert (seen == a["done"]).all() and a["done"].dtype == bool and seen.sum() == 32
      for c in columns: assert numpy.isnan(a[c][~seen]).all()
      assert (a["outcome"][~seen] == "").all()
      print("agreed on", seen.sum() * len(columns))
      """
    #expect(try runPython(script, [archive, table]) == "agreed on \(32 * cnn.columns.count)\n")
  }

  @Test func theSameResultsGiveTheSameArchive() throws {
    let a = try TemporaryFolder(), b = try TemporaryFolder()
    for folder in [a, b] { _ = try partialSweep(folder.output) }
    #expect(try exported(a.output, as: .npz).bytes == exported(b.output, as: .npz).bytes)
  }

  /// Foreign programs can read the store itself.
  @Test func aViewJoinsCellsAndTrials() throws {
    let folder = try TemporaryFolder()
    _ = try partialSweep(folder.output)
    let script = """
      import sqlite3, sys
      rows = sqlite3.connect(sys.argv[1]).execute("SELECT snr, repetition, trained, forgetAccuracy, reason FROM result").fetchall()
      assert len(rows) == 32 and all((r[3] is None) == (r[2] == 0) and (r[4] is None) == (r[2] == 1) for r in rows)
      print(sorted({r[0] for r in rows}))
      """
    #expect(try runPython(script, [folder.output.store]) == "[0.25, 1.0]\n")
  }

  private func runPython(_ script: String, _ arguments: [String]) throws -> String {
    let result = try Python.run(script, arguments)
    #expect(result.status == 0, "\(result.talk)")
    return result.output
  }
}
