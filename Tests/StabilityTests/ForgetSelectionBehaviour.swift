import FrontierNumerics
import Model
import Stability
import Testing

/// What holds of every policy on any data.
@Suite struct ForgetSelectionBehaviour {
  private func trained(samples: Int, labelNoise: Double, seed: UInt64) throws -> (network: Network, dataset: Dataset) {
    let dataset = try SignalPlusNoise(samples: samples, dimension: 60, snr: 0.5, labelNoise: labelNoise).draw(
      architecture: Architecture(filtersPerClass: 4, initScale: 0.05), freshSamples: 0, key: RandomKey(seed: seed))
    let rule = try TrainingRule(loss: .logistic, stepSize: 3, batchSize: min(5, samples), targetLoss: 0.3, maxSteps: 500)
    return (try rule.train(on: dataset, key: RandomKey(seed: seed + 1)).network, dataset)
  }

  /// A coreset of every other sample, then the rest.
  private func alternate(_ size: Int, of samples: Int) -> [Int] {
    let order = (0..<samples).filter { $0 % 2 == 0 } + (0..<samples).filter { $0 % 2 == 1 }
    return Array(order.prefix(size))
  }

  @Test func everyCountIsMetAndTheOrderIsOfAllSamples() throws {
    for (samples, labelNoise) in [(2, 0.0), (9, 0.3), (14, 0), (17, 0.9)] {
      for seed in UInt64(70)..<74 {
        let (network, dataset) = try trained(samples: samples, labelNoise: labelNoise, seed: seed)
        for selection in ForgetSelection.allCases {
          for count in 1..<samples {
            let chosen = try selection.samples(count, of: network, on: dataset, loss: .logistic) { alternate($0, of: samples) }
            #expect(chosen.count == count && Set(chosen).count == count && chosen == chosen.sorted(), "\(selection), \(count) of \(samples)")
            let order = ForgetSelection.order(forgetting: chosen, of: samples)
            #expect(Array(order.prefix(count)) == chosen && order.sorted() == Array(0..<samples) && order[count...].sorted() == Array(order[count...]))
            let ordered = try dataset.ordered(order)
            #expect(ordered.samples.labels == order.map { dataset.samples.labels[$0] } && ordered.samples.truth == order.map { dataset.samples.truth[$0] })
          }
        }
      }
    }
  }

  /// Scores take half of each label, rounded up from +, and what one label lacks from the other.
  @Test func scoresTakeHalfOfEachLabel() throws {
    let (network, dataset) = try trained(samples: 17, labelNoise: 0.3, seed: 80)
    let plus = dataset.samples.labels.filter { $0 > 0 }.count, minus = 17 - plus
    try #require(plus != minus)
    for selection in [ForgetSelection.easiest, .hardest, .memorised, .learned, .coherent, .incoherent] {
      let scores = try selection.scores(of: network, on: dataset, loss: .logistic)
      for count in 1..<17 {
        let chosen = try selection.samples(count, of: network, on: dataset, loss: .logistic) { _ in [] }
        let fromPlus = chosen.filter { dataset.samples.labels[$0] > 0 }.count
        #expect(fromPlus == (count / 2 > minus ? count - minus : min((count + 1) / 2, plus)), "\(selection), \(count)")
        for i in chosen {
          let passedOver = (0..<17).filter { dataset.samples.labels[$0] == dataset.samples.labels[i] && !chosen.contains($0) }
          #expect(passedOver.allSatisfy { scores[i] <= scores[$0] })
        }
      }
    }
  }

  /// Three samples whose margins are positive, zero and negative: those without a share of noise are forgotten last by a policy and by its opposite. On squared
  /// loss too, where h = 1.
  @Test func samplesWithoutAScoreComeLast() throws {
    // Filters respond to patch 1 with 1, to patch 2 with 0 and to patch 3 with -1.
    let network = try Network(initialPreactivations: Matrix([[0.0, 1, -1, -1], [0, -1, -1, 1]]))
    let samples = try SampleSet(labels: [1, 1, 1], patches: (1...3).map { [.init(0, negated: false), .init($0, negated: false)] }.reversed())
    let dataset = try Dataset(gram: Matrix((0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } }), samples: samples, initial: network)
    for selection in [ForgetSelection.memorised, .learned] {
      let scores = try selection.scores(of: network, on: dataset, loss: .squared)
      #expect(scores == [.infinity, .infinity, selection == .memorised ? -1 : 1])
      let chosen = try selection.samples(1, of: network, on: dataset, loss: .squared) { _ in [] }
      #expect(chosen == [2])
    }
    for selection in [ForgetSelection.coherent, .incoherent] {
      let scores = try selection.scores(of: network, on: dataset, loss: .squared)
      #expect(scores[1] == .infinity && scores[0] == scores[2] && scores[0].isFinite)
    }
  }

  @Test func whatCannotBeAnsweredIsRefused() throws {
    let (network, given) = try trained(samples: 9, labelNoise: 0.3, seed: 90)
    let noSignal = try Dataset(gram: given.gram, samples: given.samples, initial: given.initial, signalPatches: 0)
    for selection in ForgetSelection.allCases {
      for count in [-1, 0, 9] {
        #expect(throws: ParameterError.self) { try selection.samples(count, of: network, on: given, loss: .logistic) { alternate($0, of: 9) } }
      }
      func chosen() throws -> [Int] { try selection.samples(3, of: network, on: noSignal, loss: .logistic) { alternate($0, of: 9) } }
      if selection == .memorised || selection == .learned {
        let refusal = #expect(throws: ParameterError.self) { try chosen() }
        #expect(refusal?.parameter == "forgetSelection" && refusal?.value == selection.rawValue)
      } else {
        #expect(try chosen().count == 3)
      }
    }
    for coreset in [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 9], [0, 1, 2, 3, 4, 5, 6]] {
      #expect(throws: ParameterError.self) { try ForgetSelection.outsideCoreset.samples(3, of: network, on: given, loss: .logistic) { _ in coreset } }
    }
  }
}
