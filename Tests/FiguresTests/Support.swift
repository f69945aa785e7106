import Experiments
import Figures
import Foundation
import Results
import Specs
import TestSupport
import Testing

/// A table of made-up trials: forgotten above a rising line, kept below a falling one, so that boundaries, bands and frontiers all have something to draw.
func table(axes: String, views: String = "", repetitions: Int = 3, experiment: String = "cnn", missing: (Int, Int) -> Bool = { _, _ in false }) throws
  -> ResultTable
{
  let text = """
    { name: "made-up", experiment: "\(experiment)", seed: 1, repetitions: \(repetitions), axes: { \(axes) }, views: [ \(views) ] }
    """
  return madeUp(try SweepSpec(json5: Array(text.utf8), file: "test.json5"), missing: missing)
}

/// The same of any specification.
func madeUp(_ spec: SweepSpec, missing: (Int, Int) -> Bool = { _, _ in false }) -> ResultTable {
  let repetitions = spec.repetitions
  let columns = spec.experiment.columns
  var results: [TrialResult?] = []
  for cell in 0..<spec.grid.count {
    let shares = zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { Double($1) / Double(max($0.values.count - 1, 1)) }
    for repetition in 0..<repetitions {
      let level = (shares.first ?? 0) * 0.6 + 0.05 * Double(repetition) - 0.2, height = shares.dropFirst().first ?? 0.5
      let values = columns.map { column -> MeasuredValue in
        switch column.name {
        case "forgetAccuracy": .number(height > level ? 0.1 : 0.9)
        case "retainAccuracy": .number(height + level < 0.9 ? 1 : 0.6)
        case "tangentForgetAccuracy": .number(0.5 + (level - height) / 2)
        case "squaredWeightDistance": .number(1 + 1e5 * height * height)
        case "driftAlignmentRatio": .number(0.1 + 0.4 * (shares.first ?? 0))
        case "typicalRate": .number(0.05 * (height - level))
        case "meanSquareRadius": .number(1 + 0.1 * (height - level))
        case "escapedAtStep": height > level ? .count(10) : .absent("did not escape")
        default:
          switch column.kind {
          case .number: .number(0.5)
          case .count: .count(1)
          case .flag: .flag(true)
          }
        }
      }
      results.append(missing(cell, repetition) ? nil : TrialResult(of: spec.experiment, values: values))
    }
  }
  return ResultTable(spec, results)
}

extension FigureStyle {
  /// The column of a paper.
  static var column: FigureStyle {
    var style = FigureStyle()
    (style.width, style.textSize) = (3.25 * 72, 7)
    return style
  }
}

/// None of a figure's texts lies on another, and none leaves the figure.
func expectApart(_ scene: Scene, _ what: String) {
  let texts = scene.texts, page = Box(x: 0, y: 0, width: scene.width, height: scene.height)
  #expect(texts.count >= 4, "\(what)")
  for (i, text) in texts.enumerated() {
    #expect(page.contains(text.box), "'\(text.string)' leaves the figure \(what)")
    for other in texts[(i + 1)...] where text.box.overlaps(other.box) { Issue.record("'\(text.string)' lies on '\(other.string)' in \(what)") }
  }
}
