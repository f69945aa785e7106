import Experiments

/// What each probe costs a trial, in runs of it, and what is made once for all trials of a network.
struct ProbeBench {
  func run() throws {
    try costs("SNR 0.5, alpha 0.08", ["snr": .number(0.5), "forgetRatio": .number(0.08)])
    try costs("SNR 0.05, alpha 0.2", ["snr": .number(0.05), "forgetRatio": .number(0.2)])
  }

  private func costs(_ words: String, _ values: [String: ParameterValue]) throws {
    print("\nprobes of one trial: \(words), all else as by default; beyond the run, which others need")
    let run = try time(values, of: ["training", "run"])
    report("run", run, of: run)
    for name in ["tangent", "meanField", "stability"] { report(name, try time(values, of: ["training", "run", name]) - run, of: run) }
    report("growth, with tangent", try time(values, of: ["training", "run", "tangent", "growth"]) - run, of: run)
    for (name, change) in [
      ("deletion, against the retrained network", [:]), ("  against the continued one", ["reference": .choice("continued")]),
      ("  with relearning up to 1000 steps", ["relearnLimit": .count(1000)]), ("  with no reference", ["reference": .choice("none")]),
    ] as [(String, [String: ParameterValue])] { report(name, try time(values.merging(change) { $1 }, of: ["training", "run", "deletion"]) - run, of: run) }
    print("  once for all trials of a network:")
    let cell = try cell(values)
    let training = try bestNanoseconds(calls: 1, rounds: 15) { _ = try cell.prepare(seed: 1, repetition: 0) }
    report("  data and training", training, of: run)
    for (name, probes) in [("  spectra, couplings to fresh samples", ["meanField"]), ("  two retrainings and what they are worth", ["deletion"])] {
      let once = try bestNanoseconds(calls: 1, rounds: 15) {
        _ = cell.measure(seed: 1, repetition: 0, probes: chosen(probes), with: try cell.prepare(seed: 1, repetition: 0))
      }
      report(name, once - training - (try time(values, of: probes)), of: run)
    }
  }

  /// Of a trial whose network, and what its trials share, is there.
  private func time(_ values: [String: ParameterValue], of probes: [String]) throws -> Double {
    let cell = try cell(values), preparation = try cell.prepare(seed: 1, repetition: 0), chosen = chosen(probes)
    return bestNanoseconds(calls: 5) { _ = cell.measure(seed: 1, repetition: 0, probes: chosen, with: preparation) }
  }

  private func cell(_ values: [String: ParameterValue]) throws -> Cell {
    let experiment = CNNExperiment()
    var cell = experiment.cell
    for (index, parameter) in experiment.parameters.enumerated() { if let value = values[parameter.name] { try cell.set(index, to: value) } }
    return cell
  }

  private func chosen(_ names: [String]) -> [Bool] { CNNExperiment().probes.map { names.contains($0.name) } }

  private func report(_ name: String, _ nanoseconds: Double, of run: Double) {
    let label = "  \(name)"
    print(
      label + String(repeating: " ", count: max(1, 44 - label.count))
        + "\((nanoseconds / 1000).text(0, width: 6)) us  \((nanoseconds / run).text(2, width: 6)) of the run")
  }
}
