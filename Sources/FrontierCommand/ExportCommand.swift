import Experiments
import Exports
import Figures
import Platform
import Results
import Specs
import Storage

/// `frontier export`: results for other programs.
enum ExportCommand {
  static let help = """
    usage: frontier export DIR --format csv|json|npz|zarr [--what WHAT] [--to FILE] [options]

    Writes what the sweep in the folder DIR holds, and the lines that its figures draw, for other
    programs; docs/exports.md shows how to read each. The same results give the same bytes, however
    they came about.

    --what:
      trials      every stored trial, in grid order, then by repetition (default); docs/columns.md says
                  what the columns are
      cells       a row a cell: stored trials, the share of them in which each event happened, and
                  statistics of cells such as forgettingEpsilon
      margins     a row a trial: what each criterion says, at least 0 where it predicts its event
      frontiers   the lines where criteria turn, over every plane of the views, a row a point
      boundaries  the observed boundaries of the views' events and the edges of their 95 % bands

    --format:
      csv    a row a line; empty where there is no number, flags are true and false
      json   an object with the sweep's parameters and a list of rows; null where there is no number
      npz    a compressed NumPy archive: of trials, cells and margins an array a column over
             axes (x repetition), NaN where there is no number; of lines a vector a column
      zarr   trials, margins, shares and statistics in one data set with units, long names and
             thresholds, which xarray.open_zarr reads: a folder, or one file if FILE ends in .zip

    options:
      --to FILE              the file to write; without it csv and json go to standard output
      --view N               lines of the N-th view of the specification alone, from 1
      --criteria NAME,...    for margins and frontiers (default: all; the views' own)
      --events NAME,...      for boundaries (default: those that the views show)
      --help                 this text

    thresholds of success, for cells, margins and lines (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 23, showsDefaults: false))

    examples:
      frontier export output/quickstart --format csv > quickstart.csv
      frontier export output/quickstart --format zarr --to quickstart.zarr
      python3 -c 'import xarray; print(xarray.open_zarr("quickstart.zarr"))'
      frontier export output/quickstart --what frontiers --format csv > frontiers.csv

    """

  private enum What: String, CaseIterable { case trials, cells, margins, frontiers, boundaries }

  private static let zarr = "zarr"
  private static let formats = ResultExport.Format.allCases.map(\.rawValue) + [zarr]

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "export",
      options: [
        ("--format", "csv, json, npz or zarr"), ("--what", What.allCases.map(\.rawValue).joined(separator: ", ")), ("--to", "a file"),
        ("--view", "a whole number"), ("--criteria", "names of criteria"), ("--events", "names of events"),
      ] + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart --format csv") { "output/\($0)" })
    guard let name = arguments.text("--format") else { throw UsageError(description: "export needs --format \(formats.joined(separator: "|"))") }
    if name == "cells" { throw UsageError(description: "a table of cells is not a format: --what cells --format csv (or json, npz)") }
    guard formats.contains(name) else { throw UsageError(description: unknown(name, among: formats, called: "format")) }
    let what = try arguments.name("--what", among: What.allCases.map(\.rawValue), called: "thing to export").flatMap(What.init) ?? .trials
    let format = ResultExport.Format(rawValue: name)
    try refuseIdle(arguments, what, isZarr: format == nil)
    guard let format else { return try exportZarr(arguments, what, of: folder) }
    guard what != .trials else { return try exportTrials(format, of: folder, to: arguments.text("--to")) }
    let table = try ResultTable(of: folder), spec = table.spec
    Console.tell(table.notices)
    let success = try arguments.success(of: spec)
    try write(isText: format != .npz, to: arguments.text("--to"), saying: "the \(what.rawValue) of \(spec.name)") { sink in
      switch what {
      case .trials, .cells: try GridExport(table, success: success).writeCells(format, to: sink)
      case .margins:
        let names = try arguments.names("--criteria", among: spec.experiment.criteria.map(\.name), called: "criterion")
        try GridExport(table, success: success).writeMargins(format, criteria: names, to: sink)
      case .frontiers, .boundaries:
        try LineExport(table, success: success).write(try lines(arguments, what, of: spec), format, to: sink)
      }
    }
  }

  /// Options that would change nothing are a mistake.
  private static func refuseIdle(_ arguments: Arguments, _ what: What, isZarr: Bool) throws {
    // A Zarr store has everything on the grid, whatever of it is asked for.
    if isZarr, arguments.has("--criteria") { throw UsageError(description: "--criteria: a Zarr store has the margins of all; leave it out") }
    var uses: [(option: String, by: [What])] = [
      ("--view", [.frontiers, .boundaries]), ("--criteria", [.margins, .frontiers]), ("--events", [.boundaries]),
    ]
    if !isZarr { uses += Arguments.thresholds.map { ($0.name, What.allCases.filter { $0 != .trials }) } }
    for (option, users) in uses where arguments.text(option) != nil && !users.contains(what) {
      throw UsageError(description: "\(option) is for --what \(users.map(\.rawValue).joined(separator: " or ")); leave it out for \(what.rawValue)")
    }
  }

  /// Over the planes of the views, each pair of axes once.
  private static func lines(_ arguments: Arguments, _ what: What, of spec: SweepSpec) throws -> [LineExport.Request] {
    var views = HeatmapView.all(of: spec)
    if let number = try arguments.whole("--view", in: 1...max(views.count, 1)) {
      guard number <= views.count else { throw UsageError(description: "the specification has no views; leave --view out") }
      views = [views[number - 1]]
    }
    let axes = spec.grid.axes.map(\.name), experiment = spec.experiment
    if views.isEmpty, axes.count > 1 { views = [HeatmapView(x: axes[0], y: axes[1], values: [experiment.events[0].name], frontiers: [])] }
    guard !views.isEmpty else { throw UsageError(description: "lines need a plane of two axes, and the sweep has \(axes.count)") }
    let criteria = try arguments.names("--criteria", among: experiment.criteria.map(\.name), called: "criterion")
    let events = try arguments.names("--events", among: experiment.events.map(\.name), called: "event")
    var planes: [[String]] = []
    for view in views where !planes.contains([view.x, view.y]) { planes.append([view.x, view.y]) }
    return planes.map { plane in
      let over = views.filter { [$0.x, $0.y] == plane }
      let shown = over.flatMap(\.values).compactMap(experiment.event).flatMap { $0.parts.isEmpty ? [$0.name] : $0.parts }
      return LineExport.Request(x: plane[0], y: plane[1], what == .frontiers ? .frontiers(criteria ?? over.flatMap(\.frontiers)) : .boundaries(events ?? shown))
    }
  }

  private static func exportTrials(_ format: ResultExport.Format, of folder: OutputFolder, to path: String?) throws {
    let export = try ResultExport(of: folder)
    Console.tell(export.notices)
    try write(isText: format != .npz, to: path, saying: "\(export.trials) trials") { try export.write(format, to: $0) }
  }

  private static func exportZarr(_ arguments: Arguments, _ what: What, of folder: OutputFolder) throws {
    guard what != .frontiers, what != .boundaries else {
      throw UsageError(description: "lines do not lie on the grid: --what \(what.rawValue) is for csv, json or npz")
    }
    guard let path = arguments.text("--to") else {
      throw UsageError(description: "a Zarr store is a folder: name it with --to DIR, or one file with --to FILE.zip")
    }
    let table = try ResultTable(of: folder)
    Console.tell(table.notices)
    try ZarrExport(table, success: try arguments.success(of: table.spec), software: "unlearning-frontier \(Command.version)").write(to: path)
    Console.say("frontier: wrote \(table.stored) trials to \(path)")
  }

  private static func write(isText: Bool, to path: String?, saying what: String, _ export: (any ByteSink) throws -> Void) throws {
    guard let path else {
      guard isText else { throw UsageError(description: "an npz archive is not text: name a file with --to FILE") }
      let output = StandardOutput()
      try export(output)
      return try output.finish()
    }
    let file = try FileWriter(path)
    try export(file)
    try file.finish()
    Console.say("frontier: wrote \(what) to \(path)")
  }
}
