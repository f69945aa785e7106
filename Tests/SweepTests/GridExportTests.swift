import Experiments
import Exports
import Foundation
import Platform
import Results
import Specs
import TestSupport
import Testing
import Verdicts

/// What is made of trials leaves the program as it is seen in it: shares, margins, lines, and all of it in one data set.
@Suite struct GridExportTests {
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  /// A row a cell: what is stored, in what share of it each event happened, and what cells have besides.
  @Test func cellsHaveSharesAndStatistics() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(in: folder.output), table = try ResultTable(of: folder.output), sink = Buffer()
    try GridExport(table, success: spec.success).writeCells(.csv, to: sink)
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

  @Test func marginsAreTheCriteria() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(in: folder.output), table = try ResultTable(of: folder.output), sink = Buffer()
    var success = spec.success
    success[.forgetAccuracyAtMost] = 0.3
    try GridExport(table, success: success).writeMargins(.csv, to: sink)
    let found = rows(sink.text), criteria = spec.experiment.criteria(judging: success)
    #expect(found.count == 32)
    var next = 0, said = 0
    for cell in 0..<spec.grid.count {
      let trials = table.rows(ofCell: cell)
      for repetition in 0..<spec.repetitions where table[cell, repetition] != .notStored {
        let row = found[next]
        next += 1
        #expect(row["repetition"] == "\(repetition)" && row["snr"] == spec.grid.axes[3].values[spec.grid.coordinates(of: cell)[3]].text)
        for criterion in criteria {
          let margin = criterion.marginsOfRepetitions(trials)[repetition]
          #expect(row[criterion.name] == (margin.map { "\($0)" } ?? ""), "\(criterion.name)")
          said += margin == nil ? 0 : 1
        }
      }
    }
    #expect(next == 32 && said > 100)
    // Some criteria alone, as an archive over the grid.
    let archive = folder.path + "/margins.npz", file = try FileWriter(archive)
    try GridExport(table, success: success).writeMargins(.npz, criteria: ["tangent", "drift"], to: file)
    try file.finish()
    let script = """
      import numpy, sys
      a = numpy.load(sys.argv[1]); shape = (2, 2, 2, 3, 3)
      assert set(a.files) == {"axes", "sampling", "trainMaxSteps", "batchSize", "snr", "repetition", "tangent", "drift"}, a.files
      assert list(a["axes"]) == ["sampling", "trainMaxSteps", "batchSize", "snr", "repetition"], a["axes"]
      assert a["tangent"].shape == shape and a["drift"].shape == shape
      print(repr(float(numpy.nansum(a["tangent"]))))
      """
    let sum = try #require(Double(try python(script, [archive]).trimmingCharacters(in: .whitespacesAndNewlines)))
    let expected = found.compactMap { $0["tangent"].flatMap(Double.init) }.reduce(0, +)
    #expect(abs(sum - expected) < 1e-9 && expected != 0)
  }

  /// The points of every line, of every plane, in the numbers of the axes.
  @Test func linesAreThoseOfThePlanes() throws {
    let folder = try TemporaryFolder(), axes = "batchSize: [2, 5], snr: {from: 0.1, to: 1, count: 4, scale: 'log'}, forgetRatio: [0.05, 0.2, 0.4, 0.6]"
    let spec = try cnnSpec(axes: axes, repetitions: 3)
    try run(spec, in: folder.output)
    let table = try ResultTable(of: folder.output), criteria = ["aPrioriMeanField", "drift"]
    for (kind, names) in [(LineExport.Request.Kind.frontiers(criteria), criteria), (.boundaries(["forgetSuccess"]), ["boundary", "low", "high"])] {
      let sink = Buffer()
      try LineExport(table, success: spec.success).write([.init(x: "snr", y: "forgetRatio", kind)], .csv, to: sink)
      let found = rows(sink.text)
      var points = 0
      for (place, batch) in [2, 5].enumerated() {
        let plane = try #require(Plane(spec.grid, x: "snr", y: "forgetRatio", held: [place, 0, 0])), view = PlaneView(table, on: plane, success: spec.success)
        for name in names {
          let event = try #require(spec.experiment.event("forgetSuccess")), edges = try #require(view.bandEdges(event))
          let criterion = spec.experiment.criteria.first { $0.name == name }
          let contour = ["boundary": view.boundary(event), "low": edges.low, "high": edges.high][name] ?? criterion.map(view.frontier)
          let lines = try #require(contour).lines
          for (line, expected) in lines.enumerated() {
            let mine = found.filter { Double($0["batchSize"] ?? "") == Double(batch) && ($0["criterion"] ?? $0["edge"]) == name && $0["line"] == "\(line)" }
            #expect(mine.count == expected.count && mine.map { $0["point"] } == expected.indices.map { "\($0)" })
            for (row, point) in zip(mine, expected) {
              #expect(row["xAxis"] == "snr" && row["x"] == "\(plane.x.number(at: point.x))" && row["y"] == "\(plane.y.number(at: point.y))")
            }
            points += expected.count
          }
        }
      }
      #expect(points == found.count && points > 10)
    }
  }

  /// Opened by xarray in one line, from a folder and from one file, and the same as the table and the other exports.
  @Test func zarrIsWhatXarrayOpens() throws {
    let folder = try TemporaryFolder()
    let spec = try partialSweep(in: folder.output), table = try ResultTable(of: folder.output)
    let export = ZarrExport(table, success: spec.success, software: "α of it"), trials = folder.path + "/a.csv", margins = folder.path + "/m.csv"
    let cells = folder.path + "/c.csv"
    for path in ["/a.zarr", "/a.zarr.zip"] { try export.write(to: folder.path + path) }
    try Data(exported(folder.output).bytes).write(to: URL(fileURLWithPath: trials))
    for (path, isCells) in [(margins, false), (cells, true)] {
      let sink = Buffer(), grid = GridExport(table, success: spec.success)
      if isCells { try grid.writeCells(.csv, to: sink) } else { try grid.writeMargins(.csv, to: sink) }
      try Data(sink.bytes).write(to: URL(fileURLWithPath: path))
    }
    let script = """
      import csv, math, sys, xarray
      d = xarray.open_zarr(sys.argv[1])
      axes = ["sampling", "trainMaxSteps", "batchSize", "snr"]
      assert dict(d.sizes) == {"sampling": 2, "trainMaxSteps": 2, "batchSize": 2, "snr": 3, "repetition": 3}, d.sizes
      assert list(d.sampling.values) == ["uniform", "bernoulli"] and list(d.snr.values) == [0.25, 0.1, 1] and d.batchSize.dtype == int
      assert d.attrs["source"] == "α of it" and d.attrs["threshold_forgetAccuracyAtMost"] == 0.5 and d.attrs["parameter_samples"] == 12
      assert d.forgetAccuracy.attrs["units"] == "share" and "classified" in d.forgetAccuracy.attrs["long_name"]
      assert d.snr.attrs["long_name"] == "signal-to-noise ratio"
      assert d.forgetAccuracy.dims == tuple(axes + ["repetition"]) and d.share_escape.dims == tuple(axes)
      def at(r):
        where = {"sampling": r["sampling"], "trainMaxSteps": int(r["trainMaxSteps"]), "batchSize": int(r["batchSize"]), "snr": float(r["snr"])}
        if "repetition" in r: where["repetition"] = int(r["repetition"])
        return d.sel(**where)
      def same(value, text):
        if text == "": return value != value
        return float(value) == float({"true": 1, "false": 0}.get(text, text))
      count = 0
      for file, prefix in [(sys.argv[2], ""), (sys.argv[3], "margin_"), (sys.argv[4], "share_")]:
        for r in csv.DictReader(open(file)):
          x = at(r).load()
          for name in r:
            variable = name if name == "forgettingEpsilon" else prefix + name
            if name in axes + ["repetition", "reason", "trials"]: continue
            if name == "outcome": assert str(x.outcome.values) == r[name]; continue
            assert same(x[variable].values[()], r[name]), (variable, x[variable].values, r[name]); count += 1
      assert int(d.done.sum()) == 32 and d.done.dtype == bool
      # Not all are known: no bool, but numbers, with NaN where there is none.
      assert math.isnan(d.trained.where(~d.done).max()) and d.trained.dtype.kind == "f" and set(d.trained.values[d.done.values]) == {0.0, 1.0}
      print(count)
      """
    for path in ["/a.zarr", "/a.zarr.zip"] {
      let result = try Python.run(script, [folder.path + path, trials, margins, cells], needing: "zarr, xarray")
      #expect(result.status == 0, "\(result.talk)")
      #expect(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 3000, "\(result.output)")
    }
    // The same results give the same bytes; only a store of its kind is replaced, and nothing half-written is left.
    let before = try contents(folder.path + "/a.zarr")
    try export.write(to: folder.path + "/a.zarr/")
    #expect(try contents(folder.path + "/a.zarr") == before && before.count > 200)
    #expect(throws: FileError.self) { try export.write(to: folder.output.path) }
    #expect(throws: FileError.self) { try export.write(to: trials) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.csv", "a.zarr", "a.zarr.zip", "c.csv", "m.csv", "output"])
  }

  /// Where every flag is known, flags are booleans to NumPy and to xarray.
  @Test func completeFlagsAreBooleans() throws {
    let folder = try TemporaryFolder(), archive = folder.path + "/a.npz", zarr = folder.path + "/a.zarr"
    try run(try cnnSpec(axes: "snr: [0.5, 1]"), in: folder.output)
    let file = try FileWriter(archive)
    try ResultExport(of: folder.output).write(.npz, to: file)
    try file.finish()
    let table = try ResultTable(of: folder.output)
    try ZarrExport(table, success: table.spec.success, software: "").write(to: zarr)
    let script = """
      import numpy, sys, xarray
      assert numpy.load(sys.argv[1])["trained"].dtype == bool and xarray.open_zarr(sys.argv[2]).trained.dtype == bool
      print("booleans")
      """
    let result = try Python.run(script, [archive, zarr], needing: "zarr, xarray")
    #expect(result.output == "booleans\n", "\(result.talk)")
  }

  private func contents(_ folder: String) throws -> [String: Data] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { !$0.isEmpty }
    return Dictionary(uniqueKeysWithValues: paths.compactMap { path in FileManager.default.contents(atPath: folder + "/" + path).map { (path, $0) } })
  }

  private func python(_ script: String, _ arguments: [String]) throws -> String {
    let result = try Python.run(script, arguments)
    #expect(result.status == 0, "\(result.talk)")
    return result.output
  }
}
