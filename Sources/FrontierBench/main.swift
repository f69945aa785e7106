import Dispatch
import Foundation

// Speed, as ratios taken in one run: see docs/performance.md for how to read them. Names of parts as arguments run those alone.
func bench(_ wanted: [String]) -> Int32 {
  let parts: [(name: String, run: () throws -> Void)] = [
    ("core", CoreBench().run), ("hessian", HessianBench().run), ("probes", ProbeBench().run), ("budget", BudgetBench().run), ("sweep", SweepBench().run),
    ("scaling", ScalingBench().run), ("perturbed", PerturbedBench().run), ("images", ImageBench().run),
    ("store", StoreBench().run), ("shards", ShardBench().run),
  ]
  do {
    if wanted.first == SweepBench.trialsAlone, wanted.count == 2 {
      try SweepBench().measureAlone(wanted[1])
    } else if let name = wanted.first, PeerBench.names.contains(name) {
      try PeerBench().run(name, wanted.dropFirst().compactMap { Int($0) })
    } else if let unknown = wanted.first(where: { name in !parts.contains { $0.name == name } }) {
      print("there is no part '\(unknown)'; there is: \(parts.map(\.name).joined(separator: ", "))")
      return 64
    } else {
      for part in parts where wanted.isEmpty || wanted.contains(part.name) { try part.run() }
    }
    return 0
  } catch {
    print("bench failed: \(error)")
    return 1
  }
}

// In a worker's thread, as a sweep's trials are: what the main thread frees glibc gives back to the system, to be fetched again.
let wanted = Array(CommandLine.arguments.dropFirst())
DispatchQueue(label: "bench", qos: .userInitiated).async { exit(bench(wanted)) }
dispatchMain()
