/// A set of trials of a sweep, as a bitmap.
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

  /// Those in any, or in each, of some sets of one sweep.
  fileprivate static func combined(_ sets: [TrialSet], _ operation: (UInt64, UInt64) -> UInt64) -> TrialSet? {
    guard var result = sets.first else { return nil }
    for set in sets.dropFirst() { for i in result.bits.indices { result.bits[i] = operation(result.bits[i], set.bits[i]) } }
    result.count = result.bits.reduce(0) { $0 + $1.nonzeroBitCount }
    return result
  }
}

/// What is stored of a sweep's trials, probe by probe.
package struct StoredTrials {
  /// In the order of the experiment's probes.
  package let byProbe: [TrialSet]
  /// Trials that every probe was put to.
  package let complete: TrialSet
  /// Trials that any was put to.
  package let started: TrialSet

  init(_ byProbe: [TrialSet]) {
    let none = TrialSet(cells: 0, repetitions: 0)
    (self.byProbe, complete, started) = (byProbe, .combined(byProbe, &) ?? none, .combined(byProbe, |) ?? none)
  }

  package var count: Int { complete.count }
  package func contains(cell: Int, repetition: Int) -> Bool { complete.contains(cell: cell, repetition: repetition) }
}
