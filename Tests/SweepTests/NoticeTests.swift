import Experiments
import Foundation
import Specs
import TestSupport
import Testing

/// What is told of a specification that is valid and yet hardly meant.
@Suite struct NoticeTests {
  private func notices(axes: String = "", parameters: String = "", values: String = "", frontiers: String = "", experiment: String = "cnn") throws -> [String] {
    let views = values.isEmpty ? "" : #", views: [{x: "snr", y: "forgetRatio", values: [\#(values)], frontiers: [\#(frontiers)]}]"#
    return try spec(
      #"{name: "a", experiment: "\#(experiment)", repetitions: 1, axes: {\#(axes)}, parameters: {\#(parameters)}\#(views)}"#
    ).notices
  }

  private let plane = "snr: [0.1, 1], forgetRatio: [0.1, 0.5]"

  @Test func aParameterThatDoesNotActIsTold() throws {
    #expect(try notices(parameters: "npoBeta: 2") == ["npoBeta = 2.0 has no effect: it acts where method is npo, and here it is ascent"])
    #expect(
      try notices(axes: #"npoBeta: [1, 2], method: ["ascent", "uniform"]"#)
        == ["the axis npoBeta has no effect: it acts where method is npo, and here it is ascent or uniform; cells that differ in it alone are the same"])
    #expect(try notices(axes: #"npoBeta: [1, 2], method: ["ascent", "npo"]"#).isEmpty)
    #expect(try notices(parameters: #"npoBeta: 2, method: "npo""#).isEmpty)
    // Its default says nothing.
    #expect(try notices(parameters: "npoBeta: 1").isEmpty)
  }

  /// Events, columns, statistics and criteria, each by what it is made of.
  @Test func aViewOfWhatIsNotMeasuredIsTold() throws {
    let values = #""forgetSuccess", "deleted", "testAccuracy", "relearnSteps", "forgettingEpsilon""#
    let all = try notices(axes: plane, parameters: #"testSamples: 0, reference: "none""#, values: values, frontiers: #""drift", "meanFieldMemory""#)
    let view = "in the view over snr and forgetRatio nothing is known of"
    #expect(
      all == [
        "\(view) deleted: that is measured where testSamples is not 0 and reference is not none",
        "\(view) testAccuracy, meanFieldMemory: that is measured where testSamples is not 0",
        "\(view) relearnSteps: that is measured where relearnLimit is not 0",
        "\(view) forgettingEpsilon: that is measured where reference is not none",
      ], "\(all)")
    #expect(try notices(axes: plane, parameters: "relearnLimit: 10", values: values, frontiers: #""drift", "meanFieldMemory""#).isEmpty)
    // One cell that measures it is enough.
    #expect(try notices(axes: plane + #", reference: ["none", "retrained"]"#, values: #""deleted""#).isEmpty)
  }

  @Test func longRelearningIsTold() throws {
    let told = try notices(axes: "relearnLimit: [10, 1000000]")
    #expect(told.count == 1 && told[0].hasPrefix("relearnLimit = 1000000: a trial in which the forget set is not relearnt may take up to about "))
    #expect(try notices(parameters: "relearnLimit: 500").isEmpty)
  }

  @Test func shippedSweepsHaveNone() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path + "/sweeps").filter { $0.hasSuffix(".json5") }
    #expect(files.count >= 7)
    let hasFashion = FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")
    for file in files where hasFashion || file != "fashion.json5" {
      let spec = try SweepSpec(json5: Array(Repository.file("sweeps/" + file).utf8), file: Repository.root.path + "/sweeps/" + file)
      #expect(spec.notices.isEmpty, "\(file)")
    }
  }
}
