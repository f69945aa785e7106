#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Talk goes to standard error, so that standard output holds results alone.
enum Console {
  static func say(_ text: String, terminator: String = "\n") {
    var bytes = Array((text + terminator).utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      // Nobody is left to tell when standard error is closed.
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
