import Dispatch
import Experiments
import TestSupport

/// What the repetitions of some cells measured, by column; nil of a trial that did not.
struct CellMeans {
  private let rows: [[Row?]]

  /// - Parameter probes: which are put to them.
  init(_ cells: [CNNParameters], repetitions: Int, seed: UInt64, probes: Set<String>) {
    let cells = cells.map { Cell(of: cnn, at: $0) }, wanted = cnn.probes.map { probes.contains($0.name) }, columns = cnn.columns.map(\.name)
    var results = [Row?](repeating: nil, count: cells.count * repetitions)
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: cells.count * repetitions) { i in
        let cell = cells[i / repetitions], result = cell.measure(seed: seed, repetition: i % repetitions, probes: wanted)
        let known = Dictionary(uniqueKeysWithValues: zip(columns, result.values.map(\.number)))
        results[i] = Row(cell) { column in (known[column] ?? nil).map { .value($0) } ?? .none }
      }
    }
    rows = cells.indices.map { cell in Array(results[(cell * repetitions)..<((cell + 1) * repetitions)]) }
  }

  func values(_ column: String, cell: Int) -> [Double] { rows[cell].compactMap { $0?.value(column) } }
}
