import Foundation
import Model
import FrontierNumerics
import TestSupport
import Testing

/// trajectories.json: runs with explicit weights by independent code. The span form follows them at every step, every number to 1e-12 relative.
@Suite struct Trajectories {
  struct File: Decodable {
    struct Case: Decodable {
      struct Batch: Decodable { let retain, forget: [Int] }
      struct Moment: Decodable {
        let outputs: [Double]
        let meanLoss, squaredDistanceFromStart: Double
      }
      let mode, loss: String
      let stepSize, forgetRatio: Double
      let filtersPerClass: Int
      let labels, signal: [Double]
      let noise, initialWeights, finalWeights: [[Double]]
      let batches: [Batch]
      let trace: [Moment]
    }
    let cases: [Case]
  }

  static let count = 6

  @Test func allCasesAreHere() throws {
    #expect(try fixture("trajectories", as: File.self).cases.count == Self.count)
  }

  @Test(arguments: 0..<count) func followed(index: Int) throws {
    let run = try fixture("trajectories", as: File.self).cases[index]
    let explicit = explicitNetwork(run)
    let (dataset, start) = try explicit.spanForm()
    let simulator = Simulator(start, on: dataset, loss: explicit.loss, largestBatch: run.labels.count)
    try #require(run.batches.count == run.trace.count && !run.trace.isEmpty)
    for (batch, moment) in zip(run.batches, run.trace) {
      simulator.step(
        stepSize: run.stepSize, retain: indices(batch.retain), (1 - run.forgetRatio) / Double(batch.retain.count),
        forget: indices(batch.forget), -run.forgetRatio / Double(max(batch.forget.count, 1)))
      for (ours, theirs) in zip(simulator.outputs(), moment.outputs) { #expect(abs(ours - theirs) <= 1e-12 * abs(theirs)) }
      let quality = simulator.quality(in: 0..<run.labels.count)
      #expect(abs(quality.loss - moment.meanLoss) <= 1e-12 * moment.meanLoss)
      #expect(abs(simulator.network.squaredDistance(gram: dataset.gram) - moment.squaredDistanceFromStart) <= 1e-12 * moment.squaredDistanceFromStart)
    }
    // The final weights, seen through the patches.
    var final = explicit
    final.weights = run.finalWeights
    let seen = try final.spanForm().network.preactivations
    let ours = simulator.network.preactivations
    for r in 0..<seen.rows { #expect(relativeError(ours.row(r), seen.row(r)) < 1e-12) }
  }

  /// The same runs through `UnlearningRule`, which makes the weights of a step from alpha and the batch sizes.
  @Test(arguments: 0..<count) func followedByTheRule(index: Int) throws {
    let run = try fixture("trajectories", as: File.self).cases[index]
    let explicit = explicitNetwork(run)
    let (dataset, start) = try explicit.spanForm()
    let schedule = try BatchSchedule(retain: run.batches.map(\.retain), forget: run.batches.map(\.forget))
    let end = try UnlearningRule(forgetRatio: run.forgetRatio, stepSize: run.stepSize, growthLimit: 1000)
      .unlearn(start, on: dataset, loss: explicit.loss, schedule: schedule)
    let last = try #require(run.trace.last)
    #expect(relativeError(end.network.outputs(of: dataset.samples), last.outputs) < 1e-12)
    #expect(end.steps == run.batches.count && end.overflowedAtStep == nil)
  }

  /// The recorded order is kept: a run that reaches the same numbers in another order is another run.
  private func indices(_ list: [Int]) -> ArraySlice<Int32> { list.map { Int32($0) }[...] }

  private func explicitNetwork(_ run: File.Case) -> ExplicitNetwork {
    ExplicitNetwork(
      weights: run.initialWeights, patches: [run.signal] + run.noise,
      samples: run.labels.enumerated().map { [(patch: 0, sign: $1), (patch: $0 + 1, sign: 1)] }, labels: run.labels,
      loss: run.loss == "logistic" ? .logistic : .squared)
  }
}
