import Dispatch
import Engine
import Platform

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Tells on standard error how far a run is: on one line that is written anew in a terminal, with a line every so often otherwise.
final class ProgressReporter {
  private let timer: any DispatchSourceTimer
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let queue = DispatchQueue(label: "frontier.progress")

  private static let terminalInterval = DispatchTimeInterval.milliseconds(200)
  private static let lineInterval = DispatchTimeInterval.seconds(10)

  /// - Parameter isByWaves: whether more trials are chosen once these are measured.
  init(isByWaves: Bool, _ progress: @escaping @Sendable () -> SweepRun.Progress) {
    let clock = ContinuousClock(), start = clock.now
    timer = DispatchSource.makeTimerSource(queue: queue)
    let interval = isTerminal ? Self.terminalInterval : Self.lineInterval
    timer.schedule(deadline: .now() + interval, repeating: interval)
    timer.setEventHandler { [isTerminal] in
      let line = Self.line(progress(), isByWaves: isByWaves, seconds: (clock.now - start).seconds)
      // Back to the first column, and clear what the last line has left.
      Console.say(isTerminal ? "\r\(line)\u{1B}[K" : "frontier: \(line)", terminator: isTerminal ? "" : "\n")
    }
    timer.resume()
  }

  /// Nothing more is said after this.
  func end() {
    timer.cancel()
    queue.sync {}
    if isTerminal { Console.say("\r\u{1B}[K", terminator: "") }
  }

  private static func line(_ progress: SweepRun.Progress, isByWaves: Bool, seconds: Double) -> String {
    let rate = Double(progress.measured) / seconds
    let share = progress.of == 0 ? 100 : 100 * progress.measured / progress.of
    var parts = ["\(progress.measured) of \(progress.of) trials\(isByWaves ? " up to wave \(progress.wave)" : "") (\(share) %)", Console.rate(rate)]
    if progress.measured > 0, !isByWaves { parts.append("\(Console.duration(Double(progress.of - progress.measured) / rate)) left") }
    if progress.notTrained > 0 { parts.append("\(progress.notTrained) not trained") }
    if progress.failed > 0 { parts.append("\(progress.failed) failed") }
    return parts.joined(separator: ", ")
  }
}
