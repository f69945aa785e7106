// Speed, as ratios taken in one run: see docs/performance.md for how to read them.
do {
  try CoreBench().run()
  try HessianBench().run()
} catch {
  print("bench failed: \(error)")
}
