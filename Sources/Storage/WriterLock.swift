import Platform

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The right to write a store, held by one process at a time: an advisory file lock (flock). The system releases it when its holder ends, however it ends, so
/// a killed process leaves nothing to unlock.
package final class WriterLock {
  private let path: String
  private let file: Int32

  private static let mostTries = 10
  /// In microseconds.
  private static let pause: UInt32 = 20_000

  /// Who writes a store; nil if nobody does.
  package static func holder(of store: String) -> String? {
    let path = store + ".lock", file = open(path, O_RDWR)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) == 0 ? nil : name(in: path)
  }

  private static func name(in path: String) -> String {
    let name = (try? Files.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return name.isEmpty ? "another process" : name
  }

  package init(for store: String) throws {
    path = store + ".lock"
    var tries = 0
    while true {
      let file = open(path, O_RDWR | O_CREAT, 0o666)
      guard file >= 0 else { throw StoreError.cannotWrite(file: store, reason: String(cString: strerror(errno)).lowercased()) }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(file)
        // `holder(of:)` in another process takes it for a moment.
        if code == EWOULDBLOCK, tries < Self.mostTries {
          tries += 1
          usleep(Self.pause)
          continue
        }
        guard code == EWOULDBLOCK else {
          throw StoreError.cannotWrite(file: store, reason: "it cannot be locked: \(String(cString: strerror(code)).lowercased())")
        }
        throw StoreError.inUse(file: store, holder: Self.name(in: path))
      }
      // The last holder may have removed the file between our opening and locking it; then the lock is on a file that nobody else will find.
      var ours = stat(), there = stat()
      guard fstat(file, &ours) == 0, stat(path, &there) == 0, ours.st_ino == there.st_ino, ours.st_dev == there.st_dev else {
        close(file)
        continue
      }
      self.file = file
      break
    }
    // For processes that are refused. The lock holds even if this cannot be written (a full disk).
    ftruncate(file, 0)
    try? Files.write(Array("process \(getpid()) on \(Files.host)".utf8), to: file, path: path)
  }

  deinit {
    unlink(path)
    close(file)
  }
}
