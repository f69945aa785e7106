import FrontierNumerics
import Synchronization

/// A part of a trial: makes its output from the parameters that it reads, the outputs of the stages before it, and random draws.
///
/// What it reads is declared here and nowhere else. Which trials share its output, how they are grouped, what it costs and what memory it needs follow from
/// that. It sees nothing else: in its view of a cell all other parameters have their defaults, so a parameter that it does not declare has no effect at all.
public final class Stage<Owner: Hashable & Sendable>: Sendable {
  /// Which trials may use its output.
  public enum Scope: Sendable {
    /// All repetitions of a cell: nothing is drawn.
    case cell
    /// Trials of one repetition whose cells look alike to the stage.
    case repetition
    /// The probes of one trial.
    case trial
  }

  public let name: String
  public let scope: Scope
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
  private let transfers: [@Sendable (Owner, inout Owner) -> Void]

  /// - Parameters:
  ///   - all: the parameters of the experiment, and the cell of their defaults.
  ///   - names: parameters that it reads itself.
  ///   - earlier: stages whose outputs it uses.
  ///   - operations: multiply-adds; `held` and `working` bytes; `words` what takes them.
  public init(
    _ name: String, of all: [Parameter<Owner>], standard: Owner, scope: Scope = .repetition, reads names: [String], after earlier: [Stage<Owner>] = [],
    operations: @escaping @Sendable (Owner) -> Double = { _ in 0 }, held: @escaping @Sendable (Owner) -> Int = { _ in 0 },
    working: @escaping @Sendable (Owner) -> Int = { _ in 0 }, memory words: String = ""
  ) {
    let own = Set(names), inherited = Set(earlier.flatMap { $0.reads.map(\.name) })
    precondition(own.isSubset(of: all.map(\.name)), "the stage \(name) reads a parameter that there is not")
    reads = all.filter { own.contains($0.name) || inherited.contains($0.name) }
    (self.name, self.scope, self.operations, self.held, self.working) = (name, scope, operations, held, working)
    (memoryWords, self.standard) = (words, standard)
    transfers = reads.map(\.transfer)
  }

  /// A cell as the stage sees it. Cells that look alike to it have the same output.
  package func view(of parameters: Owner) -> Owner {
    var view = standard
    for transfer in transfers { transfer(parameters, &view) }
    return view
  }
}

/// Memoised outputs of stages, for trials of one seed and any number of threads. Threads that miss the cache at the same time each make the output, and make
/// the same.
final class StageOutputs<Owner: Hashable & Sendable>: HeldOutputs {
  private struct Key: Hashable {
    let view: Owner
    /// Nil for what all repetitions share.
    let repetition: Int?
  }

  /// By the stage.
  private let kept = Mutex<[ObjectIdentifier: BoundedCache<Key, any Kept>]>([:])

  /// What they take, by the stages' estimates.
  var bytes: Int { kept.withLock { $0.values.reduce(0) { $0.addingClamped($1.bytes) } } }

  /// The output of a stage, made from the cell as the stage sees it.
  func output<Output: Sendable>(of stage: Stage<Owner>, for parameters: Owner, repetition: Int?, make: (Owner) throws -> Output) rethrows -> Output {
    let view = stage.view(of: parameters), key = Key(view: view, repetition: repetition)
    if let known = kept.withLock({ $0[ObjectIdentifier(stage)]?[key] }) as? KeptOutput<Output> { return known.output }
    let output = try make(view)
    kept.withLock { $0[ObjectIdentifier(stage), default: BoundedCache()].keep(KeptOutput(output), bytes: stage.held(view), for: key) }
    return output
  }
}

/// Outputs of stages, whatever their experiment.
protocol HeldOutputs: Sendable {
  var bytes: Int { get }
}

/// An output of any type, boxed.
protocol Kept: AnyObject, Sendable {}

final class KeptOutput<Output: Sendable>: Kept {
  let output: Output

  init(_ output: Output) { self.output = output }
}
