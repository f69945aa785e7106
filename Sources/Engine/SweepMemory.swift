import Experiments
import Platform
import Specs

extension MemoryEstimate {
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
}

extension SweepSpec {
  /// The most that a trial of any cell needs. Every table grows with every parameter, so that the largest cell has the largest value of each axis.
  public var memory: MemoryEstimate {
    let largest = grid.axes.map { axis in axis.values.indices.max { (axis.values[$0].number ?? 0) < (axis.values[$1].number ?? 0) } ?? 0 }
    return (try? grid.cell(at: grid.index(of: largest)).memory) ?? MemoryEstimate()
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
