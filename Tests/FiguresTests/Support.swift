import Experiments
import Figures
import Foundation
import Results
import Specs
import TestSupport

/// A table of made-up trials: forgotten above a rising line, kept below a falling one, so that boundaries, bands and frontiers all have something to draw.
func table(axes: String, views: String = "", repetitions: Int = 3, experiment: String = "cnn", missing: (Int, Int) -> Bool = { _, _ in false }) throws
  -> ResultTable
{
  let text = """
    { name: "made-up", experiment: "\(experiment)", seed: 1, repetitions: \(repetitions), axes: { \(axes) }, views: [ \(views) ] }
    """
  let spec = try SweepSpec(json5: Array(text.utf8), file: "test.json5")
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
