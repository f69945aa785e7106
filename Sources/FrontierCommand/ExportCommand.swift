import Exports
import Platform
import Results
import Specs
import Storage

/// `frontier export`: stored trials for other programs.
enum ExportCommand {
  static let help = """
    usage: frontier export DIR --format csv|json|npz|cells [--to FILE]

    Writes every stored trial of the sweep in the folder DIR, in grid order, then by repetition;
    docs/columns.md says what the columns are. The same results give the same bytes, however they came
    about.

      csv    a row a trial: axes, repetition, measurements, outcome, reason;
             a figure that does not exist is empty, flags are 1 and 0
      json   an object with the sweep's parameters and a list of trials;
             a figure that does not exist is null
      npz    a compressed NumPy archive: a vector for each axis, and for each measurement an array
             over axes x repetition, NaN where there is none
      cells  csv with a row a cell: axes, stored trials, the share of them in which each event happened
             (by the specification's thresholds), and statistics of cells such as forgettingEpsilon

    options:
      --format F   csv, json, npz or cells
      --to FILE    the file to write; without it all but npz go to standard output
      --help       this text

    examples:
      frontier export output/quickstart --format csv > quickstart.csv
      frontier export output/quickstart --format npz --to quickstart.npz
      python3 -c 'import numpy; print(numpy.load("quickstart.npz")["forgetAccuracy"].mean(axis=-1))'

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "export", options: [("--format", "csv, json, npz or cells"), ("--to", "a file")])
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart --format csv") { "output/\($0)" })
    let names = ResultExport.Format.allCases.map(\.rawValue) + [cells]
    guard let name = arguments.text("--format") else { throw UsageError(description: "export needs --format \(names.joined(separator: "|"))") }
    guard name != cells else { return try exportCells(of: folder, to: arguments.text("--to")) }
    guard let format = ResultExport.Format(rawValue: name) else { throw UsageError(description: unknown(name, among: names, called: "format")) }
    let export = try ResultExport(of: folder)
    Console.tell(export.notices)
    guard let path = arguments.text("--to") else {
      guard format != .npz else { throw UsageError(description: "an npz archive is not text: name a file with --to FILE") }
      let output = StandardOutput()
      try export.write(format, to: output)
      return try output.finish()
    }
    let file = try FileWriter(path)
    try export.write(format, to: file)
    try file.finish()
    Console.say("frontier: wrote \(export.trials) trials to \(path)")
  }

  private static let cells = "cells"

  private static func exportCells(of folder: OutputFolder, to path: String?) throws {
    let table = try ResultTable(of: folder)
    Console.tell(table.notices)
    guard let path else {
      let output = StandardOutput()
      try CellExport(table).write(to: output)
      return try output.finish()
    }
    let file = try FileWriter(path)
    try CellExport(table).write(to: file)
    try file.finish()
    Console.say("frontier: wrote \(table.spec.grid.count) cells to \(path)")
  }
}
