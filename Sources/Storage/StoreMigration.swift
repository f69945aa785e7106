import Experiments
import Platform

/// Schema migration from earlier layouts to this one, step by step, in one transaction: after an interruption at any moment the store is the old one or the new one, and
/// readers are told that it has changed.
enum StoreMigration {
  /// A step knows the layout that it makes as it was then: later changes are steps of their own.
  private struct Step: Sendable {
    let from: Int
    let name: String
    let run: @Sendable (Database, _ experiment: String) throws -> Void
  }

  private static let steps = [Step(from: 1, name: "a table for each probe", run: LayoutOne.toLayoutTwo)]

  /// Brings a store up to date, if it is not. Its writer's lock must be held.
  ///
  /// - Returns: what the user should know of it.
  static func upgrade(_ file: String, _ schema: StoreSchema) throws -> [String] {
    let database = try Database(file, for: .write)
    guard try !StoredLayout(of: database, schema).isCurrent else { return [] }
    return try upgrade(database, called: file, schema, fate: "is kept in a table of its own, which nothing reads")
  }

  /// Writes what is in `file` to `copy` as this program lays it out, for whoever reads that alone. `file` stays as it is.
  static func upgrade(_ file: String, to copy: String, _ schema: StoreSchema) throws -> [String] {
    try Files.remove(copy)
    do {
      let copying = try Database(file, for: .copy).prepare("VACUUM INTO ?")
      try copying.bind(copy, at: 1)
      try copying.run()
      return try upgrade(Database(copy, for: .write), called: file, schema, fate: "is left out")
    } catch {
      try? Files.remove(copy)
      throw error
    }
  }

  private static func upgrade(_ database: Database, called file: String, _ schema: StoreSchema, fate: String) throws -> [String] {
    var notices: [String] = []
    try database.execute("PRAGMA synchronous = FULL")
    try database.inTransaction {
      for step in steps where try step.from == StoredLayout.format(of: database) {
        try step.run(database, schema.experiment.name)
        notices.append("\(file) had layout \(step.from) and has layout \(step.from + 1) now: \(step.name)")
      }
      let layout = try StoredLayout(of: database, schema)
      for (probe, version) in layout.outdated {
        let count = try database.integer("SELECT count(*) FROM \(StoreSchema.table(of: probe))") ?? 0
        notices.append(
          "\(file): what version \(version) of the probe '\(probe.name)' found in \(count) trials \(fate); "
            + "version \(probe.version) is put to the trials that a sweep wants")
      }
      try database.execute(layout.renewal)
    }
    // Without it, as on a full disk, the file is larger than it need be.
    try? database.execute("VACUUM")
    return notices
  }
}
