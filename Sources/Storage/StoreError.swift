/// Why a store cannot be used, with what to do about it.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another process writes to it.
  case inUse(file: String, holder: String)
  /// Not made by this program.
  case foreign(file: String, found: String)
  /// Made by this program, but by a version or for a sweep whose results must not be mixed with these.
  case incompatible(file: String, reason: String)
  /// Made by a later version of this program, which knows something that this one does not.
  case newer(file: String, what: String)
  case damaged(file: String, detail: String)
  case cannotOpen(file: String, reason: String)
  case cannotWrite(file: String, reason: String)
  case full(file: String)
  case inputOutput(file: String, detail: String)
  /// Replaced or removed while it was read, as by a merge.
  case changed(file: String)
  /// One trial has different bits in different files, which no trial may.
  case contradiction(trial: String, files: [String])

  /// Whether the file's own contents are to blame.
  var isDamage: Bool {
    switch self {
    case .damaged, .foreign: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .inUse(let file, let holder):
      "\(file) is being written by \(holder); wait until it is done, or stop it, and run this again"
    case .foreign(let file, let found):
      "\(file) is not a store of results (\(found)); move it away, or choose another folder with --output"
    case .incompatible(let file, let reason):
      "\(file) \(reason); choose another folder with --output, or move that file away"
    case .newer(let file, let what):
      "\(file) was written by a newer version of frontier: it has \(what), which this one does not know; use that version, or choose another folder with --output"
    case .damaged(let file, let detail):
      """
      \(file) is damaged (\(detail)). Put back a good copy, or move it away and run the sweep again; what can be saved from it:
          sqlite3 \(file) .recover | sqlite3 saved.sqlite
      """
    case .cannotOpen(let file, let reason): "cannot open \(file): \(reason)"
    case .cannotWrite(let file, let reason): "cannot write \(file): \(reason)"
    case .full(let file):
      "the disk of \(file) is full; what was stored before is safe. Make room and run the same command again"
    case .inputOutput(let file, let detail):
      "reading or writing \(file) failed: \(detail); what was stored before is safe. When the cause is gone, run the same command again"
    case .changed(let file): "\(file) was replaced while it was read, as a merge does; run the same command again"
    case .contradiction(let trial, let files):
      """
      \(trial) has other figures in \(files[0]) than in \(files.dropFirst().joined(separator: ", ")): trials are deterministic, so one file comes from \
      another program or is damaged; find out which with `frontier verify` and move it away
      """
    }
  }
}
