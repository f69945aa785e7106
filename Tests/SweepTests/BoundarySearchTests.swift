import Experiments
import Results
import Specs
import TestSupport
import Testing
import Verdicts

/// A search over made-up outcomes, against the whole grid of the same.
@Suite struct BoundarySearchTests {
  private struct Outcome {
    let table: ResultTable
    let search: BoundarySearch
    /// Trials that were run, of all of the grid.
    let share: Double
  }

  private static let axes = "snr: { from: 0.05, to: 2, count: 60, scale: \"log\" }, forgetRatio: { from: 0.02, to: 0.64, count: 60 }"

  private func refined(_ axes: String = axes, depth: Int = 3, events: String = #"["forgetSuccess"]"#, repetitions: Int = 20) throws -> SweepSpec {
    try spec(
      """
      { name: "made-up", experiment: "cnn", seed: 1, repetitions: \(repetitions), axes: { \(axes) }, refine: { event: \(events), depth: \(depth) } }
      """)
  }

  /// A trial that was forgotten or not, and kept or not; nil where nothing was trained.
  private func result(_ forgotten: Bool?, kept: Bool = true) -> TrialResult {
    let values = cnn.columns.map { column -> MeasuredValue in
      guard let forgotten else { return .undefined("not trained") }
      return switch column.name {
      case "forgetAccuracy": .number(forgotten ? 0.2 : 0.9)
      case "retainAccuracy": .number(kept ? 1 : 0.5)
      default: column.kind == .number ? .number(0.5) : column.kind == .count ? .count(1) : .flag(true)
      }
    }
    return TrialResult(of: cnn, forgotten == nil ? .notTrained(reason: "made up") : .completed, values: values)
  }

  /// Runs what the search wants until it wants no more.
  private func sought(_ spec: SweepSpec, _ trial: (_ coordinates: [Int], _ repetition: Int) -> TrialResult) throws -> Outcome {
    var results = [TrialResult?](repeating: nil, count: spec.trials)
    while true {
      let table = ResultTable(spec, results), search = try #require(table.search)
      if search.isFinished { return Outcome(table: table, search: search, share: Double(search.trials) / Double(spec.trials)) }
      for cell in 0..<spec.grid.count {
        for repetition in 0..<spec.repetitions where search.wants(cell: cell, repetition: repetition) && results[cell * spec.repetitions + repetition] == nil {
          results[cell * spec.repetitions + repetition] = trial(spec.grid.coordinates(of: cell), repetition)
        }
      }
    }
  }

  private func view(_ table: ResultTable, _ events: [Event]) throws -> PlaneView {
    let plane = try #require(Plane(table.spec.grid, x: "snr", y: "forgetRatio", held: [Int](repeating: 0, count: table.spec.grid.axes.count)))
    return PlaneView(table, on: plane, success: table.spec.success, inferred: InferredSides(table, of: events, success: table.spec.success))
  }

  private func whole(_ spec: SweepSpec, _ trial: ([Int], Int) -> TrialResult) -> ResultTable {
    ResultTable(spec, (0..<spec.grid.count).flatMap { cell in (0..<spec.repetitions).map { trial(spec.grid.coordinates(of: cell), $0) } })
  }

  /// Two pieces whose edges are not sharp, and a line: the same boundaries to the bit, and the same sides everywhere.
  @Test func twoEventsWithPieces() throws {
    let spec = try refined(events: #"["forgetSuccess", "retainSuccess"]"#)
    func trial(_ at: [Int], _ repetition: Int) -> TrialResult {
      let (x, y) = (Double(at[0]), Double(at[1])), shift = Double(repetition) / 10 - 0.97
      let first = ((x - 14) * (x - 14) + (y - 18) * (y - 18)).squareRoot() + shift < 9
      let second = ((x - 42) * (x - 42) / 4 + (y - 40) * (y - 40)).squareRoot() + shift < 7
      return result(first || second, kept: y + shift < 50 - x / 5)
    }
    let found = try sought(spec, trial), all = whole(spec, trial), events = [event("forgetSuccess"), event("retainSuccess")]
    let view = try view(found.table, events), full = try self.view(all, events)
    for event in events {
      #expect(view.boundary(event).lines == full.boundary(event).lines, "\(event.name)")
      #expect(!full.boundary(event).lines.isEmpty)
      let sides = zip(view.shownRates(event), full.rates(event)).filter { ($0.0 ?? -1) < 0 || ($0.0! >= 0.5) != ($0.1! >= 0.5) }
      #expect(sides.isEmpty, "\(event.name)")
      // What was not run is never said to be measured.
      let states = view.states(view.shownRates(event))
      #expect(states.count { $0 == .inferred } == spec.grid.count - found.search.cells && !states.contains { $0 == .notRun })
      #expect(zip(view.rates(event), states).allSatisfy { ($0 == nil) == ($1 == .inferred) })
    }
    #expect(full.boundary(events[0]).lines.count == 2)
    #expect(found.share < 1.0 / 6, "\(found.share)")
  }

  /// The stated limit: what is as wide as the first cells lie apart is always found, whatever its place, and what is thinner where it meets one of them, or
  /// hangs together with what does; all of it.
  @Test func whatIsWideEnoughIsFound() throws {
    let spec = try refined(repetitions: 1)
    var missed = 0
    for (x, y, width, height) in [
      (1, 1, 8, 8), (9, 17, 8, 8), (33, 50, 8, 8), (51, 51, 8, 8), (20, 3, 9, 30), (1, 1, 7, 7), (3, 0, 1, 60), (16, 0, 1, 60), (9, 9, 30, 1),
    ] {
      // From the middle of each block a path of one cell goes off.
      func trial(_ at: [Int], _: Int) -> TrialResult {
        let isInside = at[0] >= x && at[0] < x + width && at[1] >= y && at[1] < y + height
        return result(isInside || (at[1] == y + height / 2 && at[0] >= x && at[0] < x + width + 5))
      }
      let found = try sought(spec, trial), all = whole(spec, trial), event = event("forgetSuccess")
      let lines = try view(found.table, [event]).boundary(event).lines
      if lines.isEmpty { missed += 1 } else { #expect(try lines == view(all, [event]).boundary(event).lines, "\(x) \(y) \(width) \(height)") }
      if width >= 8 && height >= 8 { #expect(!lines.isEmpty, "\(x) \(y) \(width) \(height)") }
    }
    #expect(missed == 3, "of the four thin ones one meets a cell that is run first")
    #expect(try sought(spec) { _, _ in result(true) }.search.limit.contains("8 cells wide"))
  }

  /// Four axes, one of names and one listed from high to low, and cells that do not train.
  @Test func manyAxes() throws {
    let axes =
      #"snr: [2, 1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05], sampling: ["uniform", "bernoulli"], forgetRatio: { from: 0.1, to: 0.9, count: 17 }, stepSize: { from: 1, to: 12, count: 12 }"#
    let spec = try refined(axes, depth: 2, repetitions: 5)
    func trial(_ at: [Int], _ repetition: Int) -> TrialResult {
      if at[0] == 8, at[2] > 12 { return result(nil) }
      return result(Double(at[2]) > 3 + 0.4 * Double(at[0]) + 0.3 * Double(at[3]) + Double(at[1]) + 0.3 * Double(repetition))
    }
    let found = try sought(spec, trial), all = whole(spec, trial), forgotten = event("forgetSuccess")
    let inferred = try #require(InferredSides(found.table, of: [forgotten], success: spec.success)[forgotten])
    func rate(_ table: ResultTable, _ cell: Int) -> Double? {
      let known = table.rows(ofCell: cell).compactMap { forgotten.happened($0, spec.success) }
      return known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count)
    }
    for cell in 0..<spec.grid.count {
      let rate = rate(all, cell)
      if let side = inferred[cell] { #expect(try side == (#require(rate) >= 0.5)) }
    }
    #expect(inferred.count { $0 != nil } > spec.grid.count / 8)
    // Along every axis of numbers each step that the boundary crosses has both its ends run in full.
    for (axis, values) in spec.grid.axes.enumerated() where values.values[0].number != nil {
      for cell in 0..<spec.grid.count {
        var beside = spec.grid.coordinates(of: cell)
        guard beside[axis] + 1 < values.values.count else { continue }
        beside[axis] += 1
        let other = spec.grid.index(of: beside)
        guard let a = rate(all, cell), let b = rate(all, other), (a >= 0.5) != (b >= 0.5) else { continue }
        #expect(found.search.wants(cell: cell, repetition: 4) && found.search.wants(cell: other, repetition: 4))
      }
    }
    #expect(found.share < 0.75, "\(found.share)")
  }

  /// Axes of two numbers have steps too, which a boundary crosses and along which it is followed.
  @Test func twoValues() throws {
    let spec = try refined("stepSize: [10, 30], snr: { from: 0.1, to: 1.6, count: 33 }, forgetRatio: { from: 0.1, to: 0.9, count: 33 }", repetitions: 5)
    // Thin where the step size is small, and met from the other value alone.
    func trial(_ at: [Int], _: Int) -> TrialResult { result(at[2] < 20 && at[1] > (at[0] == 0 ? 26 : 12) && at[1] < 31) }
    let found = try sought(spec, trial),
      inferred = try #require(InferredSides(found.table, of: [event("forgetSuccess")], success: spec.success)[event("forgetSuccess")])
    for cell in 0..<spec.grid.count {
      let at = spec.grid.coordinates(of: cell), happens = at[2] < 20 && at[1] > (at[0] == 0 ? 26 : 12) && at[1] < 31
      if let side = inferred[cell] { #expect(side == happens) } else { #expect(found.search.wants(cell: cell, repetition: 0)) }
    }
    // Between the two values of the step size the boundary lies where they differ.
    let ends = (0..<spec.grid.count / 2).filter { cell in
      let at = spec.grid.coordinates(of: cell)
      return at[2] < 20 && at[1] > 12 && at[1] <= 26
    }
    #expect(
      !ends.isEmpty && ends.allSatisfy { found.search.wants(cell: $0, repetition: 4) && found.search.wants(cell: $0 + spec.grid.count / 2, repetition: 4) })
  }

  /// A sweep that was stopped among its first cells infers nothing.
  @Test func nothingIsInferredBeforeTheFirstCellsAreRun() throws {
    let spec = try refined(), forgotten = event("forgetSuccess")
    var results = [TrialResult?](repeating: nil, count: spec.trials)
    results[0] = result(true)
    let inferred = InferredSides(ResultTable(spec, results), of: [forgotten], success: spec.success)[forgotten]
    #expect(inferred?.allSatisfy { $0 == nil } == true)
  }

  /// A side that few trials do not tell gets more of them; one that they tell gets no more.
  @Test func repetitionsGoWhereTheyDecide() throws {
    let spec = try refined("snr: [0.1, 0.2, 0.4]", depth: 1)
    func trials(_ happens: @escaping (Int) -> Bool) throws -> Int { try sought(spec) { _, repetition in result(happens(repetition)) }.search.trials }
    #expect(try trials { _ in true } == 2 * 4)
    #expect(try trials { $0 % 4 != 0 } == 2 * 16, "12 of 16 lie outside of the score interval of one half, 6 of 8 do not")
    #expect(try trials { $0 % 2 == 0 } == 2 * 20)
    #expect(try sought(refined("snr: [0.1, 0.2, 0.4]", depth: 1, repetitions: 5)) { _, _ in result(true) }.search.trials == 2 * 3, "three of five decide")
  }

  @Test func specifications() throws {
    let good = try refined()
    #expect(good.refinement?.events == ["forgetSuccess"] && good.refinement?.depth == 3)
    #expect(
      try spec(#"{ name: "a", experiment: "cnn", repetitions: 1, axes: { snr: [1, 2, 3] }, refine: { event: "escape", depth: 1 } }"#).refinement?.events == [
        "escape"
      ])
    for (text, words) in [
      (#"{ event: "forgetSucess", depth: 3 }"#, "forgetSuccess"), (#"{ event: "escape" }"#, "refine needs depth"), ("{ depth: 2 }", "refine needs event"),
      (#"{ event: "escape", depth: 0 }"#, "1"), (#"{ event: [], depth: 1 }"#, "at least one event"), (#"{ event: ["escape", "escape"], depth: 1 }"#, "twice"),
      (#"{ event: "escape", depth: 1, steps: 2 }"#, "steps"),
    ] {
      let error = #expect(throws: SpecError.self) {
        try spec(#"{ name: "a", experiment: "cnn", repetitions: 1, axes: { snr: [1, 2, 3] }, refine: "# + text + " }")
      }
      #expect(error?.description.contains(words) == true, "\(text): \(error?.description ?? "")")
    }
    let none = #expect(throws: SpecError.self) {
      try spec(
        #"{ name: "a", experiment: "cnn", repetitions: 1, axes: { snr: [1, 2], loss: ["logistic", "squared"] }, refine: { event: "escape", depth: 1 } }"#)
    }
    #expect(none?.description.contains("an axis of three numbers or more is needed") == true)
  }
}
