import JSONText
import Results
import Verdicts

/// report.html: a sweep that can be explored, in one file that needs nothing else, no network least of all.
public struct ExplorerPage {
  private let table: ResultTable
  private let comparison: Comparison
  private let summary: String
  private let figures: [String]
  private let version: String

  /// - Parameters:
  ///   - summary: how far the sweep is, in a sentence.
  ///   - figures: PNG files that lie beside the page, to be linked, by their paths from it.
  ///   - version: what wrote it.
  public init(_ table: ResultTable, _ comparison: Comparison, summary: String, figures: [String], version: String) {
    (self.table, self.comparison, self.summary, self.figures, self.version) = (table, comparison, summary, figures, version)
  }

  public func html() throws -> String {
    let data = ExplorerData(table: table, comparison: comparison)
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let contour = text(PackageResources.contour_js), meanField = text(PackageResources.meanfield_js)
    let scripts = [
      PackageResources.colour_js, PackageResources.data_js, PackageResources.judge_js, PackageResources.contour_js, PackageResources.meanfield_js,
      PackageResources.draw_js, PackageResources.state_js, PackageResources.lines_js, PackageResources.trial_js,
      PackageResources.controls_js, PackageResources.page_js,
    ].map(text).joined(separator: "\n")
    let parts: [String: String] = [
      "title": Self.escaped(table.spec.name), "summary": Self.escaped(summary), "limits": Self.escaped(Comparison.limits), "figures": links,
      "source": Self.escaped(table.spec.source), "version": Self.escaped(version), "style": text(PackageResources.page_css),
      "head": Self.inScript(data.head().text), "blocks": Self.inScript(try data.blocks().text),
      "worker": contour + meanField + text(PackageResources.worker_js),
      "script": "\"use strict\"\n" + scripts,
    ]
    // One pass, so that nothing of the data is taken for a place in the page.
    return text(PackageResources.page_html).split(separator: "{{", omittingEmptySubsequences: false).enumerated().map { i, piece in
      guard i > 0, let end = piece.firstRange(of: "}}") else { return String(piece) }
      return (parts[String(piece[..<end.lowerBound])] ?? "") + piece[end.upperBound...]
    }.joined()
  }

  private var links: String {
    guard !figures.isEmpty else { return "" }
    let items = figures.map { path in
      let stem = Self.escaped(String(path.dropLast(4)))
      return "<li>\(stem): <a href=\"\(stem).png\">PNG</a>, <a href=\"\(stem).svg\">SVG</a>, <a href=\"\(stem).pdf\">PDF</a></li>"
    }
    return "<h2>Figures beside this page</h2>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  /// JSON that ends no script.
  private static func inScript(_ json: String) -> String { json.replacing("</", with: "<\\/").replacing("<!--", with: "<\\u0021--") }
}
