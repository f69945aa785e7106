import Exports
import Experiments
import Figures
import Platform

/// The file that the course of a trial goes to; its ending says what it is.
struct TraceFile {
  let path: String
  /// Nil for a table.
  private let picture: FigureFormat?

  private static let table = "csv"

  /// Refuses an ending that is none of these.
  init(_ path: String) throws(UsageError) {
    let ending = path.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last.map { $0.lowercased() }
    let picture = ending.flatMap(FigureFormat.init)
    guard picture != nil || ending == Self.table else {
      let endings = [Self.table] + FigureFormat.allCases.map(\.rawValue)
      throw UsageError(description: "--trace \(path): the file's ending says what it is: \(endings.map { "." + $0 }.joined(separator: ", "))")
    }
    (self.path, self.picture) = (path, picture)
  }

  func write(_ trace: Trace, of cell: Cell, seed: UInt64, repetition: Int) throws {
    guard let picture else { return try Files.write(Array(trace.csv.utf8), to: path) }
    let figure = TraceFigure(trace, of: cell, "seed \(seed), repetition \(repetition)").figure(measure: CairoText())
    let texts = [
      ("Source", "trial of \(cell.experiment.name), seed \(seed), repetition \(repetition)"),
      ("Parameters", zip(cell.experiment.parameters, cell.values).map { "\($0.name)=\($1.text)" }.joined(separator: " ")),
    ]
    try Files.write(try figure.file(picture, texts: texts), to: path)
  }
}
