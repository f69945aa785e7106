import Platform

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Messages go to standard error, so that standard output holds results alone.
enum Console {
  static func say(_ text: String, terminator: String = "\n") {
    // Where both go to one file, they come in the order in which they were said.
    fflush(nil)
    // Nobody is left to tell when standard error is closed.
    try? Files.write(Array((text + terminator).utf8), to: STDERR_FILENO, path: "standard error")
  }

  /// What the user should know of the stores.
  static func tell(_ notices: [String]) { for notice in notices { say("frontier: \(notice)") } }

  /// As in 0:07, 12:30 or 3:05:00; below ten seconds as in 1.3 s.
  static func duration(_ seconds: Double) -> String {
    if seconds < 10 { return "\(fixed(seconds, 1)) s" }
    guard seconds < 1e9 else { return "ages" }
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return whole < 3600 ? "\(whole / 60):\(two(whole % 60)) min" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60)) h"
  }

  static func rate(_ perSecond: Double) -> String { perSecond < 10 ? "\(fixed(perSecond, 1))/s" : "\(Int(min(perSecond, 1e12)))/s" }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    guard digits > 0 else { return "\(Int(value.rounded()))" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// A word as a shell must see it.
  static func quotedForShell(_ word: String) -> String {
    let plain =
      !word.isEmpty && word.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./=,:+@%".unicodeScalars.contains($0)) }
    return plain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// Results that another program reads as they come.
final class StandardOutput: ByteSink {
  private var buffer: [UInt8] = []

  func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= 1 << 16 { try finish() }
  }

  func finish() throws {
    try Files.write(buffer, to: STDOUT_FILENO, path: "standard output")
    buffer.removeAll(keepingCapacity: true)
  }
}
