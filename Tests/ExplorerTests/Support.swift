import Engine
import Explorer
import Foundation
import Results
import Specs
import Storage
import TestSupport
import Verdicts

/// The quickstart with few repetitions, run once.
private let sweep = Result { () -> ResultTable in
  let folder = try TemporaryFolder(), path = Repository.root.path + "/sweeps/quickstart.json5"
  let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "repetitions: 8", with: "repetitions: 3")
  let spec = try SweepSpec(json5: Array(text.utf8), file: path), output = OutputFolder(folder.path + "/output")
  _ = try SweepRun(spec, in: output, jobs: 2, now: 0).run()
  return try ResultTable(of: output)
}

func quickstart() throws -> ResultTable { try sweep.get() }

func page(_ table: ResultTable) throws -> String {
  try ExplorerPage(table, Comparison(table, success: table.spec.success), summary: "<of a test>", figures: [], version: "test").html()
}

extension Browser.Step {
  /// Moves a slider as a hand does.
  static func move(_ id: String, to value: Double) -> Browser.Step {
    .run(
      "const it = document.getElementById('\(id)'); it.value = \(value); it.dispatchEvent(new Event('input')); it.dispatchEvent(new Event('change')); return it.value"
    )
  }

  /// In how many trials each event happened, and of how many it is known.
  static let count = Browser.Step.run("return head.events.map(event => [judged[event.name].happened, judged[event.name].known])")
}
