import FrontierNumerics
import Model
import Testing

/// Patches that are orthogonal to all others stand last in a simulator's tables; nothing that can be seen from outside depends on it.
@Suite struct OrthogonalPatches {
  @Test func placesOfPatches() {
    // Patches 1 and 3 share an axis; 0 and 4 have one each; 2 is zero.
    let order = PatchOrder(
      of: Matrix([[4, 0, 0, 0, 0], [0, 1, 0, 0.5, 0], [0, 0, 0, 0, 0], [0, 0.5, 0, 2, 0], [0, 0, 0, 0, 9]]))
    #expect(order.gram.stride == 8 && order.places == [8, 0, 9, 1, 10] && order.width == 11)
    #expect(order.squares == [4, 0, 9])
    #expect((0..<2).map(order.gram.row) == [[1, 0.5], [0.5, 2]])
  }

  @Test func allOrNone() {
    let none = PatchOrder(of: Matrix([[1, 0.5, 0], [0.5, 1, 0.1], [0, 0.1, 1]])), all = PatchOrder(of: Matrix([[1, 0], [0, 2]]))
    #expect(none.squares.isEmpty && none.places == [0, 1, 2] && none.width == none.gram.stride)
    #expect(all.gram.stride == 0 && all.places == [0, 1] && all.squares == [1, 2] && all.width == 2)
    let nothing = PatchOrder(of: Matrix(rows: 0, columns: 0))
    #expect(nothing.width == 0 && nothing.places.isEmpty)
  }

  /// One inner product is enough to be coupled, on whichever side of the diagonal rounding left it.
  @Test func oneInnerProduct() {
    let order = PatchOrder(of: Matrix([[1, 0, 0], [0, 1, 0], [1e-300, 0, 1]]))
    #expect(order.places == [0, 8, 1])
  }

  /// Any shares of patches with an axis of their own, zero patches among them, shared by samples with both signs, against the explicit network.
  @Test func stepsOfTheExplicitNetwork() throws {
    var stream = RandomKey(seed: 25).stream(), worst = 0.0
    for _ in 0..<100 {
      let count = 1 + Int(stream.below(20)), share = stream.uniform(), common = 1 + Int(stream.below(8)), filters = 2 * (1 + Int(stream.below(12)))
      let patches = (0..<count).map { k in
        var patch = [Double](repeating: 0, count: common + count)
        if stream.uniform() < share {
          patch[common + k] = stream.below(5) == 0 ? 0 : stream.gaussian()
        } else {
          for c in 0..<common { patch[c] = stream.gaussian() / Double(common).squareRoot() }
        }
        return patch
      }
      let samples = (0..<10).map { _ in (0..<1 + Int(stream.below(4))).map { _ in (patch: Int(stream.below(UInt32(count))), sign: stream.sign()) } }
      var explicit = ExplicitNetwork(
        weights: (0..<filters).map { _ in stream.gaussians(common + count).map { 0.5 * $0 } }, patches: patches, samples: samples,
        labels: samples.map { _ in stream.sign() }, loss: stream.below(2) == 0 ? .logistic : .squared)
      let (dataset, start) = try explicit.spanForm(), first = explicit.weights
      let simulator = Simulator(start, on: dataset, loss: explicit.loss, largestBatch: 2 * samples.count)
      for _ in 0..<12 {
        let retain = samples.indices.filter { _ in stream.below(3) == 0 }, forget = samples.indices.filter { _ in stream.below(4) == 0 }
        let stepSize = 0.3 * stream.uniform(), retainWeight = stream.uniform(), forgetWeight = -0.3 * stream.uniform()
        simulator.step(stepSize: stepSize, retain: retain.map { Int32($0) }[...], retainWeight, forget: forget.map { Int32($0) }[...], forgetWeight)
        explicit.step(stepSize: stepSize, retain.map { ($0, retainWeight) } + forget.map { ($0, forgetWeight) })
        worst = max(worst, relativeError(simulator.outputs(), explicit.outputs, floor: 1e-3))
        worst = max(worst, relativeError([simulator.meanLoss(in: samples.indices)], [explicit.meanLoss], floor: 1e-3))
      }
      let network = simulator.network
      worst = max(worst, relativeError(network.outputs(of: dataset.samples), explicit.outputs, floor: 1e-3))
      worst = max(worst, relativeError([network.squaredDistance(gram: dataset.gram)], [explicit.squaredDistance(to: first)], floor: 1e-3))
    }
    #expect(worst < OracleComparison.tolerance, "worst error \(worst)")
  }

  /// What is to be moved along is told by the dictionary's numbers, and is what the move adds to the coefficients.
  @Test func pendingCoefficientsAreMovedAlong() throws {
    let dataset = try SignalPlusNoise(samples: 12, dimension: 50, snr: 0.5).draw(
      architecture: Architecture(filtersPerClass: 3, initScale: 0.5), freshSamples: 0, key: RandomKey(seed: 26))
    #expect(PatchOrder(of: dataset.gram).squares.count == 1)
    let simulator = Simulator(dataset.initial, on: dataset, loss: .logistic, largestBatch: 5)
    #expect(simulator.takeGradient(of: WeightedBatch([3, 0, 7, 11, 4]), times: -2))
    let pending = simulator.pendingCoefficients, before = simulator.network
    simulator.move()
    let moved = simulator.network
    for r in 0..<6 {
      #expect(moved.coefficients.row(r) == pending[r])
      for k in 0..<13 {
        let shift = (0..<13).reduce(0) { $0 + pending[r][$1] * dataset.gram[$1, k] }
        #expect(abs(moved.preactivations[r, k] - before.preactivations[r, k] - shift) < 1e-12)
      }
    }
  }

  /// The same bits from each whole run, whatever came before in the same memory: batches of unlike sizes leave nothing behind.
  @Test func batchesLeaveNothingBehind() throws {
    let dataset = try SignalPlusNoise(samples: 30, dimension: 100, snr: 0.3).draw(
      architecture: Architecture(filtersPerClass: 4, initScale: 0.3), freshSamples: 0, key: RandomKey(seed: 27))
    let used = Simulator(dataset.initial, on: dataset, loss: .logistic, largestBatch: 30)
    for size in [30, 1, 17, 2] { #expect(used.takeGradient(of: WeightedBatch((0..<Int32(size)).map { 29 - $0 }[...]), times: 1)) }
    let unused = Simulator(dataset.initial, on: dataset, loss: .logistic, largestBatch: 30)
    for simulator in [used, unused] {
      var descent = GradientDescent(stepSize: 3)
      #expect(descent.step(simulator, on: WeightedBatch([5, 2, 29])) && descent.step(simulator, on: WeightedBatch([2, 3, 2])))
    }
    for r in 0..<8 { #expect(used.network.preactivations.row(r) == unused.network.preactivations.row(r)) }
  }
}
