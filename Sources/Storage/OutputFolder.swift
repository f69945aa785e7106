import Experiments
import Platform
import Specs

/// Where a sweep keeps its results.
public struct OutputFolder: Sendable {
  public let path: String
  /// The experiments that its sweeps may be of.
  let catalogue: Catalogue

  public init(_ path: String, catalogue: Catalogue = .standard) {
    self.catalogue = catalogue
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The store of a run on one machine.
  public var store: String { path + "/results.sqlite" }

  /// The store of a shard. Each restart of a task writes its own: when a node is declared dead, the task that runs there may be alive and writing still.
  package func store(of shard: Shard, restart: Int) -> String {
    path + "/results-\(shard.index)-of-\(shard.count)" + (restart > 0 ? "-restart-\(restart)" : "") + ".sqlite"
  }

  /// Damaged stores of shards that nobody writes: what is wrong with each. Reads all of them.
  ///
  /// - Parameters:
  ///   - shard: whose stores; nil for those of all shards.
  ///   - settingAside: whether to give them names that nothing reads, so that their trials count as missing and are measured again.
  /// - Returns: sentences for the user.
  public func damagedShards(of spec: SweepSpec, shard: Shard? = nil, settingAside: Bool) throws -> [String] {
    let schema = StoreSchema(spec.experiment)
    return try shardStores().filter { shard == nil || $0.shard == shard }.compactMap { store in
      // Held while it is checked, so that no run begins to write it.
      guard let lock = try? WriterLock(for: store.path) else { return nil }
      defer { withExtendedLifetime(lock) {} }
      do {
        let database = try Database(store.path, for: .read)
        if try !database.isEmpty { try database.checkWhole(schema) }
        return nil
      } catch let error as StoreError where error.isDamage {
        guard settingAside else { return "\(error)" }
        return "\(store.path) was damaged; it is \(try Files.setAside(store.path)) now, and its trials are measured again"
      }
    }
  }

  /// The stores that shards wrote.
  package func shardStores() throws -> [(path: String, shard: Shard, writtenAt: Int)] {
    try storeFiles().compactMap { file in
      // As `store(of:restart:)` names them.
      let name = file.dropFirst(path.count + 1).dropLast(".sqlite".count).split(separator: "-")
      guard name.count >= 4, name[0] == "results", name[2] == "of", let index = Int(name[1]), let count = Int(name[3]),
        let shard = Shard(index: index, of: count), let time = Files.writtenAt(file)
      else { return nil }
      return (file, shard, time)
    }
  }

  /// The files that results are in.
  func storeFiles() throws -> [String] {
    try Files.names(in: path).filter { $0.hasPrefix("results") && $0.hasSuffix(".sqlite") }.map { path + "/" + $0 }
  }

  /// Opens every store in the folder for reading, one after the other. An empty file is left by a run that was killed as it began.
  ///
  /// - Parameters:
  ///   - damaged: called with what is wrong with a store, which is then passed over; nil to throw it.
  ///   - body: called with the store, and with its file's version from before it was opened: a file that replaces it is not taken for the one that was read.
  func forEachStore(damaged: ((StoreError) -> Void)? = nil, _ body: (Database, Files.Version) throws -> Void) throws {
    for file in try storeFiles() {
      do {
        guard let version = Files.version(file) else { throw StoreError.changed(file: file) }
        let database = try Database(file, for: .read)
        guard try !database.isEmpty else { continue }
        try database.checkLength()
        try body(database, version)
      } catch let error as StoreError {
        guard let damaged, error.isDamage else { throw error }
        damaged(error)
      }
    }
  }

  /// Where `submit` keeps its scripts, and the copy of the specification that tasks follow.
  public var batchFolder: String { path + "/slurm" }

  /// The last one, of an array none of whose tasks has begun yet.
  private func submittedSpec() throws -> SweepSpec? {
    let copies = try Files.names(in: batchFolder).filter { $0.hasSuffix(".json5") }.map { batchFolder + "/" + $0 }
    guard let last = copies.max(by: { (Files.writtenAt($0) ?? 0) < (Files.writtenAt($1) ?? 0) }) else { return nil }
    return try SweepSpec(json5: Files.read(last), file: last, in: catalogue)
  }

  /// The specification that was run last in this folder, or else submitted.
  ///
  /// - Parameter passingOver: whether to do without stores that are damaged.
  public func lastSpec(passingOver: Bool = false) throws -> SweepSpec {
    guard Files.isFolder(path) else {
      throw FileError(.read, path, reason: Files.size(path) == nil ? "there is no such folder" : "it is a file, and an output folder is needed")
    }
    var damaged: StoreError?, stores = 0
    var latest: (text: String, used: Int, file: String)?
    try forEachStore(damaged: passingOver ? { damaged = $0 } : nil) { database, _ in
      _ = try StoredLayout.format(of: database)
      stores += 1
      let statement = try database.prepare("SELECT text, used FROM spec ORDER BY used DESC, rowid DESC LIMIT 1")
      guard try statement.step(), let text = statement.text(0) else { return }
      if statement.integer(1) > latest?.used ?? .min { latest = (text, statement.integer(1), database.path) }
    }
    guard stores > 0 else {
      if let damaged { throw damaged }
      if let submitted = try submittedSpec() { return submitted }
      throw FileError(.read, path, reason: "the folder holds no results; `frontier run SPEC` makes them")
    }
    guard let latest else { throw FileError(.read, path, reason: "its stores hold no specification") }
    do {
      return try SweepSpec(json5: Array(latest.text.utf8), file: latest.file + " (spec)", in: catalogue)
    } catch {
      throw StoreError.incompatible(file: latest.file, reason: "holds a specification that this version cannot read: \(error)")
    }
  }
}
