import Engine
import JSONText
import Specs
import Storage
import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `frontier status`: how far a sweep is.
enum StatusCommand {
  static let help = """
    usage: frontier status DIR [--json]

    Tells how many trials of the sweep in the folder DIR are done and how they ended. It can be asked
    at any time, also while the sweep runs.

      completed     trials that were measured; some of them escaped: their loss grew past growthLimit
      not trained   training did not reach its target, so nothing was unlearned; a result, with its reason
      failed        something that should not happen did; a result too, with its reason
      left          trials that are not stored yet, or that some probe has still to be put to; of a sweep
                    that seeks boundaries (refine) those of the present wave
      not run       of such a sweep: cells without a trial, and what it cannot have missed
      shard I/N     of a sweep that was divided (frontier submit): how far each shard is, who writes
                    its store, and when it was written last

    options:
      --json   one JSON object
      --help   this text

    example:
      frontier status output/quickstart

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "status", options: [("--json", nil)])
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let status = try SweepStatus(of: folder)
    print(arguments.has("--json") ? json(status, folder: folder) : table(status, folder: folder))
  }

  static func table(_ status: SweepStatus, folder: OutputFolder) -> String {
    let spec = status.spec
    var rows = [
      ("sweep", "\(spec.name) (\(spec.experiment.name)), seed \(spec.seed), in \(folder.path)"),
      ("trials", "\(spec.trials): \(spec.grid.count) cells, \(spec.repetitions) repetitions each"),
      ("done", "\(status.done)" + (status.left == 0 ? "" : " (\(100 * status.done / spec.trials) %)")),
      ("  completed", "\(status.completed)" + (status.escaped.map { ", of which \($0) escaped" } ?? "")),
      ("  not trained", "\(status.notTrained)"),
      ("  failed", "\(status.failed)"),
      ("left", "\(status.left)" + (status.incomplete > 0 ? ", of which \(status.incomplete) are stored in part" : "")),
    ]
    if let refinement = spec.refinement, let search = status.search {
      let events = refinement.events.joined(separator: " and ")
      rows[1].1 += ", of which those are run that tell where the boundaries of \(events) pass"
      rows[rows.count - 1].1 += search.isFinished ? ": the boundaries are found" : " of wave \(search.completedWaves + 1), before more are chosen"
      rows.append(("not run", "\(status.notRun) cells; where all that were run around some lie on one side, figures take them to lie there too"))
      rows.append(("", search.limit))
    }
    if let facts = spec.images, let words = spec.imageWords { rows.insert(("images", "\(words): \(facts.words)"), at: 1) }
    if status.others > 0 { rows.append(("besides", "\(status.others) trials of other settings")) }
    rows += status.examples.map { ("", "\($0.trial): \($0.reason)") }
    rows += shardRows(status.shards) + status.damaged.map { ("damaged", $0) } + status.notices.map { ("note", $0) }
    return rows.map { ($0.padded(to: 16) + $1).wrapped(indent: 16) }.joined(separator: "\n")
  }

  private static let mostShardRows = 40
  /// Seconds without a write after which a shard with a writer is marked: it may hang.
  private static let longSilence = 600

  /// Those that have something left come first, for there may be a thousand.
  private static func shardRows(_ shards: [ShardStatus]) -> [(String, String)] {
    let open = shards.filter { $0.done < $0.trials }
    guard !shards.isEmpty else { return [] }
    let summary = ("shards", "\(shards.count); complete: \(shards.count - open.count), running: \(open.count { $0.writer != nil })")
    let rows = open.prefix(mostShardRows).map { ("  \($0.shard)", "\($0.done) of \($0.trials); \(activity($0))") }
    return [summary] + rows + (open.count > mostShardRows ? [("", "and \(open.count - mostShardRows) more that are not complete")] : [])
  }

  private static func activity(_ status: ShardStatus) -> String {
    guard let written = status.writtenAt else { return "not started" }
    let silence = max(0, time(nil) - written), ago = "\(Console.duration(Double(silence))) ago"
    guard let writer = status.writer else { return "not running, last written \(ago)" }
    return "\(writer), last written \(ago)" + (silence > longSilence ? ": no news for long" : "")
  }

  private static func json(_ status: SweepStatus, folder: OutputFolder) -> String {
    let spec = status.spec
    return JSON.object([
      ("name", .string(spec.name)), ("experiment", .string(spec.experiment.name)), ("seed", .whole(Int(spec.seed))),
      ("folder", .string(folder.path)), ("cells", .whole(spec.grid.count)), ("repetitions", .whole(spec.repetitions)),
      ("trials", .whole(spec.trials)), ("done", .whole(status.done)), ("completed", .whole(status.completed)),
      (
        "refined",
        status.search.map {
          .object([("waves", .whole($0.completedWaves)), ("isFinished", .bool($0.isFinished)), ("cells", .whole($0.cells)), ("trials", .whole($0.trials))])
        } ?? .null
      ),
      ("escaped", status.escaped.map { .whole($0) } ?? .null),
      ("notTrained", .whole(status.notTrained)), ("failed", .whole(status.failed)), ("left", .whole(status.left)), ("incomplete", .whole(status.incomplete)),
      ("otherSettings", .whole(status.others)), ("damaged", .array(status.damaged.map { .string($0) })),
      ("notices", .array(status.notices.map { .string($0) })),
      (
        "shards",
        .array(
          status.shards.map { shard in
            .object([
              ("shard", .whole(shard.shard.index)), ("of", .whole(shard.shard.count)), ("trials", .whole(shard.trials)), ("done", .whole(shard.done)),
              ("writer", shard.writer.map { .string($0) } ?? .null), ("writtenAt", shard.writtenAt.map { .whole($0) } ?? .null),
            ])
          })
      ),
    ]).text
  }
}
