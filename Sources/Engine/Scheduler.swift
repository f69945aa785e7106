import Dispatch
import Experiments
import Specs
import Synchronization

/// Hands work to the workers of a run: a worker stays with the network that it trained, then trains the next. When none is left to train it takes
/// trials from the groups of others (work stealing), so that no core idles before the last trial.
final class Scheduler: Sendable {
  enum Work {
    /// Prepare what these share, and open it.
    case prepare([TrialIdentity], group: Int)
    case measure(TrialIdentity, in: OpenGroup)
    /// Wait for `changed`, then ask again.
    case wait
    case finished
  }

  /// A group whose preparation is done, with the trials that no worker has taken yet.
  final class OpenGroup: Sendable {
    /// Its place among the sweep's groups.
    let number: Int
    let preparation: Result<Preparation, any Error>
    private let rest: Mutex<ArraySlice<TrialIdentity>>

    init(_ number: Int, _ preparation: Result<Preparation, any Error>, trials: [TrialIdentity]) {
      (self.number, self.preparation) = (number, preparation)
      rest = Mutex(trials[...])
    }

    var isEmpty: Bool { rest.withLock { $0.isEmpty } }
    func next() -> TrialIdentity? { rest.withLock { $0.popFirst() } }
  }

  private struct State {
    var nextGroup = 0
    var open: [OpenGroup] = []
    var preparing = 0
    var waiting = 0
    var isCancelled = false
  }

  private let plan: Plan
  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)

  init(_ plan: Plan) { self.plan = plan }

  /// What a worker is to do next; `own` is the group that it prepared last.
  func next(own: OpenGroup?) -> Work {
    state.withLock { state in
      if state.isCancelled { return .finished }
      if let trial = own?.next(), let own { return .measure(trial, in: own) }
      while state.nextGroup < plan.groups {
        let index = state.nextGroup, trials = plan.trials(ofGroup: index)
        state.nextGroup += 1
        guard !trials.isEmpty else { continue }
        state.preparing += 1
        return .prepare(trials, group: plan.number(ofGroup: index))
      }
      while let group = state.open.last {
        if let trial = group.next() { return .measure(trial, in: group) }
        state.open.removeLast()
      }
      guard state.preparing > 0 else { return .finished }
      state.waiting += 1
      return .wait
    }
  }

  /// Opens a prepared group for the worker that prepared it, and for those that have nothing of their own left.
  func open(_ group: OpenGroup) {
    wake { state in
      state.preparing -= 1
      // Workers take from their own groups without reading this list.
      state.open.removeAll(where: \.isEmpty)
      state.open.append(group)
    }
  }

  /// No more work is given out.
  func cancel() { wake { $0.isCancelled = true } }

  func waitForChange() { changed.wait() }

  private func wake(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      defer { state.waiting = 0 }
      return state.waiting
    }
    for _ in 0..<waiting { changed.signal() }
  }
}
