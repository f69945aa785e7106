import Figures
import Sweep

/// `frontier render`: heatmaps of what is stored.
enum RenderCommand {
  private static let dotsPerInch = 200.0

  static let help = """
    usage: frontier render DIR [--view N] [--x AXIS --y AXIS] [--values NAME,...] [--frontiers NAME,...]
                               [--facet AXIS[,AXIS]] [--fix AXIS=VALUE[,...]] [--forget-at-most A] [--retain-at-least A]

    Draws heatmaps of the sweep in the folder DIR, with the observed boundary and the frontiers of
    theories over them, as PNG, SVG and PDF in DIR/heatmaps. Nothing is run again, and a sweep that is
    not complete is drawn as far as it is. Without --view or --x all views of the specification are
    drawn.

    options:
      --view N               the N-th view of the specification alone, from 1
      --x AXIS, --y AXIS     these axes instead of the view's
      --values NAME,...      outcomes (forgetSuccess, retainSuccess, jointSuccess, escape) or columns of docs/columns.md
      --frontiers NAME,...   criteria whose frontier to draw (`frontier criteria` lists them); none for none
      --facet AXIS[,AXIS]    axes to spread over panels (default: the first two that are left)
      --fix AXIS=VALUE,...   hold these axes at one of their values (default for more than two: the middle one)
      --forget-at-most A     accuracy at which the forget set counts as forgotten (default: the specification's)
      --retain-at-least A    accuracy at which the retain set counts as kept (default: the specification's)
      --help                 this text

    examples:
      frontier render output/snr-forget
      frontier render output/full-grid --x snr --y stepSize --values jointSuccess --facet forgetRatio --fix batchSize=8

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "render",
      options: [
        ("--view", "a whole number"), ("--x", "an axis"), ("--y", "an axis"), ("--values", "names"), ("--frontiers", "names of criteria"),
        ("--facet", "one axis or two"), ("--fix", "AXIS=VALUE"), ("--forget-at-most", "an accuracy"), ("--retain-at-least", "an accuracy"),
      ])
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let table = try ResultTable(of: folder)
    let success = try arguments.success(of: table.spec)
    for path in try draw(try views(arguments, of: table.spec), of: table, success: success, in: folder) { print(path) }
  }

  /// Draws views, and gives back the files.
  static func draw(_ views: [HeatmapView], of table: ResultTable, success: SuccessThresholds, in folder: OutputFolder) throws -> [String] {
    let measure = CairoText(), heatmaps = HeatmapFigure(table, success: success)
    return try write(views.flatMap { heatmaps.figures($0, measure: measure) }, of: table, in: folder)
  }

  /// Writes each figure in every format, and gives back the PNG files.
  static func write(_ figures: [Figure], of table: ResultTable, in folder: OutputFolder) throws -> [String] {
    var paths: [String] = [], names: [String: Int] = [:]
    try Files.createFolder(folder.path + "/heatmaps")
    for figure in figures {
      names[figure.name, default: 0] += 1
      let number = names[figure.name] ?? 1
      let path = folder.path + "/heatmaps/" + figure.name + (number > 1 ? "-\(number)" : "")
      let spec = table.spec, parameters = zip(spec.experiment.parameters, spec.grid.base.values)
      let fixed = parameters.filter { parameter, _ in !spec.grid.axes.contains { $0.name == parameter.name } }
      let texts = [
        ("Title", figure.title), ("Software", "unlearning-frontier \(Command.version)"), ("Source", "sweep \(spec.name), specification \(spec.hash)"),
        ("View", figure.view), ("Parameters", fixed.map { "\($0.name)=\($1.text)" }.joined(separator: " ")), ("Description", spec.source),
      ]
      try write(try figure.scene.png(dotsPerInch: dotsPerInch, texts: texts), to: path + ".png")
      for format in Scene.VectorFormat.allCases { try write(try figure.scene.vector(format, title: figure.title), to: path + "." + format.rawValue) }
      paths.append(path + ".png")
    }
    return paths
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try FileWriter(path)
    try file.write(bytes)
    try file.finish()
  }

  // MARK: - What is asked for

  private static func views(_ arguments: Arguments, of spec: SweepSpec) throws -> [HeatmapView] {
    var views = spec.views.map { HeatmapView($0) }
    if let number = try arguments.whole("--view", in: 1...max(views.count, 1)) {
      guard number <= views.count else { throw UsageError(description: "the specification has no views; choose axes with --x and --y") }
      views = [views[number - 1]]
    }
    let axes = spec.grid.axes.map(\.name)
    if arguments.text("--x") != nil || arguments.text("--y") != nil || views.isEmpty {
      guard axes.count >= 2 else { throw UsageError(description: "a heatmap needs two axes, and the sweep has \(axes.count)") }
      let template = views.first ?? HeatmapView(x: axes[0], y: axes[1], values: [spec.experiment.outcomes[0]], frontiers: [])
      var view = template
      view.x = try arguments.name("--x", among: axes, called: "axis") ?? (view.x == arguments.text("--y") ? view.y : view.x)
      view.y = try arguments.name("--y", among: axes, called: "axis") ?? (view.x == view.y ? template.x : view.y)
      guard view.x != view.y else { throw UsageError(description: "--x and --y must be two axes") }
      views = [view]
    }
    let values = spec.experiment.outcomes + spec.experiment.columns.map(\.name)
    for i in views.indices {
      views[i].values = try arguments.names("--values", among: values, called: "outcome or measurement") ?? views[i].values
      views[i].frontiers =
        try arguments.text("--frontiers") == "none"
        ? [] : arguments.names("--frontiers", among: spec.experiment.criteria.map(\.name), called: "criterion") ?? views[i].frontiers
      views[i].facets = try arguments.names("--facet", among: axes, called: "axis") ?? []
      views[i].fixed = try fixed(arguments.text("--fix"), of: spec)
    }
    return views
  }

  private static func fixed(_ text: String?, of spec: SweepSpec) throws -> [String: ParameterValue] {
    var fixed: [String: ParameterValue] = [:]
    for part in text?.split(separator: ",") ?? [] {
      let words = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard words.count == 2 else { throw UsageError(description: "--fix \(part): AXIS=VALUE is needed") }
      guard let axis = spec.grid.axes.first(where: { $0.name == words[0] }) else {
        throw UsageError(description: unknown(words[0], among: spec.grid.axes.map(\.name), called: "axis"))
      }
      guard let value = axis.values.first(where: { $0.text == words[1] || ($0.number != nil && $0.number == Double(words[1])) }) else {
        throw UsageError(description: "\(axis.name) has no value \(words[1]); it has: \(axis.values.map(\.text).joined(separator: ", "))")
      }
      fixed[axis.name] = value
    }
    return fixed
  }
}

extension Arguments {
  /// The specification's thresholds, or those that are given.
  func success(of spec: SweepSpec) throws(UsageError) -> SuccessThresholds {
    var success = spec.success
    success.forgetAccuracyAtMost = try number("--forget-at-most", in: 0...1) ?? success.forgetAccuracyAtMost
    success.retainAccuracyAtLeast = try number("--retain-at-least", in: 0...1) ?? success.retainAccuracyAtLeast
    return success
  }

  func name(_ option: String, among allowed: [String], called kind: String) throws(UsageError) -> String? {
    guard let name = text(option) else { return nil }
    guard allowed.contains(name) else { throw UsageError(description: unknown(name, among: allowed, called: kind)) }
    return name
  }

  func names(_ option: String, among allowed: [String], called kind: String) throws(UsageError) -> [String]? {
    guard let names = text(option)?.split(separator: ",").map(String.init) else { return nil }
    if let stranger = names.first(where: { !allowed.contains($0) }) { throw UsageError(description: unknown(stranger, among: allowed, called: kind)) }
    return names
  }
}
