import Experiments
import Stability

/// How lines look. A criterion keeps its colour and dash in every figure, whatever else is drawn.
package enum LineStyles {
  /// Of the palette that Okabe and Ito made for every colour vision, darkened for pale grounds.
  private static let (orange, magenta, green, purple, brown, blue, grey) = (
    Colour(hex: 0xD55E00), Colour(hex: 0xB0307F), Colour(hex: 0x0B6B4F), Colour(hex: 0x6B3FA0), Colour(hex: 0x8A5A00), Colour(hex: 0x005F9E),
    Colour(hex: 0x444444)
  )

  /// One family has one colour where it can: what needs no network is orange, the tangent green, the measured mean field blue.
  private static let known: [String: (colour: Colour, dash: [Double])] = [
    "quenched": (orange, [7, 3]), "aPrioriMeanField": (brown, [7, 3]), "tangent": (green, [9, 3, 2, 3]), "meanField": (blue, [12, 3]),
    "drift": (purple, [4, 2]), "closedForm": (grey, [1, 2]),
    "quenchedRetain": (magenta, [2, 2]), "tangentRetain": (green, [4, 2]), "meanFieldRetain": (blue, [2, 2]),
    "aPrioriMemory": (purple, [12, 3]), "meanFieldMemory": (blue, [6, 2, 1, 2, 1, 2]),
    "quenchedEscape": (orange, [4, 2]), "tangentEscape": (green, [12, 3]), "typical": (magenta, [9, 3, 2, 3]), "meanSquare": (purple, [7, 3]),
    "coherenceDivergence": (orange, [9, 3, 2, 3]), "coherenceConvergence": (blue, [4, 2]), "contraction": (brown, [4, 2]), "singleSample": (grey, [7, 3]),
    "noiseRadius": (grey, [2, 2]),
    "sharpenedDivergence": (orange, [2, 2]), "sharpenedMeanSquare": (purple, [2, 2]), "samDivergence": (brown, [9, 3, 2, 3]),
    "samConvergence": (blue, [9, 3, 2, 3]), "meanStep": (grey, [12, 3]), "keptNoise": (magenta, [12, 3]), "criticalRadius": (magenta, [7, 3]),
    "memorisation": (orange, [12, 3]), "benign": (magenta, [4, 2]), "composition": (blue, [7, 3]), "randomCoreset": (brown, [12, 3]),
    "aPrioriGroups": (brown, [2, 2]), "groupMeanField": (blue, [1, 2]),
  ]

  /// Criteria from outside follow each other through colours and dashes.
  package static func frontier(_ criterion: Criterion<Row>, of experiment: any Experiment) -> Stroke {
    if let (colour, dash) = known[criterion.name] { return Stroke(colour, width: 1.5, dash: dash) }
    let colours = [orange, magenta, green, purple, brown, blue, grey], strangers = experiment.criteria.filter { known[$0.name] == nil }
    let place = strangers.firstIndex { $0.name == criterion.name } ?? 0
    return Stroke(colours[place % colours.count], width: 1.5, dash: [1, 2, 5, 2] + [Double](repeating: 2, count: 2 * (place / colours.count)))
  }

  /// A boundary of another panel.
  package static let reference = Stroke(Colour(hex: 0x6B6B6B), width: 1.1, dash: [2, 1.5])

  package static func boundary(_ event: Event) -> Stroke {
    event.subject == .keeping ? Stroke(Colour(hex: 0xC8102E), width: 1.6) : Stroke(.ink, width: 1.9)
  }
}
