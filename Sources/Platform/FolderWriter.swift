#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Fills a temporary folder that gets its name by a rename when it is whole: no half folder is ever left under that name.
package final class FolderWriter {
  private let path: String
  private let partial: String
  private var isWhole = false

  /// - Parameter mark: a file that every such folder has: a folder of that name is replaced only if it has it.
  package init(_ path: String, replacing mark: String) throws(FileError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    partial = self.path + ".partial-\(getpid())"
    if Files.size(self.path) != nil, !Files.isFolder(self.path) || Files.size(self.path + "/" + mark) == nil {
      throw FileError(.create, self.path, reason: "something else is there already; choose another name")
    }
    try Files.removeFolder(partial)
    guard mkdir(partial, 0o777) == 0 else { throw FileError(.create, self.path) }
  }

  deinit { if !isWhole { try? Files.removeFolder(partial) } }

  /// Writes a file, and the folders that its name needs.
  package func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    if let slash = name.lastIndex(of: "/") { try Files.createFolder(partial + "/" + name[..<slash]) }
    try Files.write(bytes, to: partial + "/" + name)
  }

  /// Nothing can be written after this.
  package func finish() throws(FileError) {
    let old = path + ".old-\(getpid())"
    let isThere = Files.size(path) != nil
    if isThere { guard rename(path, old) == 0 else { throw FileError(.write, path) } }
    guard rename(partial, path) == 0 else {
      let error = FileError(.create, path)
      if isThere { rename(old, path) }
      throw error
    }
    isWhole = true
    if isThere { try Files.removeFolder(old) }
  }
}

extension Files {
  /// With all that is in it; one that is not there is as good as removed.
  package static func removeFolder(_ path: String) throws(FileError) {
    for name in try names(in: path) where name != "." && name != ".." {
      let inner = path + "/" + name
      var information = stat()
      // A link is removed, never what it points to.
      guard lstat(inner, &information) == 0 else { continue }
      if information.st_mode & S_IFMT == S_IFDIR { try removeFolder(inner) } else { try remove(inner) }
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError(.write, path) }
  }
}
