import Experiments
import Engine
import Platform
import Results
import Specs
import Stability
import Storage
import Verdicts

/// report.html: figures and verdicts of a sweep on one page, which refers to the files beside it.
struct ReportPage {
  let table: ResultTable
  let comparison: Comparison
  let status: SweepStatus
  /// PNG files within the folder.
  let figures: [String]

  func write(in folder: OutputFolder) throws {
    try Files.write(Array(html.utf8), to: folder.path + "/report.html")
  }

  private var html: String {
    let spec = table.spec, state = status.left == 0 ? "complete" : "\(status.done) of \(spec.trials) trials so far"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(Self.escaped(spec.name))</title>
      <style>
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #1a1a1a }
        img { max-width: 100%; height: auto }
        table { border-collapse: collapse; font-size: 13px; margin: .5em 0 2em }
        th, td { padding: .2em .8em .2em 0; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top }
        pre { background: #f6f6f4; padding: 1em; overflow-x: auto; font-size: 13px }
        .quiet { color: #595959; font-size: 13px }
      </style>
      <h1>\(Self.escaped(spec.name))</h1>
      <p>\(spec.experiment.name) experiment, seed \(spec.seed): \(spec.grid.count) cells, \(spec.repetitions) repetitions each; \(state).
      \(status.escaped.map { "\($0) trials escaped, " } ?? "")\(status.notTrained) did not train to their target, \(status.failed) failed.</p>
      \(figures.map(Self.figure).joined(separator: "\n"))
      <h2>What happened</h2>
      <table>\(Self.row(["event", "trials"], "th"))
      \(comparison.happenings.filter { $0.known > 0 }.map(happening).joined(separator: "\n"))</table>
      <h2>How right each criterion is</h2>
      \(spec.experiment.predictedEvents.map(verdict).joined(separator: "\n"))
      <p class="quiet">\(Self.escaped(Comparison.limits))</p>
      <h2>Specification</h2>
      <pre>\(Self.escaped(spec.source))</pre>
      <p class="quiet">unlearning-frontier \(Command.version), specification \(spec.hash)</p>

      """
  }

  private static func figure(_ path: String) -> String {
    let stem = escaped(String(path.dropLast(4)))
    return """
      <figure><a href="\(stem).pdf"><img src="\(stem).png" alt="\(stem)"></a>
      <figcaption class="quiet"><a href="\(stem).pdf">PDF</a>, <a href="\(stem).svg">SVG</a>, <a href="\(stem).png">PNG</a></figcaption></figure>
      """
  }

  private func verdict(_ event: Event) -> String {
    let own = comparison.judgements.filter { $0.event == event && $0.isOwn }
    guard let first = own.first else { return "" }
    let head = ["criterion", "cells on the right side", "balanced", "IoU", "area under ROC", "bias", "claim"]
    let rows = own.map { judgement in
      [
        judgement.criterion.name, Comparison.number(judgement.onRightSide), Comparison.number(judgement.balancedAccuracy),
        Comparison.number(judgement.intersectionOverUnion), Comparison.number(judgement.areaUnderROC), Comparison.number(judgement.bias),
        judgement.claimWords,
      ]
    }
    return """
      <h3>\(Self.escaped(event.tableTitle(comparison.success))): \(first.cells) cells, \(first.trials) trials</h3>
      <table>\(Self.row(head, "th"))
      \(rows.map { Self.row($0, "td") }.joined(separator: "\n"))</table>
      """
  }

  private func happening(_ found: Happening) -> String {
    Self.row([found.event.tableTitle(comparison.success), "\(found.happened) of \(found.known)"], "td")
  }

  private static func row(_ cells: [String], _ tag: String) -> String { "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>" }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
