import Results
import Specs

/// The trials of a refined sweep: those that its search for boundaries wants (docs/spec.md, refine).
public struct BoundaryChooser: Chooser {
  public init() {}

  public func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? {
    guard let search = try known().search else { return nil }
    if number < search.completedWaves { return .nothing }
    return search.isFinished ? nil : Wave { search.wants(cell: $0, repetition: $1) }
  }
}

extension SweepSpec {
  /// What chooses its trials.
  public var chooser: any Chooser { refinement == nil ? FullGrid() : BoundaryChooser() }
}
