import Figures
import Foundation
import Platform
import TestSupport
import Testing

/// The files are what they claim to be, to decoders that are not ours.
@Suite struct FileTests {
  private func figure() throws -> Figure {
    let table = try table(axes: "snr: {from: 0.1, to: 2, count: 6, scale: \"log\"}, forgetRatio: [0.1, 0.2, 0.3, 0.4]")
    let view = HeatmapView(x: "snr", y: "forgetRatio", values: ["forgetSuccess", "jointSuccess"], frontiers: ["aPrioriMeanField", "tangent"])
    return try #require(HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText()).first)
  }

  /// Decoded by a few lines of Python over zlib: size, resolution, colour space, texts, and the pixels of paper and frame.
  @Test func pngIsWhatADecoderReads() throws {
    let scene = try figure().scene, folder = try TemporaryFolder(), path = folder.path + "/a.png"
    let texts = [("Title", "α and η: ≤"), ("Description", "two\nlines, \"quoted\""), ("Software", "x")]
    try Data(scene.png(dotsPerInch: 144, texts: texts)).write(to: URL(fileURLWithPath: path))
    let script =
      pngDecoder + """
        chunks, w, h, rows = decode(sys.argv[1])
        kinds = dict(chunks); x, y, unit = struct.unpack(">IIB", kinds[b"pHYs"]); assert b"sRGB" in kinds and unit == 1
        texts = {}
        for kind, body in chunks:
          if kind == b"iTXt": key, rest = body.split(b"\\0", 1); texts[key.decode()] = rest[2:].split(b"\\0", 2)[2].decode()
        dark = sum(1 for row in rows for i in range(0, 3 * w, 3) if row[i] < 40)
        print(json.dumps({"size": [w, h], "dots": [x, y], "texts": texts, "corner": list(rows[0][:3]), "dark": dark > 500}, sort_keys=True))
        """
    let result = try Python.run(script, [path])
    #expect(result.status == 0, "\(result.talk)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["size"] as? [Int] == [Int((scene.width * 2).rounded(.up)), Int((scene.height * 2).rounded(.up))])
    #expect(object["dots"] as? [Int] == [5669, 5669] && object["corner"] as? [Int] == [255, 255, 255] && object["dark"] as? Bool == true)
    #expect(object["texts"] as? [String: String] == Dictionary(uniqueKeysWithValues: texts))
  }

  @Test func vectorFilesHoldTheSameFigure() throws {
    let figure = try figure()
    let svg = String(decoding: try figure.scene.vector(.svg, title: figure.title), as: UTF8.self)
    #expect(svg.hasPrefix("<?xml") && svg.contains("width=\"\(Ticks.label((figure.scene.width * 1e6).rounded() / 1e6))pt\""))
    let pdf = try figure.scene.vector(.pdf, title: figure.title)
    #expect(pdf.starts(with: Array("%PDF-".utf8)) && pdf.count > 5000)
    // The same results give the same bytes.
    #expect(try figure.scene.vector(.pdf, title: figure.title) == pdf)
    #expect(try figure.scene.png(dotsPerInch: 72, texts: []) == figure.scene.png(dotsPerInch: 72, texts: []))
  }

  /// In a vector file every cell reaches under its neighbours to the right and below, so that no viewer shows seams, and none reaches out of the plot.
  @Test func vectorCellsLeaveNoSeams() throws {
    let table = try FiguresTests.table(axes: "snr: [1, 2, 3, 4, 5, 6], forgetRatio: [0.1, 0.2, 0.3, 0.4]", repetitions: 1) { place, column in
      column == "noiseShare" ? .number(place["snr"] + 10 * place["forgetRatio"]) : nil
    }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["noiseShare"]), frame = picture.frames[0]
    let shapes = try shapes(of: picture.scene).map(\.box).filter { frame.expanded(by: 1e-3).contains($0) && $0.width > 20 && $0.height > 20 }
    #expect(shapes.count == 24)
    let (width, height) = (frame.width / 6, frame.height / 4)
    for shape in shapes {
      let isLast = abs(shape.right - frame.right) < 0.01, isLowest = abs(shape.bottom - frame.bottom) < 0.01
      #expect(abs(shape.width - width - (isLast ? 0 : 0.6)) < 0.01 && abs(shape.height - height - (isLowest ? 0 : 0.6)) < 0.01, "\(shape)")
      // Later ones lie on it.
      let place = shapes.firstIndex(of: shape) ?? 0
      if !isLast { #expect(abs(shapes[place + 1].x - shape.x - width) < 0.01) }
      if !isLowest { #expect(abs(shapes[place + 6].y - shape.y - height) < 0.01) }
    }
  }

  /// Neighbours of one colour are one shape: files stay small.
  @Test func vectorCellsOfOneColourAreOne() throws {
    let axes = "snr: {from: 0.05, to: 2, count: 60, scale: \"log\"}, forgetRatio: {from: 0.01, to: 0.6, count: 60}"
    let table = try FiguresTests.table(axes: axes, repetitions: 1) { _, column in column == "noiseShare" ? .number(0.5) : nil }
    let picture = try Picture(table, x: "snr", y: "forgetRatio", values: ["noiseShare"])
    #expect(try shapes(of: picture.scene).count { picture.frames[0].expanded(by: 1e-3).contains($0.box) } == 60)
  }

  @Test func tooLargeIsAnError() throws {
    #expect(throws: DrawingError.self) { try Scene(width: 1e6, height: 10).png(dotsPerInch: 200, texts: []) }
    #expect(throws: DrawingError.self) { try Scene(width: 0, height: 10).png(dotsPerInch: 200, texts: []) }
  }

  /// Twelve facets of 60 x 60 cells, with frontiers, as a PNG.
  @Test func twelveFacetsInASecond() throws {
    let axes = "snr: {from: 0.05, to: 2, count: 60, scale: \"log\"}, forgetRatio: {from: 0.01, to: 0.6, count: 60}, batchSize: {from: 1, to: 12, count: 12}"
    let table = try table(axes: axes, repetitions: 2)
    var best = Duration.seconds(100)
    for _ in 0..<3 {
      let clock = ContinuousClock()
      best = min(
        best,
        try clock.measure {
          var view = HeatmapView(x: "snr", y: "forgetRatio", values: ["forgetSuccess"], frontiers: ["aPrioriMeanField", "tangent", "drift"])
          view.mostPanels = 12
          let figures = HeatmapFigure(table, success: table.spec.success).figures(view, measure: CairoText())
          #expect(figures.count == 1)
          _ = try figures[0].scene.png(dotsPerInch: 200, texts: [])
        })
    }
    print("twelve facets of 60 x 60 cells: \(best)")
    // Other tests run at the same time; alone it is less than half of this.
    #expect(best < .seconds(2))
  }
}
