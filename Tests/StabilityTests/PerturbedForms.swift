import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// What rates, tangent and mean field make of perturbed steps (theory.md section 9), against explicit matrices, the run itself and each other.
@Suite struct PerturbedForms {
  static let kinds: [(name: Perturbation.Name, length: Perturbation.Length)] = [
    (.joint, .fixed), (.own, .fixed), (.joint, .normalized), (.own, .normalized), (.probe, .fixed),
  ]

  /// The typical rate is the growth of an explicit vector under explicit J's, with the batches of the run.
  @Test(arguments: [Perturbation.Name.joint, .own], Sampling.allCases) func ratesAreThoseOfExplicitSteps(name: Perturbation.Name, sampling: Sampling) throws {
    var stream = RandomKey(seed: 141).stream()
    let gradients = (0..<6).map { _ in stream.gaussians(7).map { $0 / 2 } }, d = 7, alpha = 0.35, eta = 1.3, tau = 0.4
    let at = try Linearisation(
      gram: Matrix(gradients.map { a in gradients.map { dot(a, $0) } }), outputs: stream.gaussians(6), labels: [1, -1, 1, 1, -1, 1],
      split: ForgetSplit(samples: 6, forgetCount: 2), loss: .logistic)
    let rule = try StepRule(forgetRatio: alpha, stepSize: eta, batchSize: 2, sampling: sampling)
    let schedule = try BatchSchedule(split: at.split, batchSize: 2, sampling: sampling, steps: 80, key: RandomKey(seed: 142)), key = RandomKey(seed: 143)
    let found = try LinearSimulation(
      WeightedHessians(at: at, rule: rule), schedule: schedule, growthLimit: 1e9, key: key, perturbation: Perturbation(name, radius: tau, length: .fixed))
    // sum over a batch of weight h g g^T delta.
    func hessian(_ batch: ArraySlice<Int32>, _ weight: Double, _ delta: [Double]) -> [Double] {
      var sum = [Double](repeating: 0, count: d)
      for k in batch {
        let share = weight * at.curvatures[Int(k)] * dot(gradients[Int(k)], delta)
        for c in 0..<d { sum[c] += share * gradients[Int(k)][c] }
      }
      return sum
    }
    func plus(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] { zip(a, b).map { $0 + factor * $1 } }
    var perturbation = key.child(101).stream()
    var delta = [Double](repeating: 0, count: d)
    for (gradient, xi) in zip(gradients, perturbation.gaussians(6)) { delta = plus(delta, xi, gradient) }
    var logs = [0.5 * Elementary.log(dot(delta, delta))]
    for step in 0..<80 {
      let (retain, forget) = (schedule.retain(step), schedule.forget(step))
      func mixed(_ a: [Double], _ b: [Double]) -> [Double] { plus(hessian(retain, (1 - alpha) / 2, a), 1, hessian(forget, -alpha / 2, b)) }
      let joint = plus(delta, tau, mixed(delta, delta))
      let moved =
        name == .joint
        ? mixed(joint, joint) : mixed(plus(delta, tau, hessian(retain, 0.5, delta)), plus(delta, tau, hessian(forget, 0.5, delta)))
      delta = plus(delta, -eta, moved)
      logs.append(0.5 * Elementary.log(dot(delta, delta)))
    }
    #expect(abs(found.typicalRate - (logs[80] - logs[20]) / 60) < 1e-10)
  }

  /// While no ReLU switches, the run is its tangent: the perturbation too.
  @Test(arguments: 0..<4) func theTangentIsTheRunWhileNoGateSwitches(index: Int) throws {
    let key = RandomKey(seed: 144), (name, length) = Self.kinds[index]
    let dataset = try SignalPlusNoise(samples: 12, dimension: 60, snr: 0.6).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.3), freshSamples: 0, key: key)
    let split = try ForgetSplit(samples: 12, forgetCount: 3), network = dataset.initial
    let schedule = try BatchSchedule(split: split, batchSize: 3, sampling: .uniform, steps: 30, key: key)
    for loss in Loss.allCases {
      let at = try Linearisation(network, on: dataset, split: split, loss: loss), perturbation = try Perturbation(name, radius: 1e-3, length: length)
      func run(_ perturbation: Perturbation) throws -> [Double] {
        try UnlearningRule(forgetRatio: 0.4, stepSize: 1e-4, growthLimit: 10, perturbation: perturbation)
          .unlearn(network, on: dataset, loss: loss, schedule: schedule).network.outputs(of: dataset.samples)
      }
      let rule = try StepRule(forgetRatio: 0.4, stepSize: 1e-4, batchSize: 3, sampling: .uniform), outputs = try run(perturbation)
      let tangent = TangentPrediction(at: at, rule: rule, schedule: schedule, perturbation: perturbation)
      let forget = Quality(outputs: outputs, labels: dataset.samples.labels, in: split.forget, loss: loss)
      let plain = Quality(outputs: try run(.none), labels: dataset.samples.labels, in: split.forget, loss: loss)
      #expect(abs(tangent.forget.loss - forget.loss) < 1e-13, "\(loss): \(tangent.forget.loss - forget.loss)")
      // The perturbation is no accident of rounding.
      #expect(abs(plain.loss - forget.loss) > 1e-10, "\(plain.loss - forget.loss)")
    }
  }

  /// With full batches and samples of a group that are all alike, the mean field is the tangent: exactly, for every kind of perturbation.
  @Test(arguments: 0..<4, [MethodRule.Name.ascent, .npo, .relabel]) func theMeanFieldIsTheTangentOfEqualSamples(index: Int, method: MethodRule.Name) throws {
    let (name, length) = Self.kinds[index], rule = try MethodRule(method, npoBeta: 0.7, loss: .logistic)
    // 4 and 3 samples of the classes, 2 and 1 of them to forget.
    let labels: [Double] = [1, 1, -1, 1, 1, -1, -1], split = try ForgetSplit(samples: 7, forgetCount: 3), snr = 0.6, m = 5.0
    let gram = Matrix((0..<7).map { i in (0..<7).map { j in labels[i] == labels[j] ? snr * snr / m + (i == j ? 1 / m : 0) : 0 } })
    let model = DataModel(
      snr: snr, samples: 7, forgetCount: 3, filtersPerClass: m, stepSize: 3, steps: 25, targetLoss: 0.2, forgetRatio: 0.4, push: ForgetPush(rule),
      perturbation: try Perturbation(name, radius: 0.8, length: length), batchSize: 7)
    let start = -Elementary.log(Elementary.exp(0.2) - 1)
    let at = try Linearisation(gram: gram, outputs: labels.map { $0 * start }, labels: labels, split: split, loss: .logistic)
    let schedule = try BatchSchedule(split: split, batchSize: 7, sampling: .uniform, steps: 25, key: RandomKey(seed: 1))
    let tangent = TangentPrediction(
      at: at, rule: try StepRule(forgetRatio: 0.4, stepSize: 3, batchSize: 7, sampling: .uniform), schedule: schedule,
      method: try rule.method(trainedOutputs: at.outputs, labels: labels), perturbation: model.perturbation)
    func run(_ perturbation: Perturbation) throws -> MeanField.Run {
      try MeanField(at: at).run(
        forgetRatio: 0.4, stepSize: 3, steps: 25, push: ForgetPush(rule), perturbation: perturbation, batchSize: 7)
    }
    let measured = try run(model.perturbation)
    // Forget +, forget -, retain +, retain -.
    let loss = (2 * Elementary.softplus(-measured.margins[0]) + Elementary.softplus(-measured.margins[1])) / 3
    #expect(abs(loss - tangent.forget.loss) < 1e-12 * max(1, loss))
    let retain = (2 * Elementary.softplus(-measured.margins[2]) + 2 * Elementary.softplus(-measured.margins[3])) / 4
    #expect(abs(retain - tangent.retain.loss) < 1e-12 * max(1, retain))
    // A priori: the same couplings and margins, with no network.
    let outcome = APrioriMeanField.outcomes([model])[0]
    #expect(abs(outcome.forgetMargin - measured.forgetMargin) < 1e-12 * max(1, abs(measured.forgetMargin)))
    #expect(abs(try run(.none).forgetMargin - measured.forgetMargin) > 1e-3)
  }

  /// A radius of zero leaves the plain recursion, memory and all; models of several kinds side by side do not mix.
  @Test func aRadiusOfZeroIsThePlainMeanField() throws {
    func model(_ perturbation: Perturbation, samples: Double = 81) -> DataModel {
      DataModel(
        snr: 0.3, samples: samples, forgetCount: 15, filtersPerClass: 5, stepSize: 30, steps: 40, targetLoss: 0.1, forgetRatio: 0.2, perturbation: perturbation,
        batchSize: 8)
    }
    let plain = APrioriMeanField.outcomes([model(.none)])[0]
    for name in [Perturbation.Name.joint, .own] {
      let found = APrioriMeanField.outcomes([model(try Perturbation(name, radius: 0, length: .fixed))])[0]
      #expect(abs(found.forgetMargin - plain.forgetMargin) < 1e-12 * abs(plain.forgetMargin) && abs(found.ownMemory - plain.ownMemory) < 1e-12)
      let joint = try Perturbation(name, radius: 2)
      let models = [model(joint), model(.none), model(joint, samples: 100), model(.none, samples: 90), model(try Perturbation(.probe, radius: 1))]
      let together = APrioriMeanField.outcomes(models)
      #expect(together == models.map { APrioriMeanField.outcomes([$0])[0] } && together[4] == plain && Set(together.map(\.forgetMargin)).count == 4)
    }
  }

  /// What it says of unlearning: with full batches a perturbation along the joint gradient resists forgetting, and one of the set's own forgets faster.
  @Test func jointResistsAndOwnHastens() throws {
    func margin(_ perturbation: Perturbation) -> Double {
      APrioriMeanField.outcomes([
        DataModel(
          snr: 0.2, samples: 80, forgetCount: 16, filtersPerClass: 10, stepSize: 100, steps: 400, targetLoss: 0.05, forgetRatio: 0.2,
          perturbation: perturbation)
      ])[0].forgetMargin
    }
    let plain = margin(.none), joint = margin(try Perturbation(.joint, radius: 2)), own = margin(try Perturbation(.own, radius: 2))
    #expect(own < plain - 0.1 && plain < joint - 0.1)
  }

  /// Theories of plain steps say so.
  @Test func theoriesOfPlainStepsSaySo() throws {
    let model = DataModel(
      snr: 0.2, samples: 80, forgetCount: 16, filtersPerClass: 10, stepSize: 100, steps: 40, targetLoss: 0.05, forgetRatio: 0.2,
      perturbation: try Perturbation(.own, radius: 2))
    let predictors = Predictors(forgetRatio: 0.2, stepSize: 100, steps: 40, growthLimit: 1000, dataModel: model) { _ in .failure(.notMeasured) }
    for criterion in Criteria.forgetting() + Criteria.lossGrowth + Criteria.memory {
      switch criterion.name {
      case "quenched", "quenchedRetain", "quenchedEscape", "closedForm": #expect(throws: Undefined.notPlainSteps) { try criterion.assess(predictors) }
      case "aPrioriMeanField", "aPrioriMemory": _ = try criterion.assess(predictors)
      default: break
      }
    }
  }

  /// Principal components: of responses on three axes with variances 16, 4 and 1, two carry nine tenths.
  @Test func effectiveRank() {
    let rows = [[4.0, 0, 0], [-4, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 1], [0, 0, -1]].map { $0.map { $0 + 7 } }
    #expect(Simplicity.effectiveRank(of: Matrix(rows)) == 2 && Simplicity.effectiveRank(of: Matrix(rows).transposed) != nil)
    #expect(Simplicity.effectiveRank(of: Matrix([[1, 2], [1, 2]])) == nil)
  }
}
