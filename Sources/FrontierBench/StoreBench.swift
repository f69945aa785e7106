import Foundation

/// A store of a million trials, by the commands that users run: time, and the most memory that each held.
struct StoreBench {
  /// Trials as small as they get, so that most of the time is the store's; the columns are those of any CNN sweep.
  private let spec = #"""
    {
      name: "million", experiment: "cnn", seed: 1, repetitions: 100,
      axes: {snr: {from: 0.1, to: 1, count: 10}, forgetRatio: {from: 0.05, to: 0.5, count: 100}, stepSize: {from: 10, to: 100, count: 10}},
      parameters: {samples: 10, filtersPerClass: 1, dimension: 100, testSamples: 0, unlearnSteps: 10, trainBatchSize: 5, batchSize: 2},
    }
    """#
  private let trials = 1_000_000

  func run() throws {
    try inTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = "\(folder)/million.json5", output = "\(folder)/million"
      try spec.write(toFile: path, atomically: true, encoding: .utf8)
      print("\na store of \(trials) trials in 10 000 cells                             seconds   peak memory, MB")
      let filling = try report("run, all of it", ["run", path, "--output", output, "--no-figures"])
      try report("run again: nothing to do", ["run", path, "--output", output, "--no-figures"])
      try report("status", ["status", output])
      try report("export to CSV", ["export", output, "--format", "csv", "--to", "\(folder)/million.csv"])
      try report("export to npz", ["export", output, "--format", "npz", "--to", "\(folder)/million.npz"])
      try report("compare", ["compare", output])
      print("  inserts, simulation included: \((Double(trials) / filling).text(0)) a second")
      for file in ["million/results.sqlite", "million.csv", "million.npz"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
        let size = (attributes[.size] as? NSNumber)?.doubleValue ?? 0
        print("  \(file): \((size * 1e-6).text(0)) MB, \((size / Double(trials)).text(0)) bytes a trial")
      }
    }
  }

  @discardableResult
  private func report(_ what: String, _ arguments: [String]) throws -> Double {
    let clock = ContinuousClock()
    var memory = 0.0
    let seconds = try clock.measure { memory = try peakMegabytes(of: ".build/release/frontier", arguments) }.seconds
    print("  \(what)".padded(64) + seconds.text(1, width: 11) + memory.text(0, width: 19))
    return seconds
  }

  /// Runs a program to its end.
  private func peakMegabytes(of program: String, _ arguments: [String]) throws -> Double {
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in [1, 2] { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0) }
    var process: pid_t = 0, status: Int32 = 0
    var usage = rusage()
    guard posix_spawn(&process, program, &actions, nil, &words, environ) == 0, wait4(process, &status, 0, &usage) == process, status == 0 else {
      throw BenchError.command(arguments.joined(separator: " "))
    }
    return Double(usage.ru_maxrss) * 1024e-6
  }
}
