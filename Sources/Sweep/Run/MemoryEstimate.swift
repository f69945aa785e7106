/// What a trial needs in memory, by the largest tables of its stages: an estimate from above.
public struct MemoryEstimate: Sendable {
  public struct Part: Sendable {
    public let bytes: Int
    /// What it is, and by which parameters it grows.
    public let words: String
  }

  /// What is held at one time while one trial is prepared and measured, and others like it have been; the largest first.
  public let parts: [Part]

  public var bytes: Int { parts.reduce(0) { $0.addingClamped($1.bytes) } }

  /// Refuses a trial that does not fit, with what most of its memory is for; gives back how much there is.
  @discardableResult
  public func require(for purpose: String) throws(MemoryShortage) -> Int {
    let available = Memory.available
    guard bytes <= available else {
      let largest = parts.prefix(2).filter { $0.bytes > bytes / 8 }.map { "\(Memory.words($0.bytes)) for \($0.words)" }
      throw MemoryShortage(
        purpose: purpose, needed: bytes, available: available,
        advice: "most of it is \(largest.joined(separator: " and ")). Take less of these, or a larger machine")
    }
    return available
  }

  init(_ parts: [Part]) { self.parts = parts.sorted { $0.bytes > $1.bytes } }

  /// - Parameter shared: the stages whose output the trials of one worker have in common.
  init<Owner>(_ stages: [Stage<Owner>], shared: Set<String>, of parameters: Owner) {
    self.init(
      stages.map { stage in
        let held = stage.held(parameters)
        let most = shared.contains(stage.name) ? held : BoundedCache<Owner, Int>.mostHeld(held)
        return Part(bytes: most.addingClamped(stage.working(parameters)), words: stage.memoryWords)
      })
  }
}

extension SweepSpec {
  /// The most that a trial of any cell needs. Every table grows with every parameter, so that the largest cell has the largest value of each axis.
  public var memory: MemoryEstimate {
    let largest = grid.axes.map { axis in axis.values.indices.max { (axis.values[$0].number ?? 0) < (axis.values[$1].number ?? 0) } ?? 0 }
    return (try? grid.cell(at: grid.index(of: largest)).memory) ?? MemoryEstimate([])
  }

  /// As many jobs as there is memory for, at most so many. Refuses a sweep that there is not enough for to run one.
  public func jobs(atMost wanted: Int) throws(MemoryShortage) -> Int {
    let memory = memory
    return max(1, min(wanted, try memory.require(for: "a trial of the sweep \(name)") / max(memory.bytes, 1)))
  }

  /// Why there are fewer jobs than were wanted.
  public func words(fitting jobs: Int, of wanted: Int) -> String {
    "\(jobs) \(jobs == 1 ? "job" : "jobs") at one time and not \(wanted): each needs about \(Memory.words(memory.bytes)) of memory, and \(Memory.words(Memory.available)) are available"
  }
}
