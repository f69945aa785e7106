import Engine
import Experiments
import FrontierNumerics
import Model
import Platform
import Specs
import Stability
import Storage

/// Where the time of a whole sweep goes, part by part, beside the time that the part's multiply-adds take at the machine's practical peak: with all gates open and
/// products in full, though steps skip closed gates and half of a symmetric product is not computed. Deletion, with
/// networks of its own, is left out: `ProbeBench` has it.
struct BudgetBench {
  /// What a part takes and what it multiplies, summed over trials.
  private struct Part {
    let name: String
    var nanoseconds = 0.0
    var multiplyAdds = 0.0
  }

  private enum Name: String, CaseIterable {
    case data = "data and first weights"
    case training, batches
    case unlearning = "unlearning run"
    case qualities = "accuracies and losses"
    case point = "gradients, their Gram matrix, what cells share"
    case ends = "ends of the mixed Hessian"
    case sums = "coherence, noise radius"
    case meanSquare = "mean square"
    case contraction
    case typical = "typical rate"
    case tangent
    case field = "mean field"
  }

  func run() throws {
    let path = "sweeps/snr-forget.json5"
    let spec = try SweepSpec(json5: Files.read(path), file: path)
    var parts = Dictionary(uniqueKeysWithValues: Name.allCases.map { ($0, Part(name: $0.rawValue)) })
    var trials = 0.0, whole = 0.0
    let wanted = spec.experiment.probes.map { $0.name != "deletion" }
    let plan = try Plan(spec, in: OutputFolder("/nonexistent"))
    for group in 0..<plan.groups {
      let members = plan.trials(ofGroup: group)
      guard members[0].repetition == 0 else { continue }
      let cells = try members.map { try spec.grid.cell(at: $0.cell) }
      whole += try bestNanoseconds(calls: 1, rounds: 3) {
        let preparation = try cells[0].prepare(seed: spec.seed, repetition: 0)
        for cell in cells { _ = cell.measure(seed: spec.seed, repetition: 0, probes: wanted, with: preparation) }
      }
      trials += Double(cells.count)
      try add(cells, seed: spec.seed, to: &parts)
    }
    let peak = CoreBench().practicalPeak() / 2
    print("\n\(spec.name), one repetition: \(Int(trials)) trials without the deletion probe, microseconds a trial on one core")
    print("                                                      takes  all gates open, at peak   ratio")
    for name in Name.allCases { if let part = parts[name] { report(part.name, part.nanoseconds / trials, part.multiplyAdds / trials / peak) } }
    report("together", parts.values.reduce(0) { $0 + $1.nanoseconds } / trials, parts.values.reduce(0) { $0 + $1.multiplyAdds } / trials / peak)
    report("whole trials", whole / trials, parts.values.reduce(0) { $0 + $1.multiplyAdds } / trials / peak)
  }

  private func report(_ name: String, _ nanoseconds: Double, _ floor: Double) {
    let ratio = floor > 0 ? (nanoseconds / floor).text(2, width: 8) : "       -"
    print("  \(name)".padded(48) + (nanoseconds / 1000).text(1, width: 11) + (floor / 1000).text(1, width: 24) + ratio)
  }

  /// All parts of the trials of one trained network.
  private func add(_ cells: [Cell], seed: UInt64, to parts: inout [Name: Part]) throws {
    guard let p = cells[0].parameters(as: CNNParameters.self) else { return }
    let key = RandomKey(seed: seed).child(0)
    let n = Double(p.samples), patches = n + 1, filters = Double(2 * p.filtersPerClass), fresh = Double(p.testSamples)
    func time(_ name: Name, multiplyAdds: Double, _ body: () throws -> Void) rethrows {
      parts[name]?.nanoseconds += try bestNanoseconds(calls: 1, rounds: 3, body)
      parts[name]?.multiplyAdds += multiplyAdds
    }

    let data = try SignalPlusNoise(samples: p.samples, dimension: p.dimension, snr: p.snr, labelNoise: p.labelNoise)
    let architecture = try Architecture(filtersPerClass: p.filtersPerClass, initScale: p.initScale)
    func draw() throws -> Dataset { try data.draw(architecture: architecture, freshSamples: p.testSamples, key: key) }
    try time(.data, multiplyAdds: min(n + filters, Double(p.dimension)) * (n + filters) * (n + fresh)) { _ = try draw() }
    let dataset = try draw()

    let rule = try TrainingRule(
      loss: p.loss, stepSize: p.trainStepSize, batchSize: p.trainBatchSize, targetLoss: p.trainTargetLoss, maxSteps: p.trainMaxSteps)
    let trained = try rule.train(on: dataset, key: key)
    try time(.training, multiplyAdds: Double(trained.steps) * filters * patches * Double(p.trainBatchSize + 1)) { _ = try rule.train(on: dataset, key: key) }
    guard trained.end == .reachedTarget else { return }

    let split = try ForgetSplit(samples: p.samples, forgetFraction: p.forgetFraction)
    func batches() throws -> BatchSchedule {
      try BatchSchedule(split: split, batchSize: p.batchSize, sampling: p.sampling, steps: p.unlearnSteps, key: key)
    }
    let schedule = try batches()
    try time(.batches, multiplyAdds: 0) { _ = try batches() }
    func linearise() throws -> PointSpectra { PointSpectra(at: try Linearisation(trained.network, on: dataset, split: split, loss: p.loss)) }
    try time(.point, multiplyAdds: 0) { _ = try linearise() }
    let spectra = try linearise()

    for q in cells.compactMap({ $0.parameters(as: CNNParameters.self) }) {
      let unlearning = try UnlearningRule(forgetRatio: q.forgetRatio, stepSize: q.stepSize, growthLimit: q.growthLimit)
      let run = unlearning.unlearn(trained.network, on: dataset, loss: q.loss, schedule: schedule)
      let batch = Double(schedule.retainSize + schedule.forgetSize)
      let looks = Double(run.steps) / Double(UnlearningRule.monitorInterval)
      time(.unlearning, multiplyAdds: filters * patches * (Double(run.steps) * (batch + 1) + 2 * looks)) {
        _ = unlearning.unlearn(trained.network, on: dataset, loss: q.loss, schedule: schedule)
      }
      time(.qualities, multiplyAdds: filters * patches * (fresh + patches)) {
        _ = Quality(outputs: run.network.outputs(of: dataset.samples), labels: dataset.samples.labels, in: split.retain, loss: q.loss)
        _ = dataset.fresh.quality(of: run.network, loss: q.loss)
        _ = run.network.squaredDistance(to: trained.network, gram: dataset.gram)
      }

      let hessians = WeightedHessians(
        at: spectra.at, rule: try StepRule(forgetRatio: q.forgetRatio, stepSize: q.stepSize, batchSize: q.batchSize, sampling: q.sampling))
      // An iteration on n numbers is a product with G, or two, and a reorthogonalisation, twice, against all before.
      func krylov(_ iterations: Int, products: Double) -> Double { Double(iterations) * (products * n * n + 4 * n * Double(iterations) / 2) }
      guard let ends = try? MixedHessianEnds(hessians), let radius = try? hessians.meanSquareRadius(from: ends) else { continue }
      time(.ends, multiplyAdds: krylov(ends.top.iterations, products: 1)) { _ = try? MixedHessianEnds(hessians) }
      time(.meanSquare, multiplyAdds: Double(radius.iterations) * 2 * n * n * n) { _ = try? hessians.meanSquareRadius(from: ends) }
      time(.sums, multiplyAdds: 0) {
        _ = try? hessians.mixedCoherence(spectra)
        _ = try? hessians.noiseRadius(spectra)
      }
      let contraction = (try? hessians.contraction())?.iterations ?? 0
      time(.contraction, multiplyAdds: krylov(contraction, products: 2)) { _ = try? hessians.contraction() }
      let walk = Double(schedule.steps) * n * batch
      time(.typical, multiplyAdds: walk) { _ = try? LinearSimulation(hessians, schedule: schedule, growthLimit: q.growthLimit, key: key) }
      time(.tangent, multiplyAdds: walk) { _ = TangentPrediction(at: spectra.at, rule: hessians.rule, schedule: schedule) }
      if case .success(let field) = spectra.meanField {
        let groups = Double(field.groups.count)
        time(.field, multiplyAdds: Double(schedule.steps) * groups * groups) {
          _ = field.run(forgetRatio: q.forgetRatio, stepSize: q.stepSize, steps: schedule.steps)
        }
      }
    }
  }
}
