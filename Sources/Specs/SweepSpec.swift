import Experiments
import Images

/// What a sweep is: an experiment, the grid of its cells, how often each is repeated, and how the results are viewed.
public struct SweepSpec: Sendable {
  public let name: String
  public let experiment: any Experiment
  public let seed: UInt64
  public let repetitions: Int
  public let grid: Grid
  public let success: SuccessThresholds
  /// Whose boundaries are sought; nil where the whole grid is measured.
  public let refinement: Refinement?
  public let views: [SweepView]
  /// The text that it was read from.
  public let source: String
  /// The same, with what is found in the files that it names: what stores and batch jobs keep.
  public let keptText: String
  /// The files of its images; nil for signal plus noise.
  let request: ImageRequest?
  /// What of the kept text says what is found in them.
  let foundText: String

  /// Of the text, for provenance.
  public var hash: String { Self.hash(of: source) }

  /// FNV-1a in 64 bits, as 16 hexadecimal digits.
  public static func hash(of text: String) -> String {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Trials of the whole sweep.
  public var trials: Int { grid.count * repetitions }

  /// Parameters that are no axis, with their values.
  public var fixedParameters: [(name: String, value: ParameterValue)] {
    zip(experiment.parameters, grid.base.values).map { ($0.name, $1) }.filter { parameter in !grid.axes.contains { $0.name == parameter.0 } }
  }
}

extension SweepSpec: Equatable {
  /// The text says it all.
  public static func == (a: SweepSpec, b: SweepSpec) -> Bool { a.experiment.name == b.experiment.name && a.keptText == b.keptText }
}

/// One way to look at a sweep: a heatmap of each of some values over two axes, and the frontiers drawn over it.
public struct SweepView: Sendable, Equatable {
  public let x: String
  public let y: String
  /// Events of the experiment, or columns of its measurements.
  public let values: [String]
  /// Names of criteria.
  public let frontiers: [String]
}
