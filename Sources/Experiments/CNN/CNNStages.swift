import FrontierNumerics
import Model
import Stability

/// The stages of the CNN experiment; what each makes is in CNNTrial.swift.
package enum CNNStages {
  static let data = stage(
    "data", reads: ["samples", "dimension", "snr", "labelNoise", "data", "patches", "tiles", "filtersPerClass", "initScale", "testSamples"],
    held: { bytes(8, $0.dictionary, 2 * $0.dictionary + 5 * $0.filters).addingClamped(bytes(16, $0.tilesOfFresh, $0.dictionary + $0.filters)) },
    // Every vector in the frame's coordinates (NoiseFrame), and two transposes.
    working: { p in
      if let facts = p.images?.facts {
        return bytes(8, facts.shape.size, 2 * facts.counts.reduce(0, +)).addingClamped(bytes(16, facts.shape.size, p.samples + p.testSamples))
      }
      let width = min(p.dimension, p.samples + p.filters)
      return bytes(8, width, p.samples + p.filters + p.testSamples).addingClamped(bytes(8, width, max(p.samples, p.testSamples)))
    }, memory: "data, network and the vectors that they are drawn from (samples, filtersPerClass, testSamples and dimension)")

  /// What the training rule is made of.
  private static let ofTraining = [
    "loss", "trainStepSize", "trainBatchSize", "trainTargetLoss", "trainMaxSteps", "trainPerturbation", "trainRadius", "trainRadiusKind",
  ]
  /// What a step of unlearning is made of, but for its batch.
  private static let ofStep = ["forgetRatio", "method", "npoBeta", "stepSize", "perturbation", "radius", "radiusKind"]

  /// A network that a coreset is chosen by, trained on all samples for a little.
  static let warm = stage(
    "warm network", reads: ofTraining + ["coresetWarmLoss"], after: [data])

  /// Its gradients' inner products, as they are and smoothed.
  static let warmMoments = stage(
    "gradients of the warm network", reads: ["posteriorScale", "posteriorDraws"], after: [warm],
    held: { $0.coresetFraction < 1 ? bytes(24, $0.samples, $0.samples) : 0 }, working: { $0.coresetFraction < 1 ? smoothing($0) : 0 },
    memory: "gradients smoothed over a posterior (samples x samples, filtersPerClass x samples x posteriorDraws)")

  /// The samples that are trained on.
  static let coreset = stage(
    "coreset", reads: ["coresetFraction", "coresetSelection"], after: [warmMoments],
    held: { $0.coresetFraction < 1 ? bytes(8, $0.dictionary, $0.dictionary) : 0 }, memory: "data of the coreset (samples x samples)")

  static let network = stage(
    "network", reads: ofTraining, after: [coreset], operations: { training($0) + ($0.coresetFraction < 1 ? training($0) + moments($0) + choice($0) : 0) },
    working: { $0.trainPerturbation == .none ? 0 : $0.besideBytes(batch: $0.trainBatchSize) },
    memory: "training batches beside the network (trainBatchSize squared)")

  private static func training(_ p: CNNParameters) -> Double {
    let batch = Double(p.trainBatchSize + 1), beside = p.trainPerturbation == .none ? 0 : batch
    return p.pairsOfTiles * min(500, Double(p.trainMaxSteps)) * Double(p.filters) * (Double(p.samples + 1) + beside) * batch
  }

  private static func moments(_ p: CNNParameters) -> Double {
    p.pairsOfTiles * Double(p.posteriorDraws + 1) * Double(p.samples) * Double(p.samples) * Double(p.filters)
  }

  /// Greedy ways to choose look at all samples for each member; facility at all pairs.
  private static func choice(_ p: CNNParameters) -> Double {
    let n = Double(p.samples)
    return p.coresetSelection == .facility ? n * n * Double(p.trainedSamples) : n * Double(p.trainedSamples)
  }

  private static func smoothing(_ p: CNNParameters) -> Int {
    bytes(8, p.dictionary, 2 * p.dictionary).addingClamped(bytes(16, p.filters, p.dictionary, p.posteriorDraws))
  }

  /// What a network learns from some of the samples, against one that has all.
  static let capacity = stage(
    "capacity", reads: ["capacityFrom"], after: [network], operations: { $0.capacityFrom > 0 ? training($0) : 0 },
    working: { $0.capacityFrom > 0 ? bytes(8, $0.dictionary, $0.dictionary) : 0 }, memory: "data of the smaller training set (samples x samples)")

  /// What the composition law foretells of it.
  static let composition = stage("composition", reads: [], after: [network])

  static let split = stage("split", scope: .cell, reads: ["samples", "forgetFraction", "coresetFraction"])

  /// The samples in the order in which they are forgotten and retained.
  static let arrangement = stage(
    "arrangement", reads: ["forgetSelection", "posteriorScale", "posteriorDraws"], after: [network, split],
    operations: { $0.forgetSelection == .outsideCoreset ? moments($0) : 0 },
    working: { $0.forgetSelection == .outsideCoreset ? smoothing($0).addingClamped(bytes(24, $0.samples, $0.samples)) : 0 },
    memory: "gradients smoothed over a posterior (samples x samples, filtersPerClass x samples x posteriorDraws)")

  /// What the network is worth before it unlearns.
  static let before = stage("before", reads: [], after: [arrangement])

  /// Two networks that never saw the forget set, trained by the same rule as the one that did.
  static let retraining = stage(
    "retraining", reads: [], after: [arrangement],
    operations: { 2 * training($0) }, held: { bytes(32, $0.filters, $0.samples + 8) }, memory: "retrained networks (samples x filtersPerClass)")

  /// What the first of them is worth, and the trained network against it.
  static let retrained = stage("retrained", reads: [], after: [retraining, before])

  static let retrainedRelearning = stage("relearning of the retrained", reads: ["relearnLimit"], after: [retraining])

  static let batches = stage(
    "batches", reads: ["batchSize", "sampling", "unlearnSteps"], after: [split],
    held: { bytes(4, $0.unlearnSteps, 2 * min($0.batchSize, $0.samples)).addingClamped(bytes(16, $0.unlearnSteps)) },
    memory: "batches of the run (unlearnSteps x batchSize)")

  /// The gradients' inner products with two tables of theirs.
  static let spectra = stage(
    "spectra", reads: [], after: [arrangement], held: { bytes(24, $0.samples, $0.samples) }, working: { bytes(8, $0.samples, $0.samples + $0.testSamples) },
    memory: "gradients of the samples (samples x samples, samples x testSamples)")

  /// The network put to the Hessian test at one step rule: what follows without second derivatives (tangent, drift, mean field) takes hardly any time.
  static let hessianTest = stage(
    "Hessian test", scope: .trial, reads: ofStep, after: [spectra, batches])

  /// Its mixed Hessian's ends, with all that they were found in.
  static let mixedHessian = stage("mixed Hessian", scope: .trial, reads: [], after: [hessianTest])

  static let tangent = stage("tangent", scope: .trial, reads: [], after: [hessianTest])
  static let meanField = stage("mean field", scope: .trial, reads: [], after: [hessianTest])
  static let groups = stage("mean field by groups", scope: .trial, reads: [], after: [hessianTest])

  /// How much alike the trained samples are.
  static let simplicity = stage("simplicity", reads: [], after: [spectra])

  /// What perturbed steps have besides: one more mean square, or as many moves of a second moment as there are steps.
  static let perturbed = stage(
    "perturbed", scope: .trial, reads: [], after: [mixedHessian],
    operations: { p in
      let cube = Double(p.samples) * Double(p.samples) * Double(p.samples)
      return p.perturbation == .probe ? 3 * Double(p.unlearnSteps) * cube : p.hasFixedInnerStep ? 60 * cube : 0
    })

  /// The mean square holds ten tables (MeanSquareOperator, Lanczos) and takes some thirty steps.
  static let stability = stage(
    "stability", scope: .trial, reads: ["growthLimit"], after: [mixedHessian],
    operations: { ($0.hasFixedInnerStep ? 360 : 60) * Double($0.samples) * Double($0.samples) * Double($0.samples) },
    working: { bytes($0.hasFixedInnerStep ? 240 : 80, $0.samples, $0.samples) },
    memory: "Hessian test (samples squared)")

  static let run = stage(
    "run", scope: .trial, reads: ofStep + ["growthLimit"], after: [arrangement, batches],
    operations: { p in
      let batch = Double(min(2 * p.batchSize, p.samples)), beside = p.perturbation == .none ? 0 : batch
      return p.pairsOfTiles * Double(p.unlearnSteps) * batch * (Double(p.samples) + beside) * Double(p.filters + 2)
    },
    working: { $0.perturbation == .none ? 0 : $0.besideBytes(batch: $0.batchSize.addingClamped($0.batchSize)) },
    memory: "batches beside the network (batchSize squared)")

  /// What the network is worth after it has unlearned.
  static let after = stage("after", scope: .trial, reads: [], after: [run, before])

  /// The network that deletion is judged by.
  static let reference = stage(
    "reference", scope: .trial,
    reads: ["reference", "forgetRatio", "stepSize", "perturbation", "radius", "radiusKind", "growthLimit", "relearnLimit"], after: [retrained, batches],
    operations: { p in p.reference == .continued ? run.operations(p) / 2 : 0 },
    working: { p in p.reference == .continued ? bytes(4, p.unlearnSteps, min(p.batchSize, p.samples)).addingClamped(bytes(16, p.unlearnSteps)) : 0 },
    memory: "batches of the continued network (unlearnSteps x batchSize)")

  static let deletion = stage(
    "deletion", scope: .trial, reads: [], after: [after, reference],
    operations: { p in Double(p.relearnLimit) * p.forgetFraction * Double(p.samples) * Double(p.samples) * Double(p.filters) })

  package static let all = [
    data, warm, warmMoments, coreset, network, split, arrangement, before, retraining, retrained, retrainedRelearning, batches, spectra, hessianTest,
    mixedHessian, tangent, meanField, simplicity, perturbed, stability, run, after, reference, deletion, capacity, composition, groups,
  ]

  private static func stage(
    _ name: String, scope: Stage<CNNParameters>.Scope = .repetition, reads: [String], after earlier: [Stage<CNNParameters>] = [],
    operations: @escaping @Sendable (CNNParameters) -> Double = { _ in 0 }, held: @escaping @Sendable (CNNParameters) -> Int = { _ in 0 },
    working: @escaping @Sendable (CNNParameters) -> Int = { _ in 0 }, memory: String = ""
  ) -> Stage<CNNParameters> {
    Stage(
      name, of: CNNParameters.all, standard: CNNParameters(), scope: scope, reads: reads, after: earlier, operations: operations, held: held,
      working: working, memory: memory)
  }
}

extension CNNParameters {
  fileprivate var filters: Int { 2 * filtersPerClass }

  /// Patches of the training samples; that of the signal is one more.
  fileprivate var dictionary: Int { images == nil ? samples : (samples + 1) * min(tiles, ImageSource.mostTiles) * min(tiles, ImageSource.mostTiles) }
  /// A step takes so many products where signal and noise have one patch each.
  fileprivate var pairsOfTiles: Double { images == nil ? 1 : Double(tiles) * Double(tiles) * Double(tiles) * Double(tiles) }
  fileprivate var tilesOfFresh: Int { images == nil ? testSamples : testSamples * min(tiles, ImageSource.mostTiles) * min(tiles, ImageSource.mostTiles) }

  /// Tables over the patches of a batch whose gradient is taken beside the network.
  fileprivate func besideBytes(batch: Int) -> Int {
    let tiles = images == nil ? 1 : min(tiles, ImageSource.mostTiles) * min(tiles, ImageSource.mostTiles), patches = (min(batch, samples) + 1) * tiles
    return bytes(8, patches, patches + 7).addingClamped(bytes(16, patches, filters + 7))
  }

  /// Whether a step's inner step is a number, so that it has second moments of its own.
  fileprivate var hasFixedInnerStep: Bool { perturbation.isSharpnessAware && radiusKind == .fixed }

  // What a stage makes of its view; each refuses a parameter out of its range, by name.

  func source() throws -> any DataSource {
    guard let images else { return try SignalPlusNoise(samples: samples, dimension: dimension, snr: snr, labelNoise: labelNoise) }
    return try ImageSource(images.images(), samples: samples, snr: snr, labelNoise: labelNoise, patches: patches, tiles: tiles)
  }
  /// Refuses what the source would refuse, without reading images.
  func checkSource() throws {
    _ = try SignalPlusNoise(samples: samples, dimension: dimension, snr: snr, labelNoise: labelNoise)
    try SignalPlusNoise.check(freshSamples: testSamples)
    guard let facts = images?.facts else { return try require("tiles", tiles, in: 1...ImageSource.mostTiles) }
    try ImageSource.check(shape: facts.shape, count: facts.counts.reduce(0, +), samples: samples, freshSamples: testSamples, tiles: tiles)
  }
  func architecture() throws -> Architecture { try Architecture(filtersPerClass: filtersPerClass, initScale: initScale) }
  func training() throws -> TrainingRule {
    try TrainingRule(
      loss: loss, stepSize: trainStepSize, batchSize: trainBatchSize, targetLoss: trainTargetLoss, maxSteps: trainMaxSteps,
      perturbation: Perturbation(trainPerturbation, radius: trainRadius, length: trainRadiusKind, parameter: "trainRadius"))
  }
  /// Training of the network that a coreset is chosen by.
  func warmTraining() throws -> TrainingRule {
    try require("coresetWarmLoss", coresetWarmLoss, in: 0...TrainingRule.largestTargetLoss, above: 0)
    var view = self
    view.trainTargetLoss = coresetWarmLoss
    return try view.training()
  }
  func checkSelection() throws {
    try require("capacityFrom", capacityFrom, in: 0...1)
    try require("coresetFraction", coresetFraction, in: 0...1, above: 0)
    try require("posteriorScale", posteriorScale, in: 0...Perturbation.largestRadius)
    try require("posteriorDraws", posteriorDraws, in: 1...GradientMoments.mostDraws)
  }
  func unlearningPerturbation() throws -> Perturbation { try Perturbation(perturbation, radius: radius, length: radiusKind) }
  func forgetSplit() throws -> ForgetSplit { try ForgetSplit(samples: trainedSamples, forgetFraction: forgetFraction) }
  func unlearning() throws -> UnlearningRule {
    try UnlearningRule(forgetRatio: forgetRatio, stepSize: stepSize, growthLimit: growthLimit, perturbation: unlearningPerturbation())
  }
  func methodRule() throws -> MethodRule { try MethodRule(method, npoBeta: npoBeta, loss: loss) }
  /// Nil where it is not asked for.
  func relearning() throws -> Relearning? {
    let rule = try Relearning(loss: loss, stepSize: trainStepSize, targetLoss: trainTargetLoss, limit: relearnLimit)
    return relearnLimit > 0 ? rule : nil
  }
  func stepRule() throws -> StepRule { try StepRule(forgetRatio: forgetRatio, stepSize: stepSize, batchSize: batchSize, sampling: sampling) }
}
