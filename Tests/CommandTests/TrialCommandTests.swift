import Foundation
import TestSupport
import Testing

/// `frontier trial` from the outside: what it prints, and where.
@Suite struct TrialCommandTests {
  static let cells = [
    ["snr=0.1"], ["snr=1", "loss=squared", "stepSize=5", "sampling=bernoulli", "batchSize=3"],
    ["samples=9", "dimension=4", "filtersPerClass=2", "trainBatchSize=4", "batchSize=9", "labelNoise=0.2", "trainTargetLoss=0.4"],
    ["stepSize=1e6", "snr=2"],
  ]

  /// Optimisation must not change a bit: the compiler neither fuses nor reorders floating-point operations that the sources do not.
  @Test(arguments: cells) func debugAndReleaseGiveTheSameBits(cell: [String]) throws {
    let arguments = ["trial"] + cell + ["--json", "--seed", "7", "--repetition", "3"]
    let release = try Binary(.release).run(arguments), debug = try Binary(.debug).run(arguments)
    #expect(release.status == 0 && !release.output.isEmpty)
    #expect(release.output == debug.output)
  }

  @Test(arguments: cells) func jsonIsOneObjectOfFiniteNumbersOrNull(cell: [String]) throws {
    let result = try Binary(.release).run(["trial"] + cell + ["--json"])
    #expect(result.status == 0 && result.talk.isEmpty)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["trained"] is Bool && object["meanSquareRadius"] != nil)
    for (name, value) in object { #expect(value is NSNull || (value as? NSNumber)?.doubleValue.isFinite == true, "\(name)") }
  }

  /// The table shows the same figures, and for one that does not exist the reason.
  @Test func tableShowsEveryFigure() throws {
    let binary = try Binary(.release)
    let json = try binary.run(["trial", "testSamples=0", "--json"]), table = try binary.run(["trial", "testSamples=0"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let rows = table.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true) }
    #expect(Set(rows.map { String($0[0]) }) == Set(object.keys))
    #expect(table.output.contains("testAccuracy                - (no test samples)"))
  }

  @Test func seedAndRepetitionChangeTheTrial() throws {
    let binary = try Binary(.release)
    let outputs = try [[], ["--seed", "2"], ["--repetition", "1"]].map { try binary.run(["trial", "--json"] + $0).output }
    #expect(Set(outputs).count == 3)
  }
}
