import Dispatch
import Experiments
import TestSupport

/// What the repetitions of some cells measured, by column.
struct CellMeans {
  private let rows: [[Row?]]

  /// - Parameters:
  ///   - groups: cells that share what they can.
  ///   - probes: which are put to them.
  init(_ groups: [[CNNParameters]], repetitions: Int, seed: UInt64, probes: Set<String>) {
    let cells = groups.flatMap { $0.map { Cell(of: cnn, at: $0) } }, wanted = cnn.probes.map { probes.contains($0.name) }, columns = cnn.columns.map(\.name)
    let first = groups.indices.map { groups[..<$0].reduce(0) { $0 + $1.count } }
    var results = [Row?](repeating: nil, count: cells.count * repetitions)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: groups.count * repetitions) { i in
        let group = i / repetitions, repetition = i % repetitions
        guard let shared = try? cells[first[group]].prepare(seed: seed, repetition: repetition) else { return }
        for cell in first[group]..<(first[group] + groups[group].count) {
          let result = cells[cell].measure(seed: seed, repetition: repetition, probes: wanted, with: shared)
          let known = Dictionary(uniqueKeysWithValues: zip(columns, result.values.map(\.number)))
          results[cell * repetitions + repetition] = Row(cells[cell]) { column in (known[column] ?? nil).map { .value($0) } ?? .none }
        }
      }
    }
    rows = cells.indices.map { cell in Array(results[(cell * repetitions)..<((cell + 1) * repetitions)]) }
  }

  /// Of those that have one; cells are counted through the groups.
  func values(_ column: String, cell: Int) -> [Double] { rows[cell].compactMap { $0?.value(column) } }
}
