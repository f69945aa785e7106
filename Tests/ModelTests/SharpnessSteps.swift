import FrontierNumerics
import Model
import TestSupport
import Testing

/// sam-steps.json: steps whose gradients are taken at perturbed points, with explicit weights by independent code. Every number to 1e-12 relative.
@Suite struct SharpnessSteps {
  struct File: Decodable {
    struct Case: Decodable {
      struct Batch: Decodable { let retain, forget: [Int] }
      struct Moment: Decodable {
        let gradientNorms, perturbedOutputs, outputs: [Double]
        let meanLoss, squaredDistanceFromStart: Double
      }
      let mode, perturbation, loss: String
      let stepSize, forgetRatio, radius: Double
      let normalized: Bool
      let filtersPerClass: Int
      let labels, signal: [Double]
      let noise, initialWeights, finalWeights: [[Double]]
      let forgetIndices: [Int]
      let batches: [Batch]
      let trace: [Moment]
    }
    let cases: [Case]
  }

  static let count = 6

  private func explicitNetwork(_ run: File.Case) -> ExplicitNetwork {
    ExplicitNetwork(
      weights: run.initialWeights, patches: [run.signal] + run.noise,
      samples: run.labels.enumerated().map { [(patch: 0, sign: $1), (patch: $0 + 1, sign: 1)] }, labels: run.labels,
      loss: run.loss == "logistic" ? .logistic : .squared)
  }

  private func perturbation(_ run: File.Case) throws -> Perturbation {
    try Perturbation(#require(Perturbation.Name(rawValue: run.perturbation)), radius: run.radius, length: run.normalized ? .normalized : .fixed)
  }

  @Test func allCasesAreHere() throws {
    let cases = try fixture("sam-steps", as: File.self).cases
    #expect(cases.count == Self.count && Set(cases.map(\.perturbation)) == ["joint", "own"] && Set(cases.map(\.normalized)) == [true, false])
  }

  /// The perturbation of each step too: the norms of its gradients, and the outputs at the perturbed points.
  @Test(arguments: 0..<count) func followed(index: Int) throws {
    let run = try fixture("sam-steps", as: File.self).cases[index], perturbation = try perturbation(run)
    let explicit = explicitNetwork(run), (dataset, start) = try explicit.spanForm()
    let simulator = Simulator(start, on: dataset, loss: explicit.loss, largestBatch: run.labels.count)
    try #require(run.batches.count == run.trace.count && !run.trace.isEmpty)
    func near(_ ours: [Double], _ theirs: [Double]) -> Bool {
      ours.count == theirs.count && zip(ours, theirs).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) }
    }
    for (step, moment) in run.trace.enumerated() {
      let batch = run.batches[step], retain = batch.retain.map { Int32($0) }[...], forget = batch.forget.map { Int32($0) }[...]
      let sizes = (retain: Double(max(retain.count, 1)), forget: Double(max(forget.count, 1)))
      let weights = StepWeights(forgetRatio: run.forgetRatio, retainSize: sizes.retain, forgetSize: sizes.forget)
      var norms: [Double] = [], outputs: [Double] = []
      func note(_ taken: Bool) {
        #expect(taken)
        norms.append(simulator.perturbationNorm)
        outputs += simulator.lastOutputs
      }
      if perturbation.name == .own {
        let means = StepWeights(retain: 1 / sizes.retain, forget: 1 / sizes.forget)
        note(
          simulator.takeGradient(
            of: WeightedBatch(retain: retain, forget: [], weights: weights), times: -run.stepSize, perturbed: perturbation, along: means))
        note(
          simulator.addGradient(
            of: WeightedBatch(retain: [], forget: forget, weights: weights), times: -run.stepSize, perturbed: perturbation, along: means))
      } else {
        note(
          simulator.takeGradient(
            of: WeightedBatch(retain: retain, forget: forget, weights: weights), times: -run.stepSize, perturbed: perturbation, along: weights))
      }
      #expect(near(norms, moment.gradientNorms), "step \(step): norms \(norms) against \(moment.gradientNorms)")
      #expect(near(outputs, moment.perturbedOutputs), "step \(step)")
      simulator.move()
      #expect(near(simulator.outputs(), moment.outputs), "step \(step)")
      let quality = simulator.quality(in: 0..<run.labels.count)
      #expect(near([quality.loss], [moment.meanLoss]))
      #expect(near([simulator.network.squaredDistance(gram: dataset.gram)], [moment.squaredDistanceFromStart]))
    }
    var final = explicit
    final.weights = run.finalWeights
    let seen = try final.spanForm().network.preactivations, ours = simulator.network.preactivations
    for r in 0..<seen.rows { #expect(relativeError(ours.row(r), seen.row(r)) < 1e-12) }
  }

  /// The same runs through the rule, which makes the weights of a step and of its perturbation from alpha and the batch sizes.
  @Test(arguments: 0..<count) func followedByTheRule(index: Int) throws {
    let run = try fixture("sam-steps", as: File.self).cases[index], explicit = explicitNetwork(run), (dataset, start) = try explicit.spanForm()
    let schedule = try BatchSchedule(retain: run.batches.map(\.retain), forget: run.batches.map(\.forget))
    func end(_ perturbation: Perturbation) throws -> UnlearningRun {
      try UnlearningRule(forgetRatio: run.forgetRatio, stepSize: run.stepSize, growthLimit: 1000, perturbation: perturbation)
        .unlearn(start, on: dataset, loss: explicit.loss, schedule: schedule)
    }
    let found = try end(perturbation(run)), last = try #require(run.trace.last)
    #expect(relativeError(found.network.outputs(of: dataset.samples), last.outputs) < 1e-12)
    #expect(found.steps == run.batches.count && found.overflowedAtStep == nil)
    // The plain run ends elsewhere.
    #expect(relativeError(try end(.none).network.outputs(of: dataset.samples), last.outputs) > 1e-3)
  }

  /// A radius of zero is the plain step, to rounding; and a batch at which the gradient vanishes is not perturbed.
  @Test(arguments: Perturbation.Name.allCases) func aRadiusOfZeroIsThePlainStep(name: Perturbation.Name) throws {
    let key = RandomKey(seed: 83)
    let dataset = try SignalPlusNoise(samples: 12, dimension: 60, snr: 0.6).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.3), freshSamples: 0, key: key)
    let split = try ForgetSplit(samples: 12, forgetCount: 3)
    let schedule = try BatchSchedule(split: split, batchSize: 4, sampling: .bernoulli, steps: 40, key: key)
    for length in Perturbation.Length.allCases {
      func outputs(_ perturbation: Perturbation) throws -> [Double] {
        try UnlearningRule(forgetRatio: 0.3, stepSize: 2, growthLimit: 1e9, perturbation: perturbation)
          .unlearn(dataset.initial, on: dataset, loss: .logistic, schedule: schedule, key: key).network.outputs(of: dataset.samples)
      }
      #expect(relativeError(try outputs(Perturbation(name, radius: 0, length: length)), try outputs(.none)) < 1e-12)
      if name != .none { #expect(relativeError(try outputs(Perturbation(name, radius: 0.3, length: length)), try outputs(.none)) > 1e-4) }
    }
  }

  /// A retained patch that another sample forgets has a perturbed value for each; an overflow beside the network leaves it where it was.
  @Test func anOverflowBesideTheNetworkTakesNothing() throws {
    let dataset = try SignalPlusNoise(samples: 4, dimension: 30, snr: 1).draw(
      architecture: Architecture(filtersPerClass: 2, initScale: 1), freshSamples: 0, key: RandomKey(seed: 84))
    let simulator = Simulator(dataset.initial, on: dataset, loss: .squared, largestBatch: 4), before = simulator.outputs()
    let batch = WeightedBatch([0, 1, 2])
    let far = try Perturbation(.joint, radius: 1e6, length: .fixed)
    let descent = JointlyPerturbedDescent(stepSize: 1e95, perturbation: far)
    let first = descent.step(simulator, on: batch, method: GradientAscent()), huge = simulator.outputs()
    let second = descent.step(simulator, on: batch, method: GradientAscent())
    #expect(first && !second && simulator.outputs() == huge && huge != before)
  }
}
