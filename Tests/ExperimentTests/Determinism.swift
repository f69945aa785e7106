import Dispatch
import Experiments
import Model
import TestSupport
import Testing

/// A trial's bits depend on what it is: never on what runs beside it, on order or on threads. (That debug and release agree is tested through the
/// binary, in CommandTests; that the kernels' variants agree, in NumericsTests.)
@Suite struct Determinism {
  private func trials() -> [(parameters: CNNParameters, repetition: Int)] {
    var result: [(parameters: CNNParameters, repetition: Int)] = []
    for snr in [0.2, 1] {
      for (loss, sampling) in [(Loss.logistic, Sampling.uniform), (.squared, .bernoulli)] {
        for repetition in 0..<4 {
          var p = CNNParameters()
          (p.samples, p.dimension, p.filtersPerClass, p.trainTargetLoss, p.testSamples) = (30, 500, 4, 0.1, 50)
          (p.snr, p.loss, p.sampling, p.stepSize) = (snr, loss, sampling, loss == .squared ? 3 : 50)
          result.append((p, repetition))
        }
      }
    }
    return result
  }

  @Test func aloneAmongOthersAndOnTwoThreads() throws {
    let trials = trials()
    @Sendable func measure(_ trial: (parameters: CNNParameters, repetition: Int)) throws -> TrialResult {
      try cnn.measure(trial.parameters, seed: 9, repetition: trial.repetition)
    }
    let forwards = try trials.map(measure)
    #expect(Set(forwards.map { "\($0.values)" }).count == trials.count)
    let backwards = try trials.reversed().map(measure)
    #expect(forwards == backwards.reversed())
    for chunks in [1, 2] {
      var results = [TrialResult?](repeating: nil, count: trials.count)
      results.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let results = buffer
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
          for i in stride(from: chunk, to: trials.count, by: chunks) { results[i] = try? measure(trials[i]) }
        }
      }
      #expect(results == forwards.map { $0 })
    }
  }

  /// Cells that differ in step size or forget ratio alone share data, training and batches, so what is measured before unlearning is the same.
  @Test func unlearningParametersLeaveTrainingAlone() throws {
    let names = ["trainSteps", "trainLoss", "forgetLossBefore", "retainLossBefore", "testAccuracyBefore", "noiseShare", "fullHessianTop"]
    func before(_ change: (inout CNNParameters) -> Void) throws -> [MeasuredValue?] {
      var p = CNNParameters()
      (p.samples, p.dimension, p.filtersPerClass, p.trainTargetLoss) = (30, 500, 4, 0.1)
      change(&p)
      let measured = try cnn.measure(p, seed: 9, repetition: 0)
      return names.map { measured[$0] }
    }
    let plain = try before { _ in }
    #expect(plain.allSatisfy { $0 != nil })
    #expect(try before { $0.stepSize = 1 } == plain)
    #expect(try before { $0.forgetRatio = 0.9 } == plain)
    #expect(try before { $0.batchSize = 2 } == plain)
    #expect(try before { $0.unlearnSteps = 10 } == plain)
    #expect(try before { $0.trainBatchSize = 10 } != plain)
  }

  /// Bits pinned: if a change moves one of these, numbers that users have stored no longer come out. Say so in CHANGELOG.md under Numbers.
  @Test func goldenBits() throws {
    let golden: [[(name: String, bits: UInt64)]] = [
      [
        ("trainLoss", 0x3fb92569082ed68f), ("noiseShare", 0x3fddeb03ac60bc3e), ("forgetLoss", 0x4058337ec85251df),
        ("retainLoss", 0x3fbcbf00c39fa007), ("squaredWeightDistance", 0x41155d5dbcdc3a9e), ("coherence", 0x3ff5d92ee93d042a),
        ("meanSquareRadius", 0x3ff0eae6b1b209b5), ("typicalRate", 0x3f9c58fdc1c2a089),
      ],
      [
        ("trainLoss", 0x3f99e4557a4969e3), ("noiseShare", 0x3fe079f479a9dc17), ("forgetLoss", 0x41a381c1a49a43b1),
        ("retainLoss", 0x41184ce18e921dc4), ("squaredWeightDistance", 0x41f81d4ce2bc76d2), ("coherence", 0x3ff35e379a5cccea),
        ("meanSquareRadius", 0x3ff0dd86f66627a9), ("typicalRate", 0x3f98b5b243d649f7),
      ],
      [
        ("trainLoss", 0x3fac067d9a6bd5e6), ("noiseShare", 0x3fa1148a98595ab0), ("forgetLoss", 0x3f641c985577f568),
        ("retainLoss", 0x3f4f8e166be40c6c), ("squaredWeightDistance", 0x40617d778e7cab25), ("coherence", 0x401fa25151c93b19),
        ("meanSquareRadius", 0x3ff0d1403b292ffd), ("typicalRate", 0x3f93250951e95d57),
      ],
      [
        ("trainLoss", 0x3f231905fae69a0e), ("noiseShare", 0x3facee8cb6a96153), ("forgetLoss", 0x412d55c3367517d7),
        ("retainLoss", 0x40eb999a6543b6f0), ("squaredWeightDistance", 0x4170ab1300798c26), ("coherence", 0x401c1a5081b9440c),
        ("meanSquareRadius", 0x3ff0f9b19efcc742), ("typicalRate", 0x3f9d819d12bf79a6),
      ],
    ]
    let trials = trials()
    for (index, expected) in zip([0, 5, 10, 15], golden) {
      let measured = try cnn.measure(trials[index].parameters, seed: 9, repetition: trials[index].repetition)
      for (name, bits) in expected {
        guard case .number(let value) = measured[name] else {
          Issue.record("\(name) has no value")
          continue
        }
        #expect(value.bitPattern == bits, "\(name) of trial \(index): 0x\(String(value.bitPattern, radix: 16))")
      }
    }
  }
}
