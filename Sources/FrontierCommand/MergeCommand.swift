import Storage

/// `frontier merge`: one compact store of many.
enum MergeCommand {
  static let help = """
    usage: frontier merge INTO [FROM ...]

    Gathers every stored trial of the folders INTO and FROM in one file, INTO/results.sqlite, and
    removes the other stores of INTO, which it has taken up. The folders FROM stay as they are. All
    must be of one experiment. A trial that has other figures in two stores is an error.

    What is left of a sweep counts as a whole from then on, and no more by shards.

    No other command needs this: each reads all results*.sqlite of a folder as one, so stores may
    also be copied together. It makes a folder of a thousand shards small and quick to read.

    options:
      --help   this text

    examples:
      frontier merge output/full-grid
      frontier merge output/full-grid /mnt/other-cluster/full-grid

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(words, of: "merge", options: [])
    guard let into = arguments.words.first else {
      throw UsageError(description: "merge needs an output folder; for example: frontier merge output/full-grid")
    }
    let merge = try StoreMerge(arguments.words.dropFirst().map { OutputFolder($0) }, into: OutputFolder(into))
    Console.tell(merge.notices)
    for file in merge.grown {
      Console.say("frontier: \(file) was written to meanwhile; it stays, and is read with the others. Merge again when its run has ended")
    }
    Console.say("frontier: \(merge.trials) trials are in \(OutputFolder(into).store), gathered from \(merge.files) \(merge.files == 1 ? "store" : "stores")")
  }
}
