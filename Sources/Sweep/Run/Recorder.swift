import Dispatch

/// Takes measured trials from many threads and stores them from one, in batches.
final class Recorder: @unchecked Sendable {
  // Everything mutable is touched on this queue alone.
  private let queue = DispatchQueue(label: "frontier.store")
  private var writer: StoreWriter?
  private var pending: [TrialRecord] = []
  private var stored = 0
  private var failure: (any Error)?
  private let failed: @Sendable () -> Void

  private static let batch = 256
  private static let delay = DispatchTimeInterval.milliseconds(500)

  /// - Parameter failed: called once, when the store cannot be written; nothing is stored after that.
  init(_ writer: StoreWriter, failed: @escaping @Sendable () -> Void) { (self.writer, self.failed) = (writer, failed) }

  func record(_ record: TrialRecord) {
    queue.async { [self] in
      pending.append(record)
      if pending.count >= Self.batch { return flush() }
      if pending.count == 1 { queue.asyncAfter(deadline: .now() + Self.delay) { self.flush() } }
    }
  }

  /// Stores what is left and closes the store; gives back how many trials it took in all.
  func finish() throws -> Int {
    return try queue.sync {
      flush()
      writer = nil
      if let failure { throw failure }
      return stored
    }
  }

  private func flush() {
    defer { pending.removeAll(keepingCapacity: true) }
    guard failure == nil, !pending.isEmpty, let writer else { return }
    do {
      try writer.write(pending)
      stored += pending.count
    } catch {
      failure = error
      failed()
    }
  }
}
