import Experiments
import Figures
import Platform
import Results
import Specs
import Storage

/// `frontier render`: heatmaps of what is stored.
enum RenderCommand {
  static let help = """
    usage: frontier render DIR [--view N] [--x AXIS --y AXIS] [--values NAME,...] [--frontiers NAME,...]
                               [--facet AXIS[,AXIS]] [--fix AXIS=VALUE[,...]] [style] [thresholds]

    Draws heatmaps of the sweep in the folder DIR, with the observed boundary and the frontiers of
    theories over them, as PNG, SVG and PDF in DIR/heatmaps. Nothing is run again, and a sweep that is
    not complete is drawn as far as it is. Without --view or --x all views of the specification are
    drawn, each replacing its files. What is drawn otherwise (other values, frontiers, facets or
    thresholds, another style) has names of its own that say so, and leaves those files alone.

    options:
      --view N               the N-th view of the specification alone, from 1
      --x AXIS, --y AXIS     these axes instead of the view's
      --values NAME,...      events (docs/spec.md), columns (docs/columns.md) or statistics of cells (forgettingEpsilon)
      --frontiers NAME,...   criteria whose frontier to draw (`frontier criteria` lists them); none for none
      --facet AXIS[,AXIS]    axes to spread over panels (default: the first two that are left)
      --panels N             values of such an axis to show at most, evenly over it where it has more
                             (default \(HeatmapView.standardMostPanels.ofNumbers), of names \(HeatmapView.standardMostPanels.ofNames))
      --fix AXIS=VALUE,...   hold these axes at one of their values (default for more than two: the middle one)
      --help                 this text

    style:
    \(Arguments.styleHelp)

    thresholds of success (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 23, showsDefaults: false))

    examples:
      frontier render output/snr-forget
      frontier render output/full-grid --x snr --y stepSize --values jointSuccess --facet forgetRatio --fix batchSize=8
      frontier render output/snr-forget --view 1 --width 3.25in --font 7pt --title none --format pdf

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "render",
      options: [
        ("--view", "a whole number"), ("--x", "an axis"), ("--y", "an axis"), ("--values", "names"), ("--frontiers", "names of criteria"),
        ("--facet", "one axis or two"), ("--panels", "a whole number"), ("--fix", "AXIS=VALUE"),
      ] + Arguments.style + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart") { "output/\($0)" })
    let table = try ResultTable(of: folder)
    Console.tell(table.notices)
    let success = try arguments.success(of: table.spec)
    let heatmaps = HeatmapFigure(table, success: success, style: try arguments.figureStyle()), measure = CairoText()
    let views = try views(arguments, of: table.spec, success: success), formats = try arguments.formats()
    Console.tell(views.flatMap { leftOut(of: $0, spec: table.spec) })
    for path in try write(views.flatMap { heatmaps.figures($0, measure: measure) }, of: table, in: folder, formats: formats) { print(path) }
  }

  /// What a figure does not show of an axis with more values than panels, and how to see it.
  private static func leftOut(of view: HeatmapView, spec: SweepSpec) -> [String] {
    view.spreadAxes(of: spec).filter { $0.values.count > view.mostPanels(of: $0) }.map { axis in
      "\(axis.name) has \(axis.values.count) values, and panels show \(view.mostPanels(of: axis)) of them; --panels \(axis.values.count) shows all, "
        + "--fix \(axis.name)=VALUE one"
    }
  }

  /// Draws views, and gives back the files.
  static func draw(_ views: [HeatmapView], of table: ResultTable, success: SuccessThresholds, in folder: OutputFolder) throws -> [String] {
    let measure = CairoText(), heatmaps = HeatmapFigure(table, success: success)
    return try write(views.flatMap { heatmaps.figures($0, measure: measure) }, of: table, in: folder)
  }

  /// Writes each figure, and gives back one file of each: the PNG where there is one.
  static func write(
    _ figures: [Figure], of table: ResultTable, in folder: OutputFolder, formats: [FigureFormat] = FigureFormat.allCases
  ) throws -> [String] {
    var paths: [String] = []
    try Files.createFolder(folder.path + "/heatmaps")
    for figure in figures {
      let path = folder.path + "/heatmaps/" + figure.name, spec = table.spec
      let texts = [
        ("Source", "sweep \(spec.name), specification \(spec.hash)"),
        ("View", figure.view), ("Parameters", spec.fixedParameters.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")), ("Description", spec.source),
      ]
      for format in formats {
        try Files.write(try figure.file(format, texts: texts), to: path + "." + format.rawValue)
      }
      paths.append(path + "." + (formats.contains(.png) ? .png : formats[0]).rawValue)
    }
    return paths
  }

  // MARK: - What is asked for

  private static func views(_ arguments: Arguments, of spec: SweepSpec, success: SuccessThresholds) throws -> [HeatmapView] {
    let given = HeatmapView.all(of: spec)
    var views = given
    if let number = try arguments.whole("--view", in: 1...max(views.count, 1)) {
      guard number <= views.count else { throw UsageError(description: "the specification has no views; choose axes with --x and --y") }
      views = [views[number - 1]]
    }
    if arguments.text("--x") != nil || arguments.text("--y") != nil || views.isEmpty { views = [try onAxes(arguments, of: spec, like: views.first)] }
    let values = spec.experiment.shownValues
    let criteria = spec.experiment.criteria.map(\.name)
    for i in views.indices {
      views[i].values = try arguments.names("--values", among: values, called: "event or measurement") ?? views[i].values
      if arguments.text("--frontiers") == "none" {
        views[i].frontiers = []
      } else {
        views[i].frontiers = try arguments.names("--frontiers", among: criteria, called: "criterion") ?? views[i].frontiers
      }
      let free = spec.grid.axes.map(\.name).filter { $0 != views[i].x && $0 != views[i].y }
      if free.isEmpty, let option = ["--facet", "--fix"].first(where: { arguments.text($0) != nil }) {
        throw UsageError(description: "\(option): the sweep has no axes besides \(views[i].x) and \(views[i].y), which are drawn")
      }
      views[i].fixed = try arguments.fixed(of: spec.grid.axes.filter { free.contains($0.name) })
      views[i].facets = try facets(arguments, among: free.filter { views[i].fixed[$0] == nil })
      // Another picture than the specification's has a name of its own, which says in what it is another.
      // Over axes that are not in the specification its first view is the measure.
      let likeness = given.first { $0.x == views[i].x && $0.y == views[i].y && $0.suffix == views[i].suffix } ?? given.first
      views[i].isNamedByValues = (likeness?.values ?? [spec.experiment.events[0].name]) != views[i].values
      if !views[i].facets.isEmpty { views[i].suffix += "-" + views[i].facets.joined(separator: ",") }
      views[i].suffix += Arguments.suffix(of: views[i].fixed, spec.grid.axes)
      if (likeness?.frontiers ?? []) != views[i].frontiers {
        views[i].suffix += "-frontiers=" + (views[i].frontiers.isEmpty ? "none" : views[i].frontiers.joined(separator: "+"))
      }
      if let most = try arguments.whole("--panels", in: 1...64) {
        views[i].mostPanels = most
        views[i].suffix += "-panels=\(most)"
      }
      views[i].suffix += difference(of: success, from: spec.success) + arguments.styleSuffix()
    }
    return views
  }

  /// Thresholds that are not the specification's, as the end of a name.
  static func difference(of success: SuccessThresholds, from standard: SuccessThresholds) -> String {
    Arguments.allThresholds.filter { success[$0] != standard[$0] }.map { "-\($0.option.camelCase)=\(success[$0])" }.joined()
  }

  /// A view over the axes that are named; where one alone is, it takes its place in the view `like` and the other axis stays.
  private static func onAxes(_ arguments: Arguments, of spec: SweepSpec, like template: HeatmapView?) throws -> HeatmapView {
    let axes = spec.grid.axes.map(\.name)
    guard axes.count >= 2 else { throw UsageError(description: "a heatmap needs two axes, and the sweep has \(axes.count)") }
    let old = template ?? HeatmapView(x: axes[0], y: axes[1], values: [spec.experiment.events[0].name], frontiers: [])
    var view = HeatmapView(x: old.x, y: old.y, values: old.values, frontiers: old.frontiers)
    let x = try arguments.name("--x", among: axes, called: "axis"), y = try arguments.name("--y", among: axes, called: "axis")
    view.x = x ?? (y == old.x ? old.y : old.x)
    view.y = y ?? (x == old.y ? old.x : old.y)
    guard view.x != view.y else { throw UsageError(description: "--x and --y must be two axes") }
    return view
  }

  private static func facets(_ arguments: Arguments, among free: [String]) throws -> [String] {
    let facets = try arguments.names("--facet", among: free, called: "free axis") ?? []
    guard facets.count <= 2 else { throw UsageError(description: "--facet takes two axes at most; hold the others with --fix") }
    return facets
  }
}

extension String {
  /// Of an option: --forget-at-most is forgetAtMost.
  fileprivate var camelCase: String {
    let words = split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
