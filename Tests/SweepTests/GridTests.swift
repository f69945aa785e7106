import Experiments
import Engine
import Specs
import TestSupport
import Testing

/// The order of cells, and how they are grouped and found again.
@Suite struct GridTests {
  private static let axes = "snr: [0.2, 1, 0.5], batchSize: [3, 2], trainStepSize: [1, 2], forgetRatio: [0.3, 0.1]"

  @Test func lastAxisIsFastest() throws {
    let grid = try cnnSpec(axes: Self.axes).grid
    #expect(grid.count == 24)
    #expect((0..<4).map { grid.coordinates(of: $0) } == [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 1, 1]])
    #expect(grid.coordinates(of: 23) == [2, 1, 1, 1])
    guard let cell = try grid.cell(at: 21).parameters(as: CNNParameters.self) else { return }
    #expect([cell.snr, Double(cell.batchSize), cell.trainStepSize, cell.forgetRatio, Double(cell.samples)] == [0.5, 2, 1, 0.1, 12])
  }

  @Test func everyCellIsFoundAgainAndNoOther() throws {
    let grid = try cnnSpec(axes: Self.axes).grid, locator = grid.locator()
    for index in 0..<grid.count { #expect(locator.index(of: try grid.cell(at: index).values) == index) }
    #expect(locator.index(of: try cnnSpec(axes: "snr: [0.3], batchSize: [3], forgetRatio: [0.3]").grid.cell(at: 0).values) == nil)
    #expect(locator.index(of: try cnnSpec(axes: Self.axes, parameters: "labelNoise: 0.1").grid.cell(at: 0).values) == nil)
    #expect(locator.index(of: []) == nil)
  }

  /// Every trial is in one group, and a group's cells agree on everything that training depends on.
  @Test func groupsShareTheirTraining() throws {
    let spec = try cnnSpec(axes: Self.axes, repetitions: 3), folder = try TemporaryFolder()
    let plan = try Plan(spec, in: folder.output)
    #expect(plan.left == 72 && plan.stored == 0 && plan.preparations == 3 * 2 * 3)
    var seen: Set<TrialIdentity> = []
    for group in 0..<plan.groups {
      let trials = plan.trials(ofGroup: group)
      #expect(trials.count == 4 && Set(trials.map(\.repetition)).count == 1)
      let networks = try trials.map { trial -> [Double] in
        guard let cell = try spec.grid.cell(at: trial.cell).parameters(as: CNNParameters.self) else { return [] }
        return [cell.snr, cell.trainStepSize]
      }
      #expect(Set(networks).count == 1)
      seen.formUnion(trials)
    }
    #expect(seen.count == 72)
  }

  /// The synthetic test trains nothing: what a cell's repetitions share is its criteria.
  @Test func groupsOfTheSyntheticTestAreCells() throws {
    let spec = try spec(#"{name: "a", experiment: "hessian", repetitions: 4, axes: {batchSize: [1, 2], coherence: [3, 4, 5]}}"#)
    let plan = try Plan(spec, in: TemporaryFolder().output)
    #expect(plan.groups == 6)
    for group in 0..<6 { #expect(plan.trials(ofGroup: group).map { [$0.cell, $0.repetition] } == (0..<4).map { [group, $0] }) }
  }
}
