import Engine
import Exports
import Foundation
import Platform
import Specs
import Storage
import TestSupport

extension TemporaryFolder {
  var output: OutputFolder { OutputFolder(path + "/output") }
}

/// Small trials of the CNN experiment: a fraction of a millisecond each.
let smallNetwork = "samples: 12, dimension: 40, filtersPerClass: 2, trainBatchSize: 4, testSamples: 5, unlearnSteps: 30, trainTargetLoss: 0.3"

/// A specification from its text, or from its parts.
func spec(_ text: String) throws -> SweepSpec { try SweepSpec(json5: Array(text.utf8), file: "test.json5") }

func cnnSpec(axes: String, parameters: String = "", repetitions: Int = 2, seed: Int = 3) throws -> SweepSpec {
  try spec(
    """
    { name: "test", experiment: "cnn", seed: \(seed), repetitions: \(repetitions), axes: { \(axes) }, parameters: { \(smallNetwork), \(parameters) } }
    """)
}

/// Runs what is missing.
@discardableResult
func run(_ spec: SweepSpec, in folder: OutputFolder, jobs: Int = 2) throws -> SweepRun.Progress {
  let run = try SweepRun(spec, in: folder, jobs: jobs, now: 0)
  _ = try run.run()
  return run.progress
}

final class Buffer: ByteSink {
  private(set) var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
  func write(_ bytes: [UInt8]) { self.bytes += bytes }
}

func exported(_ folder: OutputFolder, as format: ResultExport.Format = .csv) throws -> Buffer {
  let buffer = Buffer()
  try ResultExport(of: folder).write(format, to: buffer)
  return buffer
}

let shippedSpecs = [
  "quickstart", "snr-forget", "snr-forget-fine", "snr-forget-boundary", "batch-step", "batch-fraction", "full-grid", "hessian-coherence", "deletion", "methods",
  "sam-coherence",
  "sam-snr",
  "sam-forget", "digits", "learning-capacity", "coreset", "forget-selection",
]

/// A sweep with a gap, trials that did not train, choices and whole numbers on axes.
func partialSweep(in folder: OutputFolder) throws -> SweepSpec {
  let axes = #"sampling: ["uniform", "bernoulli"], trainMaxSteps: [0, 20000], batchSize: [2, 5], snr: [0.25, 1]"#
  try run(try cnnSpec(axes: axes, repetitions: 2), in: folder)
  let grown = try cnnSpec(axes: axes.replacingOccurrences(of: "0.25", with: "0.25, 0.1"), repetitions: 3)
  // Opened, which remembers the specification, and stopped before it measures.
  let sweep = try SweepRun(grown, in: folder, jobs: 1, now: 1)
  sweep.stop()
  _ = try sweep.run()
  return grown
}
