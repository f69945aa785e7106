import FrontierNumerics
import Model
import Stability
import TestSupport
import Testing

/// What the criteria make of methods other than ascent (theory.md section 4).
@Suite struct MethodForms {
  static func rules() throws -> [MethodRule] {
    try [
      .ascent, MethodRule(.npo, npoBeta: 0.3, loss: .logistic), MethodRule(.npo, npoBeta: 4, loss: .logistic), MethodRule(.relabel, loss: .logistic),
      MethodRule(.uniform, loss: .logistic),
    ]
  }

  /// A method as a function of a margin and as one of a sample: psi is -y times the slope. And the curvature is the slope's derivative.
  @Test(arguments: 0..<5) func slopesAndCurvaturesBelongTogether(index: Int) throws {
    let rule = try Self.rules()[index], starts = [3.1, 0.2, -1.5, 0]
    for label in [1.0, -1] {
      let method = try rule.method(trainedOutputs: starts.map { label * $0 }, labels: starts.map { _ in label })
      for margin in [-30, -4, -0.7, 0, 0.4, 2.9, 11, 40] {
        var psi = starts
        ForgetPush(rule).values(at: starts.map { _ in margin }, from: starts, count: starts.count, into: &psi)
        for sample in starts.indices {
          func slope(_ margin: Double) -> Double { method.forgetSlope(of: .logistic, output: label * margin, label: label, sample: sample) }
          #expect(abs(-label * slope(margin) - psi[sample]) <= 1e-13, "margin \(margin), start \(starts[sample])")
          let numeric = label * (slope(margin + 1e-5) - slope(margin - 1e-5)) / 2e-5
          let curvature = method.forgetCurvature(of: .logistic, output: label * margin, label: label, sample: sample)
          #expect(abs(curvature - numeric) <= 1e-8, "margin \(margin), start \(starts[sample])")
        }
      }
    }
  }

  /// Squared loss has its own l for ascent and relabel, and no probabilities for the others.
  @Test func squaredLoss() throws {
    let relabel = Relabelling()
    #expect(
      relabel.forgetSlope(of: .squared, output: 0.3, label: 1, sample: 0) == -(0.3 + 1)
        && relabel.forgetCurvature(of: .squared, output: 0.3, label: 1, sample: 0) == -1)
    _ = try MethodRule(.relabel, loss: .squared)
    for name in [MethodRule.Name.npo, .uniform] {
      #expect { try MethodRule(name, loss: .squared) } throws: {
        "\($0)" == "method = \(name.rawValue) is out of range: allowed is ascent or relabel with squared loss; others need logistic"
      }
    }
    #expect(throws: ParameterError.self) { try MethodRule(.npo, npoBeta: 0, loss: .logistic) }
  }

  private struct Point {
    let linearisation: Linearisation
    let gradients: [[Double]]
  }

  /// Generic gradients, so that nothing is degenerate.
  private func point(_ stream: inout RandomStream) throws -> Point {
    let gradients = (0..<5).map { _ in stream.gaussians(6).map { $0 / 2 } }
    let gram = Matrix(gradients.map { a in gradients.map { dot(a, $0) } })
    let point = try Linearisation(
      gram: gram, outputs: stream.gaussians(5), labels: [1, -1, 1, 1, -1], split: try ForgetSplit(samples: 5, forgetCount: 2), loss: .logistic)
    return Point(linearisation: point, gradients: gradients)
  }

  /// The mean-square radius and the ends of D against explicit matrices: T from an enumeration of every batch, by power iteration.
  @Test(arguments: 0..<5) func meanSquareOfEveryBatch(index: Int) throws {
    let methodRule = try Self.rules()[index]
    var stream = RandomKey(seed: 51).child(index).stream()
    for forgetRatio in [0.2, 0.7] {
      let given = try point(&stream), at = given.linearisation, d = 6
      let rule = try StepRule(forgetRatio: forgetRatio, stepSize: 1.5, batchSize: 2, sampling: .uniform)
      let method = try methodRule.method(trainedOutputs: at.outputs, labels: at.labels)
      let hessians = WeightedHessians(at: at, rule: rule, method: method)
      // phi'' at the trained network by differences of the slope, and h of the retain samples.
      let curvatures = (0..<5).map { k -> Double in
        guard at.split.forget.contains(k) else { return at.curvatures[k] }
        func slope(_ f: Double) -> Double { method.forgetSlope(of: .logistic, output: f, label: at.labels[k], sample: k) }
        return -(slope(at.outputs[k] + 1e-5) - slope(at.outputs[k] - 1e-5)) / 2e-5
      }
      func jacobian(retain: [Int], forget: [Int]) -> Matrix {
        var j = Matrix((0..<d).map { a in (0..<d).map { $0 == a ? 1.0 : 0 } })
        for (set, weight) in [(retain, 1 - forgetRatio), (forget, forgetRatio)] {
          for k in set {
            for a in 0..<d { for b in 0..<d { j[a, b] -= 1.5 * weight / 2 * curvatures[k] * given.gradients[k][a] * given.gradients[k][b] } }
          }
        }
        return j
      }
      // Batches of two of the three retain samples, and both forget samples.
      let batches = [[2, 3], [2, 4], [3, 4]].map { jacobian(retain: $0, forget: [0, 1]) }
      // On the span of the gradients alone: the one direction that is orthogonal to all five is projected out, again and again.
      let basis = orthonormal(given.gradients), span = Matrix((0..<d).map { a in (0..<d).map { b in basis.reduce(0) { $0 + $1[a] * $1[b] } } })
      var moment = span, radius = 0.0
      for _ in 0..<4000 {
        moment = span * moment * span
        let images = batches.map { $0 * moment * $0.transposed }
        var next = Matrix(rows: d, columns: d)
        for image in images { for a in 0..<d { for b in 0..<d { next[a, b] += image[a, b] / 3 } } }
        radius = next.trace
        for a in 0..<d { for b in 0..<d { next[a, b] /= radius } }
        moment = next
      }
      let found = try hessians.meanSquareRadius().value
      #expect(abs(found - radius) <= 1e-5 * radius, "\(methodRule.name) at alpha \(forgetRatio): \(found), expected \(radius)")
    }
  }

  private func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var basis: [[Double]] = []
    for vector in vectors {
      var rest = vector
      for b in basis + basis {
        let share = dot(b, rest)
        rest = zip(rest, b).map { $0 - share * $1 }
      }
      let length = dot(rest, rest).squareRoot()
      basis.append(rest.map { $0 / length })
    }
    return basis
  }

  /// Descent on both sets makes D positive: nothing leaves at a small step size. And the paper's bounds are silent but for ascent.
  @Test func descentStaysAtSmallSteps() throws {
    var stream = RandomKey(seed: 52).stream()
    let given = try point(&stream).linearisation, rule = try StepRule(forgetRatio: 0.5, stepSize: 1e-3, batchSize: 2, sampling: .uniform)
    let schedule = try BatchSchedule(split: given.split, batchSize: 2, sampling: .uniform, steps: 40, key: RandomKey(seed: 1))
    for methodRule in try Self.rules() {
      let test = try HessianTest(PointSpectra(at: given), rule: rule, schedule: schedule, method: methodRule)
      let found = test.predictors(growthLimit: 1000, key: RandomKey(seed: 2), dataModel: nil)
      let radius = try found[.meanSquareRadius].get(), bottom = try found[.mixedHessianBottom].get(), rate = try found[.typicalRate].get()
      switch methodRule.name {
      case .relabel, .uniform: #expect(bottom > -1e-12 && radius < 1 && rate < 0, "\(methodRule.name)")
      case .ascent: #expect(bottom < -1e-3 && radius > 1)
      // Either: -h + b (1-p)^2/2 changes sign with b.
      case .npo: break
      }
      for bound in [Predictors.Name.coherenceDivergenceRatio, .coherenceConvergenceRatio] {
        if methodRule == .ascent { _ = try found[bound].get() } else { #expect(found[bound] == .failure(.notAscent)) }
      }
    }
  }

  /// While no ReLU switches, the run is its tangent, whatever the method.
  @Test(arguments: 0..<5) func theTangentIsTheRunWhileNoGateSwitches(index: Int) throws {
    let key = RandomKey(seed: 53)
    let dataset = try SignalPlusNoise(samples: 12, dimension: 60, snr: 0.6).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.3), freshSamples: 0, key: key)
    let split = try ForgetSplit(samples: 12, forgetCount: 3), network = dataset.initial
    let schedule = try BatchSchedule(split: split, batchSize: 2, sampling: .uniform, steps: 30, key: key)
    let at = try Linearisation(network, on: dataset, split: split, loss: .logistic)
    let methodRule = try Self.rules()[index], method = try methodRule.method(trainedOutputs: at.outputs, labels: at.labels)
    let run = try UnlearningRule(forgetRatio: 0.6, stepSize: 1e-4, growthLimit: 10).unlearn(
      network, on: dataset, loss: .logistic, schedule: schedule, method: method)
    let rule = try StepRule(forgetRatio: 0.6, stepSize: 1e-4, batchSize: 2, sampling: .uniform)
    let tangent = TangentPrediction(at: at, rule: rule, schedule: schedule, method: method)
    let outputs = run.network.outputs(of: dataset.samples)
    let forget = Quality(outputs: outputs, labels: dataset.samples.labels, in: split.forget, loss: .logistic)
    let another: any UnlearningMethod = methodRule.name == .relabel ? GradientAscent() : Relabelling()
    let still = TangentPrediction(at: at, rule: rule, schedule: schedule, method: another)
    #expect(abs(tangent.forget.loss - forget.loss) < 1e-13 && tangent.forget.accuracy == forget.accuracy)
    #expect(abs(tangent.forget.loss - Quality(outputs: at.outputs, labels: at.labels, in: split.forget, loss: .logistic).loss) > 1e-7)
    // Another method leads elsewhere, so the agreement is no accident.
    #expect(abs(still.forget.loss - forget.loss) > 1e-8)
    // All samples' loss hardly moves at these step sizes, and nothing is larger than its largest.
    #expect(abs(tangent.growth - 1) < 1e-2)
  }
}
