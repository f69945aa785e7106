import Foundation

// Speed, as ratios taken in one run: see docs/performance.md for how to read them. Names of parts as arguments run those alone.
let parts: [(name: String, run: () throws -> Void)] = [
  ("core", CoreBench().run), ("hessian", HessianBench().run), ("probes", ProbeBench().run), ("budget", BudgetBench().run), ("sweep", SweepBench().run),
  ("scaling", ScalingBench().run), ("perturbed", PerturbedBench().run), ("images", ImageBench().run),
  ("store", StoreBench().run), ("shards", ShardBench().run),
]
let wanted = Array(CommandLine.arguments.dropFirst())
do {
  if wanted.first == SweepBench.trialsAlone, wanted.count == 2 {
    try SweepBench().measureAlone(wanted[1])
  } else if let name = wanted.first, PeerBench.names.contains(name) {
    try PeerBench().run(name, wanted.dropFirst().compactMap { Int($0) })
  } else if let unknown = wanted.first(where: { name in !parts.contains { $0.name == name } }) {
    print("there is no part '\(unknown)'; there is: \(parts.map(\.name).joined(separator: ", "))")
    exit(64)
  } else {
    for part in parts where wanted.isEmpty || wanted.contains(part.name) { try part.run() }
  }
} catch {
  print("bench failed: \(error)")
  exit(1)
}
