import Experiments
import JSONText
import Model
import Platform

extension SweepSpec {
  /// Reads a specification (docs/spec.md). Strict: an unknown key, a value of another kind or out of its range, or a cell that cannot be is refused.
  ///
  /// - Parameters:
  ///   - file: what errors call the text.
  ///   - catalogue: the experiments that it may be of.
  public init(json5 bytes: [UInt8], file: String, in catalogue: Catalogue = .standard) throws(SpecError) {
    let value: JSON5Value
    do {
      value = try JSON5.parse(utf8: bytes)
    } catch {
      throw SpecError(file: file, place: error.place, path: "", reason: error.reason)
    }
    let slash = file.lastIndex(of: "/"), folder = Files.absolute(slash.map { String(file[..<$0]) } ?? ".")
    var decoder = SpecDecoder(catalogue: catalogue, folder: folder)
    self = try decoder.decode(SpecNode(value: value, path: "", file: file), source: String(decoding: bytes, as: UTF8.self))
  }
}

private struct SpecDecoder {
  private let catalogue: Catalogue
  /// Of the specification's file.
  private let folder: String
  /// Where each parameter is given, for errors that are found when a cell is put together.
  private var given: [String: SpecNode] = [:]
  private var images: ImageData?

  init(catalogue: Catalogue, folder: String) { (self.catalogue, self.folder) = (catalogue, folder) }

  private static let keys = ["name", "experiment", "seed", "repetitions", "data", "axes", "parameters", "success", "refine", "views"]
  private static let mostRepetitions = 1_000_000
  /// More are refused: a run keeps account of each.
  private static let mostTrials = 100_000_000

  mutating func decode(_ root: SpecNode, source: String) throws(SpecError) -> SweepSpec {
    let nodes = Dictionary(try root.members(Self.keys, called: "key").map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
    func needed(_ key: String) throws(SpecError) -> SpecNode {
      guard let node = nodes[key] else { throw root.error("\"\(key)\" is missing") }
      return node
    }
    let name = try name(needed("name"))
    let experimentName = try needed("experiment").name(among: catalogue.names, called: "experiment")
    guard let experiment = catalogue[experimentName] else { throw root.error("there is no experiment '\(experimentName)'") }
    let seed = try nodes["seed"]?.whole(in: 0...Int.max) ?? 1
    let repetitions = try needed("repetitions").whole(in: 1...Self.mostRepetitions)
    let data = try nodes["data"].map { node throws(SpecError) in try DataBlock(node, folder: folder) }
    images = data?.images
    for parameter in data?.parameters ?? [] { given[parameter.name] = parameter.node }
    let axes = try nodes["axes"].map { node throws(SpecError) in try self.axes(node, of: experiment) } ?? []
    var base = try nodes["parameters"].map { node throws(SpecError) in try self.parameters(node, of: experiment, besides: axes.map(\.name)) } ?? experiment.cell
    if let data, let node = nodes["data"] {
      guard base.use(data.images) else { throw node.error("the \(experiment.name) experiment takes no images; leave data out") }
      for (name, node) in data.parameters { try set(name, node, of: experiment, in: &base) }
    }
    guard let grid = Grid(axes: axes, base: base) else {
      throw (nodes["axes"] ?? root).error("the axes span more than \(Grid.mostCells) cells")
    }
    guard grid.count <= Self.mostTrials / repetitions else {
      throw root.error("\(grid.count) cells of \(repetitions) repetitions are more than \(Self.mostTrials) trials")
    }
    try checkCells(of: grid, root: root)
    return SweepSpec(
      name: name, experiment: experiment, seed: UInt64(seed), repetitions: repetitions, grid: grid,
      success: try nodes["success"].map { node throws(SpecError) in try success(node, of: experiment) } ?? SuccessThresholds(),
      refinement: try nodes["refine"].map { node throws(SpecError) in try Refinement(node, of: experiment, axes: axes) },
      views: try nodes["views"].map { node throws(SpecError) in try views(node, of: experiment, axes: axes) } ?? [],
      source: source.removing(data?.addition ?? ""),
      keptText: data.flatMap { data in nodes["data"].map { data.isFound ? source : source.adding(data.addition, behind: $0.value.place) } } ?? source,
      request: data?.request, foundText: data?.addition ?? "")
  }

  /// It names a folder.
  private func name(_ node: SpecNode) throws(SpecError) -> String {
    let name = try node.text()
    let allowed = name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || "-_.=,+".unicodeScalars.contains($0)) }
    guard allowed, 1...100 ~= name.count, !name.hasPrefix("."), !name.hasPrefix("-") else {
      throw node.error(
        "\(node.value.words) cannot name a sweep: letters, digits, '-', '_', '.', '=', ',' and '+' are allowed, 1 to 100 of them, not '.' or '-' first")
    }
    return name
  }

  // MARK: - Parameters and axes

  private mutating func parameters(_ node: SpecNode, of experiment: any Experiment, besides axes: [String]) throws(SpecError) -> Cell {
    let known = experiment.parameters
    var cell = experiment.cell
    for (key, node) in try node.members(known.map(\.name), called: "parameter of the \(experiment.name) experiment") {
      if let other = given[key] {
        let kind = axes.contains(key) ? "is an axis" : "stands under data"
        throw node.error("this \(kind) already (\(other.value.place)); a parameter is given in one place")
      }
      if case .array = node.value.content { throw node.error("one value is needed here; a list of them belongs under axes") }
      given[key] = node
      try set(key, node, of: experiment, in: &cell)
    }
    return cell
  }

  private func set(_ name: String, _ node: SpecNode, of experiment: any Experiment, in cell: inout Cell) throws(SpecError) {
    let known = experiment.parameters
    guard let index = known.firstIndex(where: { $0.name == name }) else { return }
    let value = try value(node, known[index])
    do {
      try cell.set(index, to: value)
    } catch {
      throw node.error("\(error.value) is not allowed: \(error.allowed)")
    }
  }

  /// "natural" is the signal-to-noise ratio that the images have.
  private func value(_ node: SpecNode, _ parameter: ParameterInfo) throws(SpecError) -> ParameterValue {
    if parameter.name == "data" { throw node.error("the images stand in a block of their own beside parameters and axes: data: {images, labels, classes}") }
    guard parameter.name == "snr", case .string("natural") = node.value.content else { return try node.parameterValue(parameter.kind) }
    guard let images else { throw node.error("\"natural\" is the ratio of images, and this sweep has none: a number is needed") }
    return .number(images.facts.naturalSNR)
  }

  private mutating func axes(_ node: SpecNode, of experiment: any Experiment) throws(SpecError) -> [Axis] {
    let known = experiment.parameters
    var axes: [Axis] = []
    for (key, node) in try node.members(known.map(\.name), called: "parameter of the \(experiment.name) experiment") {
      guard let parameter = known.first(where: { $0.name == key }) else { continue }
      if let other = given[key] { throw node.error("this stands under data already (\(other.value.place)); a parameter is given in one place") }
      given[key] = node
      axes.append(try axis(node, parameter))
    }
    return axes
  }

  private func axis(_ node: SpecNode, _ parameter: ParameterInfo) throws(SpecError) -> Axis {
    switch node.value.content {
    case .array:
      let nodes = try node.elements()
      guard !nodes.isEmpty else { throw node.error("an axis needs at least one value") }
      var values: [ParameterValue] = [], seen: Set<ParameterValue> = []
      for element in nodes {
        let value = try value(element, parameter)
        guard seen.insert(value).inserted else { throw element.error("\(value.text) stands twice on this axis") }
        values.append(value)
      }
      return Axis(name: parameter.name, values: values, scale: nil)
    case .object: return try range(node, parameter)
    default: throw node.error("an axis is a list [ ... ] or a range {from, to, count, scale}, not \(node.value.words); one value belongs under parameters")
    }
  }

  private func range(_ node: SpecNode, _ parameter: ParameterInfo) throws(SpecError) -> Axis {
    if case .choice(let names) = parameter.kind { throw node.error("this axis has no numbers to range over; list some of: \(names.joined(separator: ", "))") }
    let nodes = Dictionary(try node.members(["from", "to", "count", "scale"], called: "key of a range").map { ($0.key, $0.node) }) { first, _ in first }
    guard let from = nodes["from"], let to = nodes["to"], let count = nodes["count"] else {
      let missing = ["from", "to", "count"].filter { nodes[$0] == nil }
      throw node.error("a range needs \(missing.joined(separator: " and ")): {from, to, count, scale}")
    }
    let scaleName = try nodes["scale"]?.name(among: AxisScale.allCases.map(\.rawValue), called: "scale")
    let scale = scaleName.flatMap(AxisScale.init(rawValue:)) ?? .linear
    let isWhole = parameter.kind == .count
    // The ends of whole numbers are whole: rounded, the lowest might leave the range that was asked for.
    let (low, high) = isWhole ? (Double(try from.whole()), Double(try to.whole())) : (try from.number(), try to.number())
    if scale == .log {
      guard low > 0 else { throw from.error("\(from.value.words) has no logarithm: above 0 is needed with scale \"log\"") }
      guard high > 0 else { throw to.error("\(to.value.words) has no logarithm: above 0 is needed with scale \"log\"") }
    }
    guard low != high else { throw node.error("this range gives \(from.value.words) twice; from and to must differ, or list the one value") }
    let numbers = scale.values(from: low, to: high, count: try count.whole(in: 2...Grid.mostCells))
    var values: [ParameterValue] = [], seen: Set<ParameterValue> = []
    for number in numbers {
      let value: ParameterValue
      if isWhole {
        guard let whole = Int(exactly: number.rounded()) else { throw node.error("\(number) is too large") }
        value = .count(whole)
      } else {
        value = .number(number)
      }
      guard seen.insert(value).inserted else {
        // The low end of a logarithmic range has fewer whole numbers than steps.
        if isWhole, scale == .log { continue }
        let why = isWhole ? " after rounding to whole numbers" : ""
        throw node.error("this range gives \(value.text) twice\(why); take a smaller count, or list the values")
      }
      values.append(value)
    }
    return Axis(name: parameter.name, values: values, scale: scale)
  }

  /// Every cell must be possible before the first is run: parameters limit each other.
  private func checkCells(of grid: Grid, root: SpecNode) throws(SpecError) {
    for index in 0..<grid.count {
      do {
        try grid.cell(at: index).check()
      } catch let error as ParameterError {
        let place = self.place(of: error.parameter, inCell: index, of: grid) ?? root
        let isDefault = given[error.parameter] == nil ? " (its default)" : ""
        throw place.error("\(error.parameter) = \(error.value)\(isDefault) is out of range: allowed is \(error.allowed)")
      } catch {
        throw root.error("cell \(index) cannot be: \(error)")
      }
    }
  }

  /// Where a parameter of a cell got its value: of a list, the very element.
  private func place(of parameter: String, inCell index: Int, of grid: Grid) -> SpecNode? {
    guard let node = given[parameter], let axis = grid.axes.firstIndex(where: { $0.name == parameter }), let elements = try? node.elements() else {
      return given[parameter]
    }
    return elements[grid.coordinates(of: index)[axis]]
  }

  // MARK: - Views

  private func success(_ node: SpecNode, of experiment: any Experiment) throws(SpecError) -> SuccessThresholds {
    let known = experiment.thresholds
    guard !known.isEmpty else { throw node.error("success has no thresholds in the \(experiment.name) experiment; leave it out") }
    var thresholds = SuccessThresholds()
    for (key, node) in try node.members(known.map(\.name), called: "threshold") {
      guard let threshold = known.first(where: { $0.name == key }) else { continue }
      let value = try node.number()
      guard threshold.range.contains(value) else {
        throw node.error("\(value) is out of range: \(threshold.kind) from \(threshold.range.lowerBound) to \(threshold.range.upperBound) is allowed")
      }
      thresholds[threshold] = value
    }
    return thresholds
  }

  private func views(_ node: SpecNode, of experiment: any Experiment, axes: [Axis]) throws(SpecError) -> [SweepView] {
    var views: [SweepView] = []
    for node in try node.elements() { views.append(try view(node, of: experiment, axes: axes)) }
    return views
  }

  private func view(_ node: SpecNode, of experiment: any Experiment, axes: [Axis]) throws(SpecError) -> SweepView {
    let nodes = Dictionary(try node.members(["x", "y", "values", "frontiers"], called: "key of a view").map { ($0.key, $0.node) }) { first, _ in first }
    guard let xNode = nodes["x"], let yNode = nodes["y"], let valuesNode = nodes["values"] else {
      let missing = ["x", "y", "values"].filter { nodes[$0] == nil }
      throw node.error("a view needs \(missing.joined(separator: " and ")): {x, y, values, frontiers}")
    }
    let names = axes.map(\.name)
    guard !names.isEmpty else { throw node.error("a view needs axes, and this sweep has none") }
    let x = try xNode.name(among: names, called: "axis"), y = try yNode.name(among: names, called: "axis")
    guard x != y else { throw yNode.error("x and y must be two axes, and both are \(x)") }
    let values = try valuesNode.distinctNames(among: experiment.shownValues, called: "event or measurement")
    guard !values.isEmpty else { throw valuesNode.error("a view shows at least one value") }
    let frontiers = try nodes["frontiers"].map { node throws(SpecError) in
      try node.distinctNames(among: experiment.criteria.map(\.name), called: "criterion")
    }
    return SweepView(x: x, y: y, values: values, frontiers: frontiers ?? [])
  }

}

extension SpecNode {
  /// The elements of a list, each of these names once.
  func distinctNames(among allowed: [String], called kind: String) throws(SpecError) -> [String] {
    var names: [String] = []
    for element in try elements() {
      let name = try element.name(among: allowed, called: kind)
      guard !names.contains(name) else { throw element.error("'\(name)' stands here twice") }
      names.append(name)
    }
    return names
  }
}
