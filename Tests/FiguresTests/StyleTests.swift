import Figures
import Foundation
import TestSupport
import Testing

/// What may be asked of a figure besides what it shows.
@Suite struct StyleTests {
  private static let axes = "snr: {from: 0.1, to: 2, count: 6, scale: \"log\"}, forgetRatio: [0.1, 0.2, 0.3, 0.4]"

  private func scene(_ style: FigureStyle, values: [String] = ["forgetSuccess", "retainSuccess", "jointSuccess"]) throws -> Scene {
    let table = try table(axes: Self.axes)
    let view = HeatmapView(x: "snr", y: "forgetRatio", values: values, frontiers: ["tangent", "drift"])
    return try #require(HeatmapFigure(table, success: table.spec.success, style: style).figures(view, measure: CairoText()).first).scene
  }

  @Test(arguments: [150, 234, 340, 504, 1000]) func theWidthIsKept(points: Double) throws {
    var style = FigureStyle()
    style.width = points
    let scene = try scene(style)
    #expect(scene.width == points)
    expectApart(scene, "\(points) pt")
    // Plots take most of it, and none is squeezed.
    let frames = Picture(scene).frames
    #expect(frames.count == 3 && frames.allSatisfy { $0.width > 50 } && (frames.map(\.right).max() ?? 0) > 0.6 * points)
  }

  @Test(arguments: [5, 7, 7.5, 12]) func textsHaveTheirSize(points: Double) throws {
    var style = FigureStyle()
    (style.width, style.textSize) = (400, points)
    let scene = try scene(style), sizes = Set(scene.texts.map(\.font.size))
    // In plots a little less: they repeat what the legend says.
    #expect([points, points * 7 / 7.5].contains { abs((sizes.min() ?? 0) - $0) < 1e-9 } && abs((sizes.max() ?? 0) - points * 11 / 7.5) < 1e-9)
    expectApart(scene, "\(points) pt")
  }

  @Test func titlesAreOwnGivenOrNone() throws {
    var style = FigureStyle()
    let own = try scene(style)
    style.title = .words("Figure of mine")
    let given = try scene(style)
    style.title = .none
    let none = try scene(style)
    func has(_ scene: Scene, _ words: String) -> Bool { scene.texts.contains { $0.string.hasPrefix(words) } }
    #expect(has(own, "What is forgotten") && has(own, "made-up: ") && !has(own, "Figure of mine"))
    #expect(has(given, "Figure of mine") && has(given, "made-up: ") && !has(given, "What is forgotten"))
    #expect(!has(none, "What is forgotten") && !has(none, "made-up: ") && has(none, "Forgotten") && none.height < own.height)
  }

  /// Of an axis of more values than panels the ends and what lies evenly between them are shown, and the figure says so.
  @Test func manyFacetsAreFewPanels() throws {
    let table = try table(axes: Self.axes + ", batchSize: {from: 1, to: 12, count: 12}")
    var view = HeatmapView(x: "snr", y: "forgetRatio", values: ["forgetSuccess"], frontiers: [])
    func panels() throws -> [String] {
      let scene = try #require(HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText()).first).scene
      let isTold = scene.texts.contains { $0.string.contains("\(view.mostPanels ?? 4) of 12 values of batchSize") }
      #expect(isTold == ((view.mostPanels ?? 4) < 12))
      return scene.texts.map(\.string).filter { $0.hasPrefix("B = ") }
    }
    #expect(try panels() == ["B = 1", "B = 5", "B = 8", "B = 12"])
    view.mostPanels = 3
    #expect(try panels() == ["B = 1", "B = 7", "B = 12"])
    view.mostPanels = 12
    #expect(try panels().count == 12)
  }

  /// Values that would look alike in four digits are told in full; what is rounded says so.
  @Test func facetsAreToldApart() throws {
    func names(_ values: String) throws -> [String] {
      let table = try table(axes: Self.axes + ", labelNoise: [\(values)]", repetitions: 1)
      let view = HeatmapView(x: "snr", y: "forgetRatio", values: ["forgetSuccess"], frontiers: [])
      let scene = try #require(HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText()).first).scene
      return scene.texts.map(\.string).filter { $0.hasPrefix("label noise") }
    }
    #expect(try names("0.1, 0.2") == ["label noise = 0.1", "label noise = 0.2"])
    #expect(try names("0.123456789, 0.2") == ["label noise ≈ 0.1235", "label noise = 0.2"])
    #expect(try names("0.1234567, 0.1234568") == ["label noise = 0.1234567", "label noise = 0.1234568"])
  }

  /// Numbers of both signs are pale at zero, blue below and red above, as deep at either side as they are far from it.
  @Test func signedNumbersDivergeFromZero() throws {
    let table = try FiguresTests.table(axes: "snr: [1, 2, 3], forgetRatio: [0.1, 0.2]", repetitions: 1) { place, column in
      column == "noiseShare" ? .number([-1, 0, 4][Int(place["snr"]) - 1]) : nil
    }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["noiseShare"])
    let colours = try (0..<3).map { try #require(picture.colour(at: picture.middle(0, column: $0, of: 3, row: 0, of: 2))) }
    #expect(colours[0].blue > colours[0].red && colours[2].red > colours[2].blue)
    #expect(colours == [-0.25, 0, 1].map(ColourMap.diverging))
    let lightness = colours.map { OKLab($0).lightness }
    #expect(abs((0.97 - lightness[0]) * 4 - (0.97 - lightness[2])) < 0.01 && abs(lightness[1] - 0.97) < 0.01)
    #expect(!picture.texts("−4").isEmpty && !picture.texts("4").isEmpty)
  }
}
