import Model

/// What the trials of a cell need in memory, by their largest tables: an estimate from above.
public struct MemoryEstimate: Sendable {
  public struct Part: Sendable {
    public let bytes: Int
    /// What it is, and by which parameters it grows.
    public let words: String
  }

  /// What is held at one time while one trial is prepared and measured; the largest first.
  public let parts: [Part]

  public var bytes: Int { parts.reduce(0) { $0.addingClamped($1.bytes) } }

  init(_ parts: [Part]) { self.parts = parts.sorted { $0.bytes > $1.bytes } }
}

extension Cell {
  /// For one worker: what it shares among trials, and one trial.
  public var memory: MemoryEstimate {
    switch self {
    case .cnn(let p): p.memory
    case .hessian(let p):
      MemoryEstimate([
        .init(bytes: bytes(40, p.samples), words: "coordinates of the run (samples)"), .init(bytes: bytes(24, p.batchSize), words: "a batch (batchSize)"),
      ])
    }
  }
}

extension SweepSpec {
  /// The most that a trial of any cell needs. Every table grows with every parameter, so that the largest cell has the largest value of each axis.
  public var memory: MemoryEstimate {
    var coordinates = grid.axes.map { _ in 0 }
    func memory(_ coordinates: [Int]) -> MemoryEstimate { (try? grid.cell(at: grid.index(of: coordinates)).memory) ?? MemoryEstimate([]) }
    for axis in grid.axes.indices {
      func bytes(_ place: Int) -> Int {
        var other = coordinates
        other[axis] = place
        return memory(other).bytes
      }
      coordinates[axis] = grid.axes[axis].values.indices.max { bytes($0) < bytes($1) } ?? 0
    }
    return memory(coordinates)
  }

  /// As many jobs as there is memory for, at most so many. Refuses a sweep that there is not enough for to run one.
  public func jobs(atMost wanted: Int) throws(MemoryShortage) -> Int {
    let memory = memory, available = Memory.available
    guard memory.bytes <= available else {
      let largest = memory.parts.prefix(2).filter { $0.bytes > memory.bytes / 8 }.map { "\(Memory.words($0.bytes)) for \($0.words)" }
      throw MemoryShortage(
        purpose: "a trial of the sweep \(name)", needed: memory.bytes, available: available,
        advice: "most of it is \(largest.joined(separator: " and ")). Take less of these, or a larger machine")
    }
    return max(1, min(wanted, available / max(memory.bytes, 1)))
  }

  /// Why there are fewer jobs than were wanted.
  public func words(fitting jobs: Int, of wanted: Int) -> String {
    "\(jobs) \(jobs == 1 ? "job" : "jobs") at one time and not \(wanted): each needs about \(Memory.words(memory.bytes)) of memory, and \(Memory.words(Memory.available)) are available"
  }
}

extension CNNParameters {
  fileprivate var memory: MemoryEstimate {
    let n = samples, filters = 2 * filtersPerClass, fresh = testSamples
    // Drawing: every vector in the frame's coordinates (NoiseFrame), two transposes, and the products.
    let width = min(dimension, n + filters)
    let frame = bytes(8, width, n + filters + fresh).addingClamped(bytes(8, width, max(n, fresh)))
    let tables = bytes(8, n, 2 * n + 5 * filters).addingClamped(bytes(16, fresh, n + filters))
    // The gradients' inner products with two tables of theirs, and the mean square's ten (MeanSquareOperator, Lanczos).
    let spectra = TrainedNetworkShare.mostHeld(bytes(8, n, 3 * n)).addingClamped(bytes(8, n, 11 * n))
    let batch = min(batchSize, n) + min(batchSize, n)
    let schedules = TrainedNetworkShare.mostHeld(bytes(4, unlearnSteps, batch).addingClamped(bytes(16, unlearnSteps)))
    return MemoryEstimate([
      .init(bytes: frame, words: "vectors while data are drawn (samples, filtersPerClass, testSamples and dimension)"),
      .init(bytes: tables, words: "data and network (samples, filtersPerClass and testSamples)"),
      .init(bytes: spectra, words: "the Hessian test (samples squared)"), .init(bytes: schedules, words: "batches of the run (unlearnSteps x batchSize)"),
    ])
  }
}

/// A product that stays at the largest number rather than pass it.
private func bytes(_ factors: Int...) -> Int {
  factors.reduce(1) { product, factor in
    let (result, overflow) = product.multipliedReportingOverflow(by: factor)
    return overflow ? .max : result
  }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
