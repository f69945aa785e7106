import Experiments
import Model
import TestSupport
import Testing

/// What the tables of parameters say is allowed is what is enforced: both ends, and the next value beyond each.
@Suite struct ParameterRanges {
  @Test(arguments: Catalogue.standard.names) func endsAreAsTheTableSays(name: String) throws {
    try check(experiment(name))
  }

  private func check<E: Experiment>(_ experiment: E) throws {
    // Others are bounded by the number of samples.
    var base = experiment.standard
    for parameter in experiment.parameterTable where parameter.range == .countOfSamples { try parameter.set(.count(1), in: &base) }
    let samples = try #require(experiment.parameterTable.first { $0.name == "samples" })
    for parameter in experiment.parameterTable {
      func expect(_ value: ParameterValue, _ isAllowed: Bool) throws {
        var cell = base
        try parameter.set(value, in: &cell)
        if isAllowed {
          #expect(throws: Never.self, "\(parameter.name) = \(value.text)") { try experiment.check(cell) }
        } else {
          let error = #expect(throws: ParameterError.self, "\(parameter.name) = \(value.text)") { try experiment.check(cell) }
          let words = parameter.range == .countOfSamples ? "a whole number from 1" : parameter.range?.words ?? ""
          let allowed = error?.allowed ?? ""
          #expect(error?.parameter == parameter.name && allowed.hasPrefix(words), "\(parameter.name) = \(value.text): \(allowed), and the table says \(words)")
        }
      }
      switch parameter.range {
      case .count(let range):
        for (value, isAllowed) in [(range.lowerBound, true), (range.upperBound, true), (range.lowerBound - 1, false), (range.upperBound + 1, false)] {
          try expect(.count(value), isAllowed)
        }
      case .countOfSamples:
        let n = try #require(samples.value(in: base).number)
        for (value, isAllowed) in [(1, true), (Int(n), true), (0, false), (Int(n) + 1, false)] { try expect(.count(value), isAllowed) }
      case .number(let range):
        for (value, isAllowed) in [
          (range.lowerBound, true), (range.upperBound, true), (range.lowerBound.nextDown, false), (range.upperBound.nextUp, false), (.nan, false),
        ] { try expect(.number(value), isAllowed) }
      case .above(let low, let high):
        for (value, isAllowed) in [(low, false), (low.nextUp, true), (high, true), (high.nextUp, false), (.nan, false)] {
          try expect(.number(value), isAllowed)
        }
      case .between(let low, let high):
        for (value, isAllowed) in [(low, false), (low.nextUp, true), (high.nextDown, true), (high, false), (.nan, false)] {
          try expect(.number(value), isAllowed)
        }
      case nil:
        guard case .choice(let names) = parameter.kind else {
          Issue.record("\(parameter.name) has no range")
          continue
        }
        for name in names { try expect(.choice(name), true) }
      }
    }
  }
}
