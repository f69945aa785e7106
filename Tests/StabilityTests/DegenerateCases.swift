import Model
import FrontierNumerics
import Stability
import Testing

/// Every quantity and every criterion is a finite number or says why not, whatever the point.
@Suite struct DegenerateCases {
  private func expectDefined(_ test: Predictors, _ what: String) {
    for (name, quantity) in [
      ("full", test[.fullHessianTop]), ("top", test[.mixedHessianTop]), ("bottom", test[.mixedHessianBottom]), ("sigma", test[.coherence]),
      ("retain", test[.retainCoherence]), ("forget", test[.forgetCoherence]), ("cross", test[.crossCoherence]),
      ("single", test[.singleSampleDivergenceRatio]), ("noise", test[.noiseRadius]), ("mean square", test[.meanSquareRadius]),
      ("contraction", test[.contraction]), ("typical", test[.typicalRate]), ("drift", test[.driftAlignmentRatio]), ("mean step", test[.meanStepRadius]),
      ("sharpened", test[.sharpenedMeanSquareRadius]),
      ("sharpened coherence", test[.sharpenedCoherence]), ("probed", test[.probedMeanSquare]),
    ] {
      switch quantity {
      case .success(let value): #expect(value.isFinite, "\(name): \(what)")
      case .failure(.notConverged(let residual, let iterations)):
        Issue.record("\(name) did not converge: residual \(residual) after \(iterations): \(what)")
      case .failure: break
      }
    }
    for criterion in (Criteria.escape + Criteria.forgetting() + Criteria.perturbed) {
      do throws(Undefined) {
        let assessment = try criterion.assess(test)
        #expect(assessment.value.isFinite && assessment.margin.isFinite, "\(criterion.name): \(what)")
      } catch {}
    }
  }

  private func test(_ point: Linearisation, _ rule: StepRule, steps: Int = 30, perturbation: Perturbation = .none) throws -> Predictors {
    let schedule = try BatchSchedule(
      split: point.split, batchSize: min(rule.batchSize, point.count), sampling: rule.sampling, steps: steps, key: RandomKey(seed: 1))
    let model = DataModel(
      snr: 0.5, samples: Double(point.count), forgetCount: Double(point.split.forget.count), filtersPerClass: 3, stepSize: rule.stepSize,
      steps: Double(steps), targetLoss: 0.05, forgetRatio: rule.forgetRatio, perturbation: perturbation, batchSize: Double(rule.batchSize))
    return try HessianTest(PointSpectra(at: point), rule: rule, schedule: schedule, perturbation: perturbation).predictors(
      growthLimit: 1000, key: RandomKey(seed: 1), dataModel: model)
  }

  @Test func randomPointsOfEveryShape() throws {
    var stream = RandomKey(seed: 21).stream()
    for shape in RandomPoints.Shape.allCases {
      for trial in 0..<60 {
        let point = try RandomPoints.point(&stream, shape: shape, loss: trial % 2 == 0 ? .logistic : .squared)
        let rule = try RandomPoints.rule(&stream, count: point.count, sampling: trial % 3 == 0 ? .uniform : .bernoulli)
        expectDefined(try test(point, rule), "\(shape), trial \(trial), \(rule)")
      }
    }
  }

  /// Perturbed steps too, whatever the perturbation and its length.
  @Test(arguments: Perturbation.Name.allCases) func perturbedStepsAtRandomPoints(name: Perturbation.Name) throws {
    var stream = RandomKey(seed: 22).child(Perturbation.Name.allCases.firstIndex(of: name) ?? 0).stream()
    for shape in RandomPoints.Shape.allCases {
      for trial in 0..<24 {
        let point = try RandomPoints.point(&stream, shape: shape, loss: trial % 2 == 0 ? .logistic : .squared)
        let rule = try RandomPoints.rule(&stream, count: point.count, sampling: trial % 3 == 0 ? .uniform : .bernoulli)
        let perturbation = try Perturbation(name, radius: [0, 0.01, 1, 300][trial % 4], length: trial % 5 == 0 ? .normalized : .fixed)
        expectDefined(try test(point, rule, perturbation: perturbation), "\(shape), trial \(trial), \(rule), \(perturbation)")
      }
    }
  }

  @Test func deadNetworkIsUndefinedBecauseGradientsAreZero() throws {
    for loss in Loss.allCases {
      let point = try Linearisation(
        gram: Matrix(rows: 6, columns: 6), outputs: [Double](repeating: 0, count: 6), labels: [1, -1, 1, -1, 1, -1],
        split: try ForgetSplit(samples: 6, forgetCount: 2), loss: loss)
      let rule = try StepRule(forgetRatio: 0.2, stepSize: 1, batchSize: 2, sampling: .uniform)
      let test = try test(point, rule)
      for quantity in [
        test[.fullHessianTop], test[.mixedHessianTop], test[.coherence], test[.retainCoherence], test[.crossCoherence], test[.singleSampleDivergenceRatio],
        test[.noiseRadius], test[.meanSquareRadius], test[.contraction], test[.typicalRate],
      ] { #expect(quantity == .failure(.zeroGradients)) }
      #expect(test[.tangentForgetAccuracy] == .failure(.zeroGradients) && test[.tangentRetainAccuracy] == .failure(.zeroGradients))
      for criterion in Criteria.escape { #expect(throws: Undefined.zeroGradients) { try criterion.assess(test) } }
      expectDefined(test, "dead network")
    }
  }

  @Test func fullBatchesHaveNoNoise() throws {
    var stream = RandomKey(seed: 22).stream()
    for _ in 0..<20 {
      let point = try RandomPoints.point(&stream, shape: .generic, loss: .squared)
      for sampling in Sampling.allCases {
        let rule = try StepRule(forgetRatio: 0.3, stepSize: 0.8, batchSize: point.count, sampling: sampling)
        let hessians = WeightedHessians(at: point, rule: rule)
        #expect(hessians.noiseFactors.allSatisfy { $0 == 0 })
        let ends = try MixedHessianEnds(hessians)
        // With no noise the radius is that of (I - eta D)^2.
        let furthest = max(abs(1 - 0.8 * ends.top.value), abs(1 - 0.8 * ends.bottom.value))
        #expect(relativeError(try hessians.meanSquareRadius().value, furthest * furthest) < 1e-9)
        #expect(relativeError(try hessians.contraction().value, furthest * furthest) < 1e-9)
      }
    }
  }

  @Test func saturatedLossHasNoCurvature() throws {
    // Margins of 800: every logistic curvature underflows to zero, so every weighted Hessian is.
    let gram = Matrix((0..<4).map { i in (0..<4).map { i == $0 ? 1.0 : 0.1 } })
    let point = try Linearisation(
      gram: gram, outputs: [800, -800, 800, -800], labels: [1, -1, 1, -1], split: try ForgetSplit(samples: 4, forgetCount: 1), loss: .logistic)
    let test = try test(point, try StepRule(forgetRatio: 0.2, stepSize: 1, batchSize: 2, sampling: .uniform))
    #expect(test[.coherence] == .failure(.zeroHessians))
    #expect(test[.crossCoherence] == .failure(.zeroHessians))
    #expect(test[.mixedHessianTop] == .success(0))
    #expect(test[.meanSquareRadius] == .success(1))
    expectDefined(test, "saturated")
  }

  @Test func noStepsHaveNoRate() throws {
    var stream = RandomKey(seed: 23).stream()
    let point = try RandomPoints.point(&stream, shape: .generic, loss: .logistic)
    let test = try test(point, try StepRule(forgetRatio: 0.2, stepSize: 1, batchSize: 1, sampling: .uniform), steps: 0)
    #expect(test[.typicalRate] == .failure(.noSteps))
    expectDefined(test, "no steps")
  }

  @Test func driftNeedsAMarginLoss() throws {
    var stream = RandomKey(seed: 24).stream()
    let point = try RandomPoints.point(&stream, shape: .generic, loss: .squared)
    #expect(throws: Undefined.notAMarginLoss) { try point.driftAlignmentRatio() }
    #expect(throws: Undefined.notAMarginLoss) { try MeanField(at: point) }
  }
}
