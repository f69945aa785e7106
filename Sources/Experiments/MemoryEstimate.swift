import FrontierNumerics

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

  /// Of nothing.
  package init() { parts = [] }

  /// - Parameter prepared: the stage whose output, and that of the stages before it, the trials of one worker have in common.
  init<Owner>(_ stages: [Stage<Owner>], preparedBy prepared: Stage<Owner>, of parameters: Owner) {
    let shared = Set(prepared.reads.map(\.name))
    parts = stages.map { stage in
      let held = stage.held(parameters), isOne = stage.scope == .trial || shared.isSuperset(of: stage.reads.map(\.name))
      let most = isOne ? held : BoundedCache<Owner, Int>.mostHeld(held)
      return Part(bytes: most.addingClamped(stage.working(parameters)), words: stage.memoryWords)
    }.sorted { $0.bytes > $1.bytes }
  }
}
