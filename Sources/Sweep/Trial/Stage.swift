import Synchronization

/// A part of a trial: makes its output from the parameters that it reads, the outputs of the stages before it, and random draws.
///
/// What it reads is declared here and nowhere else. Who may share its output, how trials are grouped, what it costs and what it needs in memory follow from
/// it; and it sees nothing else: in its view of a cell all other parameters have their defaults, so that one that it forgot to declare has no effect at all.
public struct Stage<Owner: Hashable & Sendable>: Sendable {
  public let name: String
  /// Its own parameters and those of the stages before it.
  package let reads: [Parameter<Owner>]
  /// Multiply-adds to be expected: to share out work, nothing that is measured depends on them.
  let operations: @Sendable (Owner) -> Double
  /// Of its output, and what it needs besides while it works: estimates from above, in bytes.
  let held: @Sendable (Owner) -> Int
  let working: @Sendable (Owner) -> Int
  /// What takes the memory, and by which parameters it grows.
  let memoryWords: String
  private let standard: Owner

  /// - Parameters:
  ///   - names: parameters that it reads itself.
  ///   - earlier: stages whose outputs it uses.
  init(
    _ name: String, of all: [Parameter<Owner>], standard: Owner, reads names: [String], after earlier: [Stage<Owner>] = [],
    operations: @escaping @Sendable (Owner) -> Double = { _ in 0 }, held: @escaping @Sendable (Owner) -> Int = { _ in 0 },
    working: @escaping @Sendable (Owner) -> Int = { _ in 0 }, memory words: String = ""
  ) {
    let own = Set(names), inherited = Set(earlier.flatMap { $0.reads.map(\.name) })
    precondition(own.isSubset(of: all.map(\.name)), "the stage \(name) reads a parameter that there is not")
    reads = all.filter { own.contains($0.name) || inherited.contains($0.name) }
    (self.name, self.operations, self.held, self.working, memoryWords, self.standard) = (name, operations, held, working, words, standard)
  }

  /// A cell as the stage sees it. Cells that look alike to it have the same output.
  package func view(of parameters: Owner) -> Owner {
    var view = standard
    for parameter in reads { parameter.copy(from: parameters, to: &view) }
    return view
  }
}

/// Outputs of stages that are kept once made, for trials of one seed and repetition and any number of threads. Threads that ask at once may make an output at
/// once, and make the same.
final class StageOutputs<Owner: Hashable & Sendable>: Sendable {
  /// By the stage's name.
  private let kept = Mutex<[String: BoundedCache<Owner, any Sendable>]>([:])

  /// The output of a stage, made from the cell as the stage sees it.
  func output<Output: Sendable>(of stage: Stage<Owner>, for parameters: Owner, make: (Owner) throws -> Output) rethrows -> Output {
    let view = stage.view(of: parameters)
    if let known = kept.withLock({ $0[stage.name]?[view] }) as? Output { return known }
    let output = try make(view)
    kept.withLock { $0[stage.name, default: BoundedCache()].keep(output, bytes: stage.held(view), for: view) }
    return output
  }
}
