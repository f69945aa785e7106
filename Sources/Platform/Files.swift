#if canImport(Glibc)
  import Glibc
  private let (systemRead, systemWrite) = (Glibc.read, Glibc.write)
#else
  import Darwin
  private let (systemRead, systemWrite) = (Darwin.read, Darwin.write)
#endif

/// Why a file or folder cannot be used.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Action: String, Sendable { case read, write, create }

  public let action: Action
  public let path: String
  public let reason: String

  public var description: String { "cannot \(action.rawValue) \(path): \(reason)" }

  init(_ action: Action, _ path: String, code: Int32 = errno) {
    (self.action, self.path, reason) = (action, path, String(cString: strerror(code)).lowercased())
  }

  public init(_ action: Action, _ path: String, reason: String) { (self.action, self.path, self.reason) = (action, path, reason) }
}

/// The few things that sweeps ask of the file system.
public enum Files {
  /// A larger specification is surely a mistake.
  public static let largestText = 16 << 20

  /// - Parameter atMost: bytes; a larger file is refused.
  public static func read(_ path: String, atMost largest: Int = largestText) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw FileError(.read, path) }
    defer { close(file) }
    var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(.read, path) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= largest else { throw FileError(.read, path, reason: "it is larger than \(largest >> 20) MiB") }
    }
  }

  /// In bytes; nil if there is no such file or folder.
  public static func size(_ path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : nil
  }

  public static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folder, and those above it.
  public static func createFolder(_ path: String) throws(FileError) {
    if isFolder(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try createFolder(String(path[..<slash])) }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && isFolder(path)) else { throw FileError(.create, path) }
  }

  /// The names in a folder, sorted; none if there is no such folder.
  public static func names(in folder: String) throws(FileError) -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw FileError(.read, folder)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
    }
    return names.sorted()
  }

  /// Gives a damaged store, and what SQLite keeps beside it, a name that nothing reads; says which.
  package static func setAside(_ path: String) throws(FileError) -> String {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    var number = 1
    func name() -> String { path[..<slash] + "damaged-\(number)-" + path[slash...] }
    while size(name()) != nil { number += 1 }
    for suffix in ["", "-journal", "-wal", "-shm"] where size(path + suffix) != nil {
      guard rename(path + suffix, name() + suffix) == 0 else { throw FileError(.write, path + suffix) }
    }
    return name()
  }

  /// A file that is not there is as good as removed.
  package static func remove(_ path: String) throws(FileError) { guard unlink(path) == 0 || errno == ENOENT else { throw FileError(.write, path) } }

  /// Puts a whole file in the place of another, or of none, by an atomic rename; where that fails, the new one is removed, and the old one is as it was.
  package static func replace(_ path: String, with other: String) throws(FileError) {
    let file = open(other, O_RDWR)
    guard file >= 0 else { throw FileError(.write, other) }
    defer { close(file) }
    guard fsync(file) == 0, rename(other, path) == 0 else {
      let reason = FileError(.write, path).reason
      unlink(other)
      throw FileError(.write, path, reason: reason + "; what was there before is as it was")
    }
    // The rename too is on the disk before anything that relies on it is done.
    let slash = path.lastIndex(of: "/"), folder = open(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".", O_RDONLY)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// What changes when a file is written or replaced.
  package struct Version: Equatable, Sendable {
    let device: UInt64
    let file: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    /// Whether it may be the same file, written to since.
    package func isSameFile(as older: Version) -> Bool { device == older.device && file == older.file && size >= older.size }
  }

  /// Nil if there is no such file.
  ///
  /// - Parameter opening: whether to ask the opened file: a network file system may answer for a name from cache. Not of a store that this process has open:
  ///   closing any descriptor of a file gives up all of the process' locks on it.
  package static func version(_ path: String, opening: Bool = false) -> Version? {
    var information = stat()
    if opening {
      let file = open(path, O_RDONLY)
      guard file >= 0 else { return nil }
      defer { close(file) }
      guard fstat(file, &information) == 0 else { return nil }
    } else {
      guard stat(path, &information) == 0 else { return nil }
    }
    let written = information.st_mtim
    return Version(
      device: UInt64(information.st_dev), file: UInt64(information.st_ino), size: Int(information.st_size), seconds: Int(written.tv_sec),
      nanoseconds: Int(written.tv_nsec))
  }

  /// Seconds since 1970 at which a file was written last; nil if there is no such file.
  public static func writtenAt(_ path: String) -> Int? {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_mtim.tv_sec) : nil
  }

  /// From the root.
  public static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  package static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "an unknown host" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// Writes a temporary file that gets its name by an atomic rename when it is whole: no half file is ever left under that name.
public final class FileWriter: ByteSink {
  private let path: String
  private let partial: String
  private var file: Int32
  private var buffer: [UInt8] = []
  private var isWhole = false

  public init(_ path: String) throws(FileError) {
    self.path = path
    partial = path + ".partial-\(getpid())"
    file = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard file >= 0 else { throw FileError(.create, path) }
  }

  deinit {
    if file >= 0 { close(file) }
    if !isWhole { unlink(partial) }
  }

  public func write(_ bytes: [UInt8]) throws(FileError) {
    buffer += bytes
    if buffer.count >= 1 << 16 { try flush() }
  }

  private func flush() throws(FileError) {
    do { try Files.write(buffer, to: file, path: path) } catch { throw telling(error) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// The error, with what it means for the file.
  private func telling(_ error: FileError) -> FileError {
    FileError(error.action, path, reason: error.reason + (Files.size(path) == nil ? "; nothing is left of it" : "; the file of that name is as it was"))
  }

  /// Nothing can be written after this.
  public func finish() throws(FileError) {
    try flush()
    // On the disk before the name points to it: a power cut leaves the old file or the new one.
    guard fsync(file) == 0 || errno == EINVAL else { throw telling(FileError(.write, path)) }
    let closed = close(file)
    file = -1
    guard closed == 0 else { throw telling(FileError(.write, path)) }
    guard rename(partial, path) == 0 else { throw telling(FileError(.create, path)) }
    isWhole = true
  }
}

extension Files {
  /// Makes or replaces a whole file.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try FileWriter(path)
    try file.write(bytes)
    try file.finish()
  }

  /// Writes all of the bytes to an open file.
  public static func write(_ bytes: [UInt8], to file: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(.write, path) }
      written += count
    }
  }
}
