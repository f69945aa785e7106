import Experiments

/// What each probe costs a trial, in runs of it, and what is made once for all trials of a network.
struct ProbeBench {
  private typealias Work = () throws -> Void

  func run() throws {
    try costs("SNR 0.5, alpha 0.08", ["snr": .number(0.5), "forgetRatio": .number(0.08)])
    try costs("SNR 0.05, alpha 0.2", ["snr": .number(0.05), "forgetRatio": .number(0.2)])
  }

  private func costs(_ words: String, _ values: [String: ParameterValue]) throws {
    let continued = values.merging(["reference": .choice("continued")]) { $1 }, none = values.merging(["reference": .choice("none")]) { $1 }
    let relearning = values.merging(["relearnLimit": .count(1000)]) { $1 }
    let run = ["training", "run"]
    let times = try bestInTurn([
      try work(values, run), try work(values, run + ["tangent"]), try work(values, run + ["tangent", "growth"]), try work(values, run + ["meanField"]),
      try work(values, run + ["stability"]), try work(values, run + ["deletion"]), try work(continued, run + ["deletion"]),
      try work(relearning, run + ["deletion"]), try work(none, run + ["deletion"]), try firstWork(values, []), try firstWork(values, ["meanField"]),
      try firstWork(values, ["deletion"]), try work(values, ["meanField"]), try work(values, ["deletion"]),
    ])
    func report(_ name: String, _ nanoseconds: Double) {
      print(
        name + String(repeating: " ", count: max(1, 44 - name.count))
          + "\((nanoseconds / 1000).text(0, width: 6)) us  \((nanoseconds / times[0]).text(2, width: 6)) of the run")
    }
    print("\nprobes of one trial: \(words), all else as by default; beyond the run, which others need")
    report("  run", times[0])
    for (i, name) in ["tangent", "tangent and growth", "meanField", "stability", "deletion, against the retrained network"].enumerated() {
      report("  " + name, times[i + 1] - times[0])
    }
    for (i, name) in ["against the continued one", "with relearning up to 1000 steps", "with no reference"].enumerated() {
      report("    " + name, times[i + 6] - times[0])
    }
    print("  once for all trials of a network")
    report("    data and training", times[9])
    report("    spectra, couplings to fresh samples", times[10] - times[9] - times[12])
    report("    two retrainings and what they are worth", times[11] - times[9] - times[13])
  }

  /// The shortest time of each in nanoseconds, over rounds in which all take their turn: what disturbs the machine disturbs them alike.
  private func bestInTurn(_ works: [Work]) throws -> [Double] {
    var best = works.map { _ in Double.infinity }
    for _ in 0..<25 { for (i, work) in works.enumerated() { best[i] = min(best[i], try bestNanoseconds(calls: 1, rounds: 2, work)) } }
    return best
  }

  /// A trial whose network, and what its trials share, is there.
  private func work(_ values: [String: ParameterValue], _ probes: [String]) throws -> Work {
    let cell = try cell(values), preparation = try cell.prepare(seed: 1, repetition: 0), chosen = chosen(probes)
    return { _ = cell.measure(seed: 1, repetition: 0, probes: chosen, with: preparation) }
  }

  /// The first trial of a network, with its training.
  private func firstWork(_ values: [String: ParameterValue], _ probes: [String]) throws -> Work {
    let cell = try cell(values), chosen = chosen(probes)
    return { _ = cell.measure(seed: 1, repetition: 0, probes: chosen, with: try cell.prepare(seed: 1, repetition: 0)) }
  }

  private func cell(_ values: [String: ParameterValue]) throws -> Cell {
    let experiment = CNNExperiment()
    var cell = experiment.cell
    for (index, parameter) in experiment.parameters.enumerated() { if let value = values[parameter.name] { try cell.set(index, to: value) } }
    return cell
  }

  private func chosen(_ names: [String]) -> [Bool] { CNNExperiment().probes.map { names.contains($0.name) } }
}
