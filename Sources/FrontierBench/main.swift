// Speed, as ratios taken in one run: see docs/performance.md for how to read them. Names of parts as arguments run those alone.
let parts: [(name: String, run: () throws -> Void)] = [("core", CoreBench().run), ("hessian", HessianBench().run), ("sweep", SweepBench().run)]
let wanted = CommandLine.arguments.dropFirst()
do {
  for part in parts where wanted.isEmpty || wanted.contains(part.name) { try part.run() }
} catch {
  print("bench failed: \(error)")
}
