import Foundation

/// The shortest of several timed rounds, in nanoseconds a call: on a noisy machine the least disturbed round says most about the code.
func bestNanoseconds(calls: Int, rounds: Int = 15, _ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var best = Duration.seconds(1_000_000)
  for _ in 0..<rounds {
    best = min(best, try clock.measure { for _ in 0..<calls { try body() } })
  }
  let (seconds, attoseconds) = best.components
  return (Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / Double(calls)
}

extension Double {
  /// With a fixed number of decimals, in a column of the given width.
  func text(_ decimals: Int, width: Int = 0) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = Int((abs(self) * scale).rounded()), unit = Int(scale)
    var digits = "\(scaled / unit)"
    if decimals > 0 {
      let fraction = "\(scaled % unit)"
      digits += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
    if self < 0 && scaled > 0 { digits = "-" + digits }
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }
}

enum BenchError: Error {
  case arguments(String)
  /// A command that did not succeed.
  case command(String)
}

/// Calls `body` with the path of a folder that is gone afterwards.
func inTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("frontier-bench-\(ProcessInfo.processInfo.processIdentifier)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
