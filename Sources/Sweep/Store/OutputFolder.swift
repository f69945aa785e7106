/// Where a sweep keeps its results.
public struct OutputFolder: Sendable, Hashable {
  public let path: String

  public init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The store of a run on one machine.
  public var store: String { path + "/results.sqlite" }

  /// Every store file in the folder.
  public var storeFiles: [String] {
    Files.names(in: path).filter { $0.hasPrefix("results") && $0.hasSuffix(".sqlite") }.map { path + "/" + $0 }
  }

  /// The specification that was run last in this folder.
  public func lastSpec() throws -> SweepSpec {
    guard Files.isFolder(path) else { throw FileError(.read, path, reason: "there is no such folder") }
    guard !storeFiles.isEmpty else { throw FileError(.read, path, reason: "the folder holds no results; `frontier run SPEC` makes them") }
    var latest: (text: String, used: Int, file: String)?
    for file in storeFiles {
      let database = try Database(file, for: .read)
      try StoreSchema.checkFormat(database)
      let statement = try database.prepare("SELECT text, used FROM spec ORDER BY used DESC, rowid DESC LIMIT 1")
      guard try statement.step(), let text = statement.text(0) else { continue }
      if statement.integer(1) > latest?.used ?? .min { latest = (text, statement.integer(1), file) }
    }
    guard let latest else { throw FileError(.read, path, reason: "its stores hold no specification") }
    return try SweepSpec(json5: Array(latest.text.utf8), file: latest.file + " (spec)")
  }
}
