import FrontierNumerics
import Model
import Stability
import Testing

/// The mean field by groups against the one without, and against plain iteration.
@Suite struct GroupMeanFieldForms {
  private func model(
    snr: Double = 0.3, samples: Double = 20, forgetCount: Double, forgetRatio: Double = 0.15, push: ForgetPush = .ascent,
    perturbation: Perturbation = .none
  ) -> DataModel {
    DataModel(
      snr: snr, samples: samples, forgetCount: forgetCount, filtersPerClass: 10, stepSize: 40, steps: 60, targetLoss: 0.1, forgetRatio: forgetRatio,
      push: push, perturbation: perturbation, batchSize: 4)
  }

  private let pushes = [ForgetPush.ascent, ForgetPush(.relabel), ForgetPush(.uniform), ForgetPush(.npo, npoBeta: 0.7)]

  @Test func withoutFlipsTheMeasuredFormIsTheOldOne() throws {
    var stream = RandomKey(seed: 100).stream()
    for _ in 0..<50 {
      let point = try RandomPoints.point(&stream, shape: .generic, loss: .logistic)
      let old = try MeanField(at: point), new = try MeanField(at: point, truth: point.labels)
      for push in pushes {
        let expected = old.run(forgetRatio: 0.2, stepSize: 1, steps: 30, push: push)
        #expect(new.run(forgetRatio: 0.2, stepSize: 1, steps: 30, push: push) == expected)
      }
    }
  }

  @Test func withoutFlipsTheAPrioriFormIsTheOldOne() throws {
    let joint = try Perturbation(.joint, radius: 0.5)
    for (samples, forget) in [(20.0, 6.0), (81, 15), (80, 16.5)] {
      for push in pushes {
        for perturbation in [Perturbation.none, joint] {
          let model = model(samples: samples, forgetCount: forget, push: push, perturbation: perturbation)
          let old = APrioriMeanField.outcomes([model])[0].forgetMargin
          let new = try #require(APrioriGroups.forgetMargin(model, selection: .first, labelNoise: 0))
          #expect(relativeError(new, old) <= 1e-12, "\(samples), \(forget), \(push.name), \(perturbation.name)")
        }
      }
    }
    // All labels flipped are the same data with the signs named the other way round.
    let even = model(forgetCount: 6)
    let plain = try #require(APrioriGroups.forgetMargin(even, selection: .first, labelNoise: 0))
    for (selection, labelNoise) in [(ForgetSelection.first, 1.0), (.mislabelled, 0), (.mislabelled, 1)] {
      let margin = try #require(APrioriGroups.forgetMargin(even, selection: selection, labelNoise: labelNoise))
      #expect(relativeError(margin, plain) <= 1e-12)
    }
  }

  /// One sample in each of the eight groups, and random couplings: the margins are those of the samples, by the recursion written out.
  @Test func groupsOfOneSampleAreTheSamples() throws {
    var stream = RandomKey(seed: 101).stream()
    let truth = [1.0, 1, -1, -1, 1, 1, -1, -1], labels = [1.0, -1, -1, 1, 1, -1, -1, 1]
    let gradients = (0..<8).map { _ in stream.gaussians(10) }
    let gram = Matrix(gradients.map { a in gradients.map { b in 0.1 * dot(a, b) } })
    let point = try Linearisation(
      gram: gram, outputs: stream.gaussians(8), labels: labels, split: try ForgetSplit(samples: 8, forgetCount: 4), loss: .logistic)
    let field = try MeanField(at: point, truth: truth), alpha = 0.3, eta = 0.7
    var margins = (0..<8).map { labels[$0] * point.outputs[$0] }
    for _ in 0..<40 {
      let pulls = margins.enumerated().map { i, margin in
        let weight = i < 4 ? -alpha / 4 : (1 - alpha) / 4
        return weight / (1 + Elementary.exp(margin))
      }
      var next = margins
      for i in 0..<8 { for j in 0..<8 { next[i] += eta * labels[i] * labels[j] * gram[i, j] * pulls[j] } }
      margins = next
    }
    let run = field.run(forgetRatio: alpha, stepSize: eta, steps: 40)
    #expect(run.margins.count == 8)
    for (margin, expected) in zip(run.margins, margins) { #expect(relativeError(margin, expected) <= 1e-12) }
    #expect(relativeError(run.forgetMargin, margins[..<4].reduce(0, +) / 4) <= 1e-12)
    // Without true labels it has half as many groups.
    #expect(try MeanField(at: point).groups.count == 4)
  }

  /// Samples that couple exactly as the data model says, a fifth of each true sign flipped in every ten: what a policy chooses of them moves as predicted.
  @Test func theAPrioriFormIsTheMeasuredOneOfItsOwnCouplings() throws {
    let truth = (0..<20).map { $0 % 2 == 0 ? 1.0 : -1 }, labels = truth.enumerated().map { $0 % 10 < 2 ? -$1 : $1 }
    let samples = try SampleSet(labels: labels, truth: truth, patches: (0..<20).map { _ in [] })
    let network = try Network(initialPreactivations: Matrix(rows: 2, columns: 1))
    let dataset = try Dataset(gram: Matrix(rows: 1, columns: 1), samples: samples, initial: network)
    let cases: [(ForgetSelection, Int)] = [
      (.first, 10), (.class, 5), (.class, 10), (.class, 15), (.mislabelled, 2), (.mislabelled, 4), (.mislabelled, 12),
    ]
    for (selection, count) in cases {
      let chosen = try selection.samples(count, of: network, on: dataset, loss: .logistic) { _ in [] }
      let ordered = try dataset.ordered(ForgetSelection.order(forgetting: chosen, of: 20)).samples
      let model = model(forgetCount: Double(count)), m = model.filtersPerClass
      let start = -Elementary.log(Elementary.exp(model.targetLoss) - 1)
      var gram = Matrix(rows: 20, columns: 20)
      for i in 0..<20 {
        for j in 0..<20 where ordered.truth[i] == ordered.truth[j] { gram[i, j] = model.snr * model.snr / m }
        gram[i, i] += 1 / m
      }
      let point = try Linearisation(
        gram: gram, outputs: ordered.labels.map { $0 * start }, labels: ordered.labels, split: try ForgetSplit(samples: 20, forgetCount: count),
        loss: .logistic)
      let measured = try MeanField(at: point, truth: ordered.truth)
      for push in pushes {
        let expected = measured.run(forgetRatio: model.forgetRatio, stepSize: model.stepSize, steps: 60, push: push).forgetMargin
        var model = model
        model.push = push
        let found = try #require(APrioriGroups.forgetMargin(model, selection: selection, labelNoise: 0.2))
        #expect(relativeError(found, expected) <= 1e-11, "\(selection), \(count), \(push.name)")
      }
      let frontier = measured.frontier(stepSize: model.stepSize, steps: 60)
      let found = APrioriGroups.frontier(model, selection: selection, labelNoise: 0.2)
      #expect(relativeError(try #require(found), try #require(frontier)) <= 1e-9, "\(selection), \(count)")
    }
  }

  /// Where the flipped ones, or one label, run out, the margin has a bend and no jump.
  @Test func theAPrioriFormIsContinuous() throws {
    for (selection, bend) in [(ForgetSelection.mislabelled, 6.0), (.class, 15)] {
      for forgetCount in [bend, bend - 2.5, bend + 2.5] {
        let values = [-1e-9, 0, 1e-9].map { step in
          APrioriGroups.forgetMargin(model(samples: 30, forgetCount: forgetCount + step), selection: selection, labelNoise: 0.2)
        }
        let middle = try #require(values[1])
        for value in values { #expect(relativeError(try #require(value), middle) <= 1e-6, "\(selection), \(forgetCount)") }
      }
    }
  }

  @Test func noFormIsNil() {
    let model = model(forgetCount: 6)
    let known = ForgetSelection.allCases.filter { APrioriGroups.forgetMargin(model, selection: $0, labelNoise: 0.2) != nil }
    #expect(known == [.first, .class, .mislabelled])
    #expect(APrioriGroups.frontier(model, selection: .coherent, labelNoise: 0) == nil)
    for labelNoise in [-0.1, 1.1, .nan] { #expect(APrioriGroups.forgetMargin(model, selection: .first, labelNoise: labelNoise) == nil) }
  }

  /// Fine-tuning alone forgets flipped samples at a high SNR; no ascent forgets in no steps.
  @Test func frontiersHaveTheirEnds() {
    var model = model(snr: 1, forgetCount: 4)
    #expect(APrioriGroups.frontier(model, selection: .mislabelled, labelNoise: 0.2) == 0)
    model.steps = 0
    #expect(APrioriGroups.frontier(model, selection: .mislabelled, labelNoise: 0.2) == nil)
  }

  /// On random couplings, where the margin may fall and rise again: before the first zero it is positive, at it it changes sign.
  @Test func theFrontierIsTheFirstZero() throws {
    var stream = RandomKey(seed: 102).stream()
    var found = 0, risingAgain = 0
    for _ in 0..<300 {
      let point = try RandomPoints.point(&stream, shape: .generic, loss: .logistic)
      let field = try MeanField(at: point, truth: (0..<point.count).map { _ in stream.sign() })
      func margin(_ ratio: Double) -> Double { field.run(forgetRatio: ratio, stepSize: 1, steps: 20).forgetMargin }
      let frontier = field.frontier(stepSize: 1, steps: 20), before = (0...50).map { Double($0) / 50 * (frontier ?? 1) }.dropLast()
      if frontier == 0 {
        #expect(margin(0) <= 0)
        continue
      }
      #expect(before.allSatisfy { margin($0) > 0 })
      guard let frontier else { continue }
      found += 1
      if margin(1) > 0 { risingAgain += 1 }
      #expect(margin(frontier * (1 - 1e-6)) > 0 && margin(frontier * (1 + 1e-6)) < 0)
    }
    #expect(found > 50 && risingAgain > 0, "\(found), \(risingAgain)")
  }
}
