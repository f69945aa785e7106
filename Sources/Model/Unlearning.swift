import FrontierNumerics

/// How a trained network unlearns (theory.md section 4).
public struct UnlearningRule: Sendable, Hashable {
  /// alpha: how much of a step ascends on the forget set. 0 is fine-tuning on retain, 1 pure gradient ascent.
  public let forgetRatio: Double
  /// eta.
  public let stepSize: Double
  /// A run has escaped once the mean loss over all samples is this many times what it was at the start.
  public let growthLimit: Double
  /// Where gradients are taken.
  public let perturbation: Perturbation

  /// Escape is checked for every so many steps.
  public static let monitorInterval = 10
  public static let largestSteps = 1_000_000
  public static let largestGrowthLimit = 1e300

  /// For runs that draw no probes.
  public static let noProbes = RandomKey(seed: 0)

  public init(forgetRatio: Double, stepSize: Double, growthLimit: Double, perturbation: Perturbation = .none) throws {
    try require("forgetRatio", forgetRatio, in: 0...1)
    try require("stepSize", stepSize, in: 0...TrainingRule.largestStepSize)
    try require("growthLimit", growthLimit, in: 1...Self.largestGrowthLimit, above: 1)
    self.forgetRatio = forgetRatio
    self.stepSize = stepSize
    self.growthLimit = growthLimit
    self.perturbation = perturbation
  }

  /// Runs the whole schedule from `network`, or up to the step at which an output overflows.
  ///
  /// - Parameters:
  ///   - key: the repetition's, for the noise of probes.
  ///   - observe: called before the first step and after each that was done; it may look at the simulator, and not move it.
  public func unlearn(
    _ network: Network, on dataset: Dataset, loss: Loss, schedule: BatchSchedule, method: some UnlearningMethod = GradientAscent(),
    key: RandomKey = noProbes, observe: ((Simulator) -> Void)? = nil
  ) -> UnlearningRun {
    let descent = perturbation.descent(
      stepSize: stepSize, sizes: (schedule.retainSize, schedule.forgetSize), stream: key.child(Purpose.unlearningProbes).stream())
    // The compiler makes this common case a function of its own.
    if let descent = descent as? GradientDescent, let method = method as? GradientAscent {
      return run(descent, network, on: dataset, loss: loss, schedule: schedule, method: method, observe: observe)
    }
    return run(descent, network, on: dataset, loss: loss, schedule: schedule, method: method, observe: observe)
  }

  private func run(
    _ descent: some Optimizer, _ network: Network, on dataset: Dataset, loss: Loss, schedule: BatchSchedule, method: some UnlearningMethod,
    observe: ((Simulator) -> Void)?
  ) -> UnlearningRun {
    let simulator = Simulator(network, on: dataset, loss: loss, largestBatch: schedule.largestStep)
    let all = 0..<dataset.samples.count
    let limit = growthLimit * simulator.meanLoss(in: all)
    let weights = StepWeights(forgetRatio: forgetRatio, in: schedule)
    var descent = descent, escapedAtStep: Int?
    observe?(simulator)
    for step in 0..<schedule.steps {
      let batch = WeightedBatch(retain: schedule.retain(step), forget: schedule.forget(step), weights: weights)
      guard descent.step(simulator, on: batch, method: method) else {
        return UnlearningRun(
          network: simulator.network, steps: step, escapedAtStep: escapedAtStep ?? step, overflowedAtStep: step)
      }
      observe?(simulator)
      if escapedAtStep == nil, (step + 1) % Self.monitorInterval == 0 || step + 1 == schedule.steps,
        simulator.meanLoss(in: all) > limit
      {
        escapedAtStep = step + 1
      }
    }
    return UnlearningRun(network: simulator.network, steps: schedule.steps, escapedAtStep: escapedAtStep, overflowedAtStep: nil)
  }
}

/// Where unlearning led.
public struct UnlearningRun: Sendable {
  /// The network at the end; after an overflow, the last one before it.
  public let network: Network
  /// Steps done.
  public let steps: Int
  /// The first monitored step at which the mean loss was over the growth limit; nil if it never was.
  public let escapedAtStep: Int?
  /// The step that could not be done because an output of its batch was beyond `Simulator.outputLimit`.
  public let overflowedAtStep: Int?
}
