import Exports
import Experiments
import Figures
import Platform

/// The file that the course of a trial goes to; its ending says what it is.
struct TraceFile {
  private enum Format: String, CaseIterable { case csv, png, svg, pdf }

  let path: String
  private let format: Format

  /// Refuses an ending that is none of these.
  init(_ path: String) throws(UsageError) {
    let ending = path.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last.map { $0.lowercased() }
    guard let format = ending.flatMap(Format.init) else {
      throw UsageError(description: "--trace \(path): the file's ending says what it is: \(Format.allCases.map { "." + $0.rawValue }.joined(separator: ", "))")
    }
    (self.path, self.format) = (path, format)
  }

  func write(_ trace: Trace, of cell: Cell, seed: UInt64, repetition: Int) throws {
    let figure = TraceFigure(trace, of: cell, "seed \(seed), repetition \(repetition)").figure(measure: CairoText())
    switch format {
    case .csv: try Files.write(Array(trace.csv.utf8), to: path)
    case .png:
      let texts = [
        ("Title", figure.title), ("Software", "unlearning-frontier \(Command.version)"),
        ("Source", "trial of \(cell.experiment.name), seed \(seed), repetition \(repetition)"),
        ("Parameters", zip(cell.experiment.parameters, cell.values).map { "\($0.name)=\($1.text)" }.joined(separator: " ")),
      ]
      try Files.write(try figure.scene.png(dotsPerInch: RenderCommand.dotsPerInch, texts: texts), to: path)
    case .svg: try Files.write(try figure.scene.vector(.svg, title: figure.title), to: path)
    case .pdf: try Files.write(try figure.scene.vector(.pdf, title: figure.title), to: path)
    }
  }
}
