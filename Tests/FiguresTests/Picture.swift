import Experiments
import Figures
import Results
import Specs
import TestSupport
import Testing
import Verdicts

/// A trial of a made-up table: the values of the axes that it stands at, places on the axis where they are names, and its repetition.
struct Place {
  private let values: [String: Double]
  let repetition: Int

  init(_ spec: SweepSpec, cell: Int, repetition: Int) {
    values = Dictionary(uniqueKeysWithValues: zip(spec.grid.axes, spec.grid.coordinates(of: cell)).map { ($0.name, $0.values[$1].number ?? Double($1)) })
    self.repetition = repetition
  }

  subscript(axis: String) -> Double { values[axis] ?? .nan }
}

/// A table whose every figure is told: columns that `figure` leaves out are one half, 1 or yes.
func table(
  axes: String, repetitions: Int, parameters: String = "", outcome: (Place) -> TrialOutcome? = { _ in .completed },
  figure: (Place, String) -> MeasuredValue?
) throws -> ResultTable {
  let text = #"{ name: "made-up", experiment: "cnn", repetitions: \#(repetitions), axes: { \#(axes) }, parameters: { \#(parameters) } }"#
  let spec = try SweepSpec(json5: Array(text.utf8), file: "test.json5")
  let results = (0..<spec.trials).map { trial -> TrialResult? in
    let place = Place(spec, cell: trial / repetitions, repetition: trial % repetitions)
    let values = spec.experiment.columns.map { column in
      figure(place, column.name)
        ?? (column.kind == .number ? .number(0.5) : column.kind == .count ? .count(1) : .flag(true))
    }
    return outcome(place).map { TrialResult(of: spec.experiment, $0, values: values) }
  }
  return ResultTable(spec, results)
}

/// Accuracies by which a share of the trials forget, and a share keep the rest; the others do neither.
func accuracies(_ place: Place, _ column: String, of repetitions: Int, forgotten: Double, kept: Double) -> MeasuredValue? {
  func happens(_ share: Double) -> Bool { Double(place.repetition) + 0.5 < share * Double(repetitions) }
  switch column {
  case "forgetAccuracy": return .number(happens(forgotten) ? 0 : 1)
  case "retainAccuracy": return .number(happens(kept) ? 1 : 0)
  default: return nil
  }
}

/// What a reader sees of a scene.
struct Picture {
  let scene: Scene

  init(_ scene: Scene) { self.scene = scene }

  /// The only figure of a view.
  init(_ table: ResultTable, x: String, y: String, values: [String], frontiers: [String] = [], style: FigureStyle = FigureStyle()) throws {
    let figures = HeatmapFigure(table, success: table.spec.success, style: style)
      .figures(HeatmapView(x: x, y: y, values: values, frontiers: frontiers), measure: CairoText())
    try #require(figures.count == 1)
    scene = figures[0].scene
  }

  /// Cells and slices of bars among them.
  var rectangles: [(box: Box, colour: Colour)] {
    scene.marks.flatMap { mark -> [(box: Box, colour: Colour)] in
      switch mark {
      case .rectangle(let box, let colour): [(box, colour)]
      case .tiles(let tiles, _): tiles.map { ($0.box, $0.colour) }
      case .area, .line, .text: []
      }
    }
  }
  var lines: [(points: [Point], stroke: Stroke, clip: Box?)] {
    scene.marks.compactMap { if case .line(let points, let stroke, let clip) = $0 { (points, stroke, clip) } else { nil } }
  }
  var areas: [(polygons: [[Point]], colour: Colour)] {
    scene.marks.compactMap { if case .area(let polygons, let colour, _) = $0 { (polygons, colour) } else { nil } }
  }

  /// The plots, in the order in which they are drawn.
  var frames: [Box] {
    lines.filter { $0.points.count == 5 && $0.points.first == $0.points.last && $0.stroke.width == 0.7 }.map { line in
      let xs = line.points.map(\.x), ys = line.points.map(\.y)
      let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
      return Box(x: left, y: top, width: (xs.max() ?? 0) - left, height: (ys.max() ?? 0) - top)
    }
  }

  /// The colour of the topmost opaque rectangle over a point.
  func colour(at point: Point) -> Colour? {
    rectangles.last { $0.colour.alpha == 1 && $0.box.x < point.x && point.x < $0.box.right && $0.box.y < point.y && point.y < $0.box.bottom }?.colour
  }

  /// The middle of a cell of a plot whose cells are equally large: columns from the left, rows from below.
  func middle(_ frame: Int, column: Int, of columns: Int, row: Int, of rows: Int) -> Point {
    let box = frames[frame]
    return Point(box.x + box.width * (Double(column) + 0.5) / Double(columns), box.bottom - box.height * (Double(row) + 0.5) / Double(rows))
  }

  /// Boundaries and frontiers over a plot, without the pale edges under them.
  func lines(over frame: Int) -> [(points: [Point], stroke: Stroke)] {
    lines.filter { $0.clip == frames[frame] && $0.stroke.colour.alpha == 1 && $0.stroke.width > 1 }.map { ($0.points, $0.stroke) }
  }

  func texts(_ string: String) -> [Text] { scene.texts.filter { $0.string == string } }

  /// The stroke that the legend shows before words that begin like this.
  func legendStroke(_ words: String) throws -> Stroke {
    let text = try #require(scene.texts.last { $0.string.hasPrefix(words) }, "\(words)")
    let sample = try #require(
      lines.last { line in
        line.points.count == 2 && line.points.allSatisfy { abs($0.y - text.box.middle.y) < 0.01 } && (0..<10).contains(text.box.x - line.points[1].x)
      })
    return sample.stroke
  }

  /// The lines over a plot that the legend calls so.
  func lines(over frame: Int, called words: String) throws -> [[Point]] {
    let stroke = try legendStroke(words)
    return lines(over: frame).filter { $0.stroke == stroke }.map(\.points)
  }
}

/// Whether two colours are the same but for rounding to bytes.
func same(_ a: Colour?, _ hex: UInt32, within bytes: Double = 0.75) -> Bool {
  guard let a else { return false }
  let b = Colour(hex: hex)
  return a.alpha == 1 && [a.red - b.red, a.green - b.green, a.blue - b.blue].allSatisfy { abs($0) * 255 <= bytes }
}

/// A decoder of PNG files over zlib: `chunks, width, height, rows = decode(path)`.
let pngDecoder = """
  import json, struct, sys, zlib
  def decode(path):
    data = open(path, "rb").read(); assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
    at, chunks = 8, []
    while at < len(data):
      n, kind = struct.unpack(">I4s", data[at:at+8]); body = data[at+8:at+8+n]
      assert struct.unpack(">I", data[at+8+n:at+12+n])[0] == zlib.crc32(kind + body); chunks.append((kind, body)); at += 12 + n
    assert chunks[0][0] == b"IHDR" and chunks[-1] == (b"IEND", b"")
    w, h, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1]); assert (depth, colour, interlace) == (8, 2, 0)
    raw = zlib.decompress(b"".join(b for k, b in chunks if k == b"IDAT")); assert len(raw) == h * (3 * w + 1)
    rows, prior = [], bytes(3 * w)
    for r in range(h):
      f, line = raw[r * (3*w+1)], bytearray(raw[r * (3*w+1) + 1:(r+1) * (3*w+1)])
      for i in range(3 * w):
        a, b, c = line[i-3] if i > 2 else 0, prior[i], prior[i-3] if i > 2 else 0
        p = a + b - c; best = min((abs(p-a), 0, a), (abs(p-b), 1, b), (abs(p-c), 2, c))[2]
        line[i] = (line[i] + [0, a, b, (a+b)//2, best][f]) & 255
      prior = bytes(line); rows.append(prior)
    return chunks, w, h, rows

  """

/// The filled rectangles of an SVG.
func shapes(of scene: Scene) throws -> [(box: Box, colour: Colour)] {
  let svg = String(decoding: try scene.vector(.svg, title: "a"), as: UTF8.self)
  let paths = svg.matches(of: /<path [^>]*fill:rgb\(([\d.]+)%,([\d.]+)%,([\d.]+)%\);fill-opacity:1[^>]* d="([^"]*)"/)
  return paths.compactMap { path in
    let parts = [path.output.1, path.output.2, path.output.3].map { (Double($0) ?? 0) / 100 }
    let numbers = path.output.4.split(separator: " ").compactMap { Double($0) }
    let xs = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }, ys = stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] }
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max(), Set(xs).count == 2, Set(ys).count == 2 else { return nil }
    return (Box(x: left, y: top, width: right - left, height: bottom - top), Colour(red: parts[0], green: parts[1], blue: parts[2]))
  }
}
