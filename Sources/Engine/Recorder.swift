import Dispatch
import Platform
import Storage
import Synchronization

/// Takes measured trials from many threads and commits them in batches (group commit). The worker whose trial makes a batch due writes it; a worker that makes
/// the next one due meanwhile waits. So trials are never measured faster than they are stored: memory is bounded, and so is what a kill can lose.
package final class Recorder: Sendable {
  /// Trials that are stored, by how they ended.
  package struct Counts: Sendable {
    package fileprivate(set) var stored = 0
    package fileprivate(set) var notTrained = 0
    package fileprivate(set) var failed = 0
    /// Batches that they came in.
    package fileprivate(set) var commits = 0
  }

  private struct Pending {
    var records: [TrialRecord] = []
    /// Counts the batches.
    var batch = 0
    /// When the oldest of them came.
    var since = ContinuousClock.now
    var isClosed = false
  }

  private struct Store {
    /// Nil once the store is closed.
    var writer: StoreWriter?
    var failure: (any Error)?
  }

  // Locked in this order where both are.
  private let store: Mutex<Store>
  private let pending = Mutex(Pending())
  private let counts = Mutex(Counts())
  private let failed: @Sendable () -> Void
  /// A serial queue has a thread even while all workers are busy.
  private let timer = DispatchQueue(label: "frontier.store")

  /// A batch is due when it has so many trials, or when its oldest has waited so long. A kill loses what has come since the last commit began: at most two
  /// delays, since from the second on every worker waits.
  package static let batch = 1024
  private let delay: Duration

  /// - Parameter failed: called once, when the store cannot be written; nothing is stored after that.
  package init(_ writer: sending StoreWriter, failed: @escaping @Sendable () -> Void) {
    delay = writer.journal.commitDelay
    store = Mutex(Store(writer: writer))
    self.failed = failed
  }

  /// Stored trials alone, whatever else is measured.
  package var progress: Counts { counts.withLock { $0 } }

  /// Keeps a trial for the next batch; returns when there is room for another.
  package func record(_ record: TrialRecord) {
    let (batch, isFirst, mustStore) = pending.withLock { pending -> (Int, Bool, Bool) in
      guard !pending.isClosed else { return (0, false, false) }
      if pending.records.isEmpty { pending.since = .now }
      pending.records.append(record)
      return (pending.batch, pending.records.count == 1, isDue(pending))
    }
    if mustStore {
      flush(isDue)
    } else if isFirst {
      // The next trial may be long in coming.
      timer.asyncAfter(deadline: .now() + delay.seconds) { self.flush { $0.batch == batch } }
    }
  }

  /// Stores what is left; gives back how many trials are stored.
  package func flush() throws -> Int {
    flush { _ in true }
    try store.withLock { if let failure = $0.failure { throw failure } }
    return progress.stored
  }

  /// Stores what is left and closes the store.
  package func finish() throws {
    pending.withLock { $0.isClosed = true }
    flush { _ in true }
    try store.withLock { store in
      store.writer = nil
      if let failure = store.failure { throw failure }
    }
  }

  @Sendable private func isDue(_ pending: Pending) -> Bool { pending.records.count >= Self.batch || ContinuousClock.now - pending.since >= delay }

  /// Stores the batch if that is still wanted: a worker that waited for the store may find that another has stored the batch, and a new one has begun.
  private func flush(_ isWanted: @Sendable (Pending) -> Bool) {
    let hasFailed = store.withLock { store in
      let records = pending.withLock { pending -> [TrialRecord] in
        guard isWanted(pending) else { return [] }
        defer { pending.records.removeAll(keepingCapacity: true) }
        pending.batch += 1
        return pending.records
      }
      guard store.failure == nil, !records.isEmpty, let writer = store.writer else { return false }
      do {
        try writer.write(records)
        count(records)
        return false
      } catch {
        store.failure = error
        pending.withLock { $0.isClosed = true }
        return true
      }
    }
    if hasFailed { failed() }
  }

  private func count(_ records: [TrialRecord]) {
    counts.withLock { counts in
      counts.stored += records.count
      counts.commits += 1
      for record in records {
        switch record.result.outcome {
        case .completed: break
        case .notTrained: counts.notTrained += 1
        case .failed: counts.failed += 1
        }
      }
    }
  }
}
