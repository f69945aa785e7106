/// A trial of a sweep: which cell of its grid, which repetition.
package struct TrialIdentity: Hashable, Sendable {
  package let cell: Int
  package let repetition: Int

  package init(cell: Int, repetition: Int) { (self.cell, self.repetition) = (cell, repetition) }
}

extension SweepSpec {
  /// A trial by what its axes are, as in "snr=0.1 forgetRatio=0.2 repetition=3".
  package func words(cell: Int, repetition: Int) -> String {
    let values = zip(grid.axes, grid.coordinates(of: cell)).map { "\($0.name)=\($0.values[$1].text)" }
    return (values + ["repetition=\(repetition)"]).joined(separator: " ")
  }
}
