import Model
import FrontierNumerics
import Testing

/// What others may bring: a method of unlearning, an optimizer, a source of data. Each a small one, held against weights that are written out.
@Suite struct Extensions {
  /// Descends on the loss of the opposite label, phi = l(f, -y).
  private struct Relabel: UnlearningMethod {
    func forgetSlope(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { -loss.derivative(output: f, label: -y) }
    func forgetCurvature(of loss: Loss, output f: Double, label y: Double, sample: Int) -> Double { -loss.curvature(output: f, label: -y) }
  }

  /// A step as two of half its size, the second at where the first led.
  private struct TwoHalves: Optimizer {
    let stepSize: Double

    mutating func step(_ simulator: Simulator, on batch: WeightedBatch, method: some UnlearningMethod) -> Bool {
      for _ in 0..<2 {
        guard simulator.takeGradient(of: batch, times: -stepSize / 2, method: method) else { return false }
        simulator.move()
      }
      return true
    }
  }

  /// Vectors that are written out.
  private struct Vectors: DataSource {
    let network: ExplicitNetwork

    /// The last of its samples, each with a patch of its own.
    func draw(architecture: Architecture, freshSamples: Int, key: RandomKey) throws -> Dataset {
      try network.spanForm(trained: network.samples.count - freshSamples, newPatches: freshSamples).dataset
    }
  }

  private func network(_ stream: inout RandomStream, loss: Loss) -> ExplicitNetwork {
    ExplicitNetwork(
      weights: (0..<4).map { _ in stream.gaussians(5) }, patches: (0..<6).map { _ in stream.gaussians(5) },
      samples: (0..<5).map { [(patch: 0, sign: stream.sign()), (patch: $0 + 1, sign: 1)] }, labels: (0..<5).map { _ in stream.sign() }, loss: loss)
  }

  @Test(arguments: Loss.allCases) func aMethod(loss: Loss) throws {
    var stream = RandomKey(seed: 31).stream()
    var explicit = network(&stream, loss: loss)
    let dataset = try Vectors(network: explicit).draw(architecture: Architecture(filtersPerClass: 2, initScale: 1), freshSamples: 0, key: RandomKey(seed: 1))
    let split = try ForgetSplit(samples: 5, forgetCount: 2)
    let schedule = try BatchSchedule(split: split, batchSize: 2, sampling: .uniform, steps: 20, key: RandomKey(seed: 32))
    let rule = try UnlearningRule(forgetRatio: 0.3, stepSize: 0.2, growthLimit: 1e9)
    let run = rule.unlearn(dataset.initial, on: dataset, loss: loss, schedule: schedule, method: Relabel())
    for step in 0..<schedule.steps {
      // The gradient of phi of a sample is the loss's with the label turned round.
      var turned = ExplicitNetwork(
        weights: explicit.weights, patches: explicit.patches, samples: explicit.samples,
        labels: explicit.labels.enumerated().map { split.forget.contains($0) ? -$1 : $1 }, loss: loss)
      turned.step(stepSize: 0.2, schedule.retain(step).map { (Int($0), 0.7 / 2) } + schedule.forget(step).map { (Int($0), 0.3 / 2) })
      explicit.weights = turned.weights
    }
    #expect(relativeError(run.network.outputs(of: dataset.samples), explicit.outputs, floor: 1e-3) < 1e-10)
    let ascent = rule.unlearn(dataset.initial, on: dataset, loss: loss, schedule: schedule)
    #expect(relativeError(ascent.network.outputs(of: dataset.samples), explicit.outputs, floor: 1e-3) > 1e-3)
  }

  /// What fresh samples come to after training is what the weights that are written out say of them.
  @Test func aSourceWithFreshSamples() throws {
    var stream = RandomKey(seed: 35).stream()
    var explicit = network(&stream, loss: .logistic)
    let dataset = try Vectors(network: explicit).draw(architecture: Architecture(filtersPerClass: 2, initScale: 1), freshSamples: 2, key: RandomKey(seed: 1))
    #expect(dataset.samples.count == 3 && dataset.fresh.samples.count == 2)
    let simulator = Simulator(dataset.initial, on: dataset, loss: .logistic, largestBatch: 3)
    var descent = GradientDescent(stepSize: 0.3)
    for _ in 0..<20 {
      let moved = descent.step(simulator, on: WeightedBatch([0, 1, 2]))
      #expect(moved)
      explicit.step(stepSize: 0.3, (0..<3).map { ($0, 1.0 / 3) })
    }
    let network = simulator.network, quality = try #require(dataset.fresh.quality(of: network, loss: .logistic))
    #expect(relativeError(dataset.fresh.outputs(of: network), Array(explicit.outputs[3...]), floor: 1e-3) < 1e-10)
    #expect(abs(quality.loss - (explicit.lossValue(3) + explicit.lossValue(4)) / 2) < 1e-12)
    // Sizes that do not fit are refused.
    let samples = try SampleSet(labels: [1], patches: [[.init(3, negated: false)]])
    #expect(throws: ParameterError.self) {
      try FreshSamples(cross: Matrix(rows: 2, columns: 1), initialPreactivations: Matrix(rows: 2, columns: 1), samples: samples)
    }
    #expect(throws: ParameterError.self) {
      try FreshSamples(cross: Matrix(rows: 3, columns: 1), initialPreactivations: Matrix(rows: 2, columns: 2), samples: samples)
    }
    let two = try FreshSamples(cross: Matrix(rows: 3, columns: 1), initialPreactivations: Matrix(rows: 2, columns: 1), samples: samples)
    #expect(throws: ParameterError.self) { try Dataset(gram: dataset.gram, samples: dataset.samples, initial: dataset.initial, fresh: two) }
  }

  @Test func anOptimizer() throws {
    var stream = RandomKey(seed: 33).stream()
    var explicit = network(&stream, loss: .logistic)
    let (dataset, start) = try explicit.spanForm()
    let simulator = Simulator(start, on: dataset, loss: .logistic, largestBatch: 3)
    var optimizer = TwoHalves(stepSize: 0.4)
    for step in 0..<10 {
      let batch = WeightedBatch(retain: [0, Int32(step % 4) + 1], forget: [], weights: StepWeights(retain: 0.5, forget: 0))
      let moved = optimizer.step(simulator, on: batch)
      #expect(moved)
      for _ in 0..<2 { explicit.step(stepSize: 0.2, [(0, 0.5), (step % 4 + 1, 0.5)]) }
    }
    #expect(relativeError(simulator.outputs(), explicit.outputs, floor: 1e-3) < 1e-10)
  }

  /// A gradient that was taken is moved along once, and one that is not taken not at all.
  @Test func aGradientIsMovedAlongOnce() throws {
    var stream = RandomKey(seed: 34).stream()
    let (dataset, start) = try network(&stream, loss: .logistic).spanForm()
    let simulator = Simulator(start, on: dataset, loss: .logistic, largestBatch: 2), before = simulator.outputs()
    let batch = WeightedBatch([0, 1])
    #expect(simulator.takeGradient(of: batch, times: -0.1) && simulator.outputs() == before)
    simulator.move()
    let after = simulator.outputs()
    simulator.move()
    #expect(after != before && simulator.outputs() == after)
  }
}
