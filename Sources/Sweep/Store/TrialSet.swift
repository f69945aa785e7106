/// Which trials of a sweep: a bit each.
package struct TrialSet {
  private var bits: [UInt64]
  private let repetitions: Int
  package private(set) var count = 0

  init(cells: Int, repetitions: Int) {
    self.repetitions = repetitions
    bits = [UInt64](repeating: 0, count: (cells * repetitions + 63) / 64)
  }

  package func contains(cell: Int, repetition: Int) -> Bool {
    let index = cell * repetitions + repetition
    return bits[index / 64] >> (index % 64) & 1 == 1
  }

  mutating func insert(cell: Int, repetition: Int) {
    guard !contains(cell: cell, repetition: repetition) else { return }
    let index = cell * repetitions + repetition
    bits[index / 64] |= 1 << (index % 64)
    count += 1
  }
}
