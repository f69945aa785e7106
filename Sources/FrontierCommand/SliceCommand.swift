import Experiments
import Figures
import Results
import Storage

/// `frontier slice`: curves along one axis of a sweep.
enum SliceCommand {
  static let help = """
    usage: frontier slice DIR --along AXIS [--values NAME,...] [--by AXIS] [--fix AXIS=VALUE,...]
                              [--frontiers NAME,...] [style] [thresholds]

    Draws what the sweep in the folder DIR measured along one axis: shares of trials and means of
    columns, with 95 % bootstrap bands over repetitions, a plot for each value. Upright lines stand
    where criteria turn. The files go to DIR/heatmaps, under names that begin with slice-.

    options:
      --along AXIS           the axis of the curves
      --values NAME,...      events (docs/spec.md), columns (docs/columns.md) or statistics of cells
                             (default: the first event)
      --by AXIS              a curve for each value of this axis, for at most five spread evenly over it
      --fix AXIS=VALUE,...   hold the other axes at these values (default: the middle one)
      --frontiers NAME,...   criteria to mark, of a single curve (`frontier criteria` lists them)
      --help                 this text

    style:
    \(Arguments.styleHelp)

    thresholds of success (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 23, showsDefaults: false))

    examples:
      frontier slice output/snr-forget --along forgetRatio --values forgetSuccess,retainSuccess --by snr
      frontier slice output/snr-forget --along snr --fix forgetRatio=0.16 --frontiers quenched,drift

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "slice",
      options: [
        ("--along", "an axis"), ("--values", "names"), ("--by", "an axis"), ("--fix", "AXIS=VALUE"), ("--frontiers", "names of criteria"),
      ] + Arguments.style + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart --along snr") { "output/\($0)" })
    let table = try ResultTable(of: folder), spec = table.spec, axes = spec.grid.axes
    Console.tell(table.notices)
    guard let axis = try arguments.name("--along", among: axes.map(\.name), called: "axis") else {
      throw UsageError(description: "slice needs --along AXIS; the sweep has: \(axes.map(\.name).joined(separator: ", "))")
    }
    let success = try arguments.success(of: spec)
    let values = try arguments.names("--values", among: spec.experiment.shownValues, called: "event or measurement") ?? [spec.experiment.events[0].name]
    let frontiers = try arguments.names("--frontiers", among: spec.experiment.criteria.map(\.name), called: "criterion") ?? []
    var request = SliceRequest(axis: axis, values: values, frontiers: frontiers)
    request.by = try arguments.name("--by", among: axes.map(\.name).filter { $0 != axis }, called: "other axis")
    if request.by != nil, !frontiers.isEmpty {
      throw UsageError(description: "--frontiers marks where criteria turn along one curve, and --by draws several; give one of the two")
    }
    request.fixed = try arguments.fixed(of: axes.filter { $0.name != axis && $0.name != request.by })
    request.suffix = (request.by.map { "-by=\($0)" } ?? "") + Arguments.suffix(of: request.fixed, axes)
    request.suffix += (frontiers.isEmpty ? "" : "-frontiers=" + frontiers.joined(separator: "+"))
    request.suffix += RenderCommand.difference(of: success, from: spec.success) + arguments.styleSuffix()
    if let by = request.by, let shown = axes.first(where: { $0.name == by }), shown.values.count > request.mostCurves {
      Console.tell(["\(by) has \(shown.values.count) values, and \(request.mostCurves) of them have a curve"])
    }
    let figure = SliceFigure(table, success: success, style: try arguments.figureStyle()).figure(request, measure: CairoText())
    for path in try RenderCommand.write(figure.map { [$0] } ?? [], of: table, in: folder, formats: arguments.formats()) { print(path) }
  }
}
