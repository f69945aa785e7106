import Results
import Specs
import Storage

/// Says which trials of a sweep come next, from what those before have measured. Choices follow from results alone, never from their order, so that a sweep
/// that is resumed, or was cut into shards, makes the same ones.
public protocol Chooser: Sendable {
  /// The trials of a wave, which are measured in any order; nil when no more are wanted.
  ///
  /// - Parameters:
  ///   - number: from 0.
  ///   - known: what is stored, with all waves before this one.
  func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave?
}

/// Trials that are chosen together.
public struct Wave: Sendable {
  let contains: @Sendable (_ cell: Int, _ repetition: Int) -> Bool
  /// Names of the probes that are put to them; all of the experiment's if nil.
  let probes: Set<String>?
  /// Whether it is known to contain none.
  var isEmpty = false

  public init(probes: Set<String>? = nil, contains: @escaping @Sendable (_ cell: Int, _ repetition: Int) -> Bool) {
    (self.probes, self.contains) = (probes, contains)
  }

  /// Every trial of the sweep.
  public static let everything = Wave { _, _ in true }
  static let nothing: Wave = {
    var wave = Wave { _, _ in false }
    wave.isEmpty = true
    return wave
  }()
}

/// Every trial and every probe, in one wave.
public struct FullGrid: Chooser {
  public init() {}

  public func wave(_ number: Int, known: () throws -> ResultTable) throws -> Wave? { number == 0 ? .everything : nil }
}

extension Chooser {
  /// The first wave from a number on that something is missing of; nil if there is none, or, for a shard, none yet: the choices of a wave depend on all of
  /// those before it, other shards' part of them too.
  ///
  /// - Parameter passingOver: whether to do without stores that are damaged, as a shard does; else they are an error.
  public func next(
    from first: Int = 0, _ spec: SweepSpec, in folder: OutputFolder, shard: Shard? = nil, passingOver: Bool = false
  ) throws -> (number: Int, plan: Plan)? {
    let passingOver = passingOver || shard != nil
    var table: ResultTable?
    func known() throws -> ResultTable {
      if let table { return table }
      let read = try ResultTable(spec, in: folder, passingOver: passingOver)
      table = read
      return read
    }
    var number = first
    while let wave = try wave(number, known: known) {
      if !wave.isEmpty {
        let plan = try Plan(spec, in: folder, shard: shard, wave: wave, passingOver: passingOver)
        if plan.left > 0 { return (number, plan) }
        if shard != nil, try Plan(spec, in: folder, wave: wave, passingOver: true).left > 0 { return nil }
        // The rest of the wave may have come since the table was read, and the next wave must know of it.
        table = nil
      }
      number += 1
    }
    return nil
  }
}
