import Experiments
import Specs
import Stability
import TestSupport
import Testing

/// A criterion by its name.
func criterion(_ name: String) throws -> Criterion<Row> { try #require(cnn.criteria.first { $0.name == name }) }

/// The grid of these axes.
func grid(_ axes: String) throws -> Grid {
  try SweepSpec(json5: Array("{name: 'a', experiment: 'cnn', repetitions: 1, axes: {\(axes)}}".utf8), file: "f").grid
}
