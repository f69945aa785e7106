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
  @Test func csvHasARowATrialWithEveryBit() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(in: folder.output), reader = try StoreReader(folder.output, spec: spec)
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
          case .flag(let flag): #expect(field == "\(flag)")
          case .absent, .undefined: #expect(field.isEmpty)
          }
        }
        #expect(row[5 + columns.count] == result.outcome.name)
      }
    }
    #expect(next == rows.count && next == 33)
  }

  @Test func jsonIsReadByFoundation() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(in: folder.output)
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
    _ = try partialSweep(in: folder.output)
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
          told = {"true": 1, "false": 0}.get(r[c], r[c])
          assert math.isnan(v) if told == "" else v.tobytes() == numpy.float64(told).tobytes(), (c, v, r[c])
      assert (seen == a["done"]).all() and a["done"].dtype == bool and seen.sum() == 32
      for c in columns: assert numpy.isnan(a[c][~seen]).all()
      assert (a["outcome"][~seen] == "").all()
      print("agreed on", seen.sum() * len(columns))
      """
    #expect(try runPython(script, [archive, table]) == "agreed on \(32 * cnn.columns.count)\n")
  }

  @Test func theSameResultsGiveTheSameArchive() throws {
    let a = try TemporaryFolder(), b = try TemporaryFolder()
    for folder in [a, b] { _ = try partialSweep(in: folder.output) }
    #expect(try exported(a.output, as: .npz).bytes == exported(b.output, as: .npz).bytes)
  }

  /// Foreign programs can read the store itself.
  @Test func aViewJoinsCellsAndTrials() throws {
    let folder = try TemporaryFolder()
    _ = try partialSweep(in: folder.output)
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
