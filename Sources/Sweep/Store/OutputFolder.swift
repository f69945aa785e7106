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

  /// Every store in the folder, opened for reading. An empty file is what a run leaves that was killed as it began.
  func stores() throws -> [Database] {
    try Files.names(in: path).filter { $0.hasPrefix("results") && $0.hasSuffix(".sqlite") }
      .map { try Database(path + "/" + $0, for: .read) }.filter { try !$0.isEmpty }
  }

  /// The specification that was run last in this folder.
  public func lastSpec() throws -> SweepSpec {
    guard Files.isFolder(path) else {
      throw FileError(.read, path, reason: Files.size(path) == nil ? "there is no such folder" : "it is a file, and an output folder is needed")
    }
    let stores = try stores()
    guard !stores.isEmpty else { throw FileError(.read, path, reason: "the folder holds no results; `frontier run SPEC` makes them") }
    var latest: (text: String, used: Int, file: String)?
    for database in stores {
      try StoreSchema.checkFormat(database)
      let statement = try database.prepare("SELECT text, used FROM spec ORDER BY used DESC, rowid DESC LIMIT 1")
      guard try statement.step(), let text = statement.text(0) else { continue }
      if statement.integer(1) > latest?.used ?? .min { latest = (text, statement.integer(1), database.path) }
    }
    guard let latest else { throw FileError(.read, path, reason: "its stores hold no specification") }
    do {
      return try SweepSpec(json5: Array(latest.text.utf8), file: latest.file + " (spec)")
    } catch {
      throw StoreError.incompatible(file: latest.file, reason: "holds a specification that this version cannot read: \(error)")
    }
  }
}
