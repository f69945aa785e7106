import Dispatch
import Experiments
import Stability
import Synchronization

extension ResultTable {
  /// The trials of a cell, as events and criteria see them.
  public func rows(ofCell index: Int) -> [Row] {
    guard let cell = try? spec.grid.cell(at: index) else { return [] }
    return (0..<spec.repetitions).map { repetition in
      Row(cell, isCompleted: self[index, repetition] == .completed) { entry($0, cell: index, repetition: repetition) }
    }
  }

  /// What a criterion says over numbers of two parameters that need not be values of an axis, all else as in `cell`. Nil if it needs a network, or neither
  /// parameter occurs in it.
  public func margins(of criterion: Criterion<Row>, around cell: Int, varying names: (String, String), _ points: [(Double, Double)]) -> [Double?]? {
    guard let followed = criterion.followed, followed.contains(names.0) || followed.contains(names.1), !points.isEmpty, let cell = try? spec.grid.cell(at: cell)
    else { return nil }
    let rows = points.map { point in Row(cell, moved: [(names.0, point.0), (names.1, point.1)]) { _ in .unknown } }
    let margins = Self.concurrently(rows) { criterion.margins($0) }.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    return margins.contains { $0 != nil } ? margins : nil
  }
}

extension ResultTable {
  /// Results of a function that makes one of each element, some elements at a time; which are taken together does not depend on the machine.
  private static func concurrently<Element: Sendable, Value: Sendable>(
    _ elements: [Element], _ function: @escaping @Sendable ([Element]) -> [Value]
  ) -> [Value] {
    let size = 128, parts = Mutex<[Int: [Value]]>([:])
    let starts = Array(stride(from: 0, to: elements.count, by: size))
    DispatchQueue.concurrentPerform(iterations: starts.count) { part in
      let values = function(Array(elements[starts[part]..<min(starts[part] + size, elements.count)]))
      parts.withLock { $0[part] = values }
    }
    return parts.withLock { parts in starts.indices.flatMap { parts[$0] ?? [] } }
  }
}

extension Criterion<Row> {
  /// Numbers that come from eigenvalues are accurate to about this; a margin within it of zero is zero.
  private static let marginTolerance = 1e-9

  /// What it says of a trial; nil where it says nothing, or the trial did not get so far.
  public func margin(of row: Row) -> Double? {
    guard row.isCompleted, let margin = (try? assess(row))?.margin else { return nil }
    return margin.magnitude <= Self.marginTolerance ? 0 : margin
  }

  /// One for each repetition of a cell. Without a network all say the same.
  public func marginsOfRepetitions(_ rows: [Row]) -> [Double?] {
    guard !needsNetwork, let known = rows.first(where: \.isCompleted) else { return rows.map(margin) }
    let margin = margin(of: known)
    return rows.map { $0.isCompleted ? margin : nil }
  }
}
