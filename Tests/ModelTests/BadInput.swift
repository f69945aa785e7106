import FrontierNumerics
import Model
import Testing

/// What is out of range is refused by name, with the value and what is allowed; nothing traps.
@Suite struct BadInput {
  @Test func dataThatDoNotFitTogether() throws {
    #expect(throws: ParameterError.self) { try SampleSet(labels: [1], patches: []) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [0.5], patches: [[.init(0, negated: false)]]) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [.nan], patches: [[.init(0, negated: false)]]) }
    #expect(throws: ParameterError.self) { try SampleSet(labels: [1], patches: [[.init(-1, negated: false)]]) }
    for rows in [0, 1, 3] { #expect(throws: ParameterError.self) { try Network(initialPreactivations: Matrix(rows: rows, columns: 2)) } }

    let network = try Network(initialPreactivations: Matrix(rows: 2, columns: 2))
    let samples = try SampleSet(labels: [1], patches: [[.init(1, negated: true)]])
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 2, columns: 3), samples: samples, initial: network) }
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 3, columns: 3), samples: samples, initial: network) }
    let far = try SampleSet(labels: [1], patches: [[.init(2, negated: false)]])
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix(rows: 2, columns: 2), samples: far, initial: network) }
    #expect(throws: ParameterError.self) { try Dataset(gram: Matrix([[1, .nan], [.nan, 1]]), samples: samples, initial: network) }
    for (retain, forget) in [([[1]], []), ([[1], [1, 2]], [[0], [0]])] as [([[Int]], [[Int]])] {
      #expect(throws: ParameterError.self) { try BatchSchedule(retain: retain, forget: forget) }
    }
  }

  /// round(forgetFraction n), kept from 1 to n - 1.
  @Test func forgetCountsStayWithinTheSet() throws {
    for (samples, fraction, count) in [(80, 0.2, 16), (10, 0.01, 1), (10, 0.99, 9), (2, 0.5, 1), (3, 0.5, 2), (10_000, 1e-300, 1)] {
      let split = try ForgetSplit(samples: samples, forgetFraction: fraction)
      #expect(split.forget == 0..<count && split.retain == count..<samples)
    }
    for count in [0, 5, -1] { #expect(throws: ParameterError.self) { try ForgetSplit(samples: 5, forgetCount: count) } }
  }
}
