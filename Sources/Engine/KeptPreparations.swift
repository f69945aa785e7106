import Experiments
import FrontierNumerics
import Synchronization

/// What trials of earlier waves had in common, for those of later waves: a chooser comes back to the same networks again and again. First come, first kept, up
/// to a number of bytes; the others are prepared anew.
package final class KeptPreparations: Sendable {
  private struct State {
    /// By the number of the group.
    var kept: [Int: (preparation: Preparation, bytes: Int)] = [:]
    var bytes = 0
  }

  private static let leastBytes = 4096
  private let mostBytes: Int
  private let state = Mutex(State())

  package init(mostBytes: Int) { self.mostBytes = mostBytes }

  package subscript(group: Int) -> Preparation? { state.withLock { $0.kept[group]?.preparation } }

  /// Keeps it if there is room. It may have grown since it was kept before, and then too has to have room or goes.
  package func keep(_ preparation: Preparation, for group: Int) {
    // Estimates leave out what is small.
    let bytes = preparation.bytes.addingClamped(Self.leastBytes)
    state.withLock { state in
      state.bytes -= state.kept.removeValue(forKey: group)?.bytes ?? 0
      guard state.bytes.addingClamped(bytes) <= mostBytes else { return }
      state.kept[group] = (preparation, bytes)
      state.bytes += bytes
    }
  }
}
