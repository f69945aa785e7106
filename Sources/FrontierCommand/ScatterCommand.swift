import Experiments
import Figures
import Results
import Storage

/// `frontier scatter`: two quantities of every trial against each other.
enum ScatterCommand {
  static let help = """
    usage: frontier scatter DIR --x NAME --y NAME [--colour NAME] [--fix AXIS=VALUE,...]
                                [style] [thresholds]

    Draws a dot for every stored trial of the sweep in the folder DIR, at two of its quantities. Of
    more than 20000 trials a dot is the mean of a cell. The files go to DIR/heatmaps, under names that
    begin with scatter-.

    options:
      --x NAME, --y NAME     columns (docs/columns.md) or axes of numbers
      --colour NAME          an event, in two colours, or a column or axis, on a scale
      --fix AXIS=VALUE,...   trials of these cells alone
      --help                 this text

    style:
    \(Arguments.styleHelp)

    thresholds of success (default: the specification's):
    \(Arguments.thresholdHelp(indent: 2, width: 23, showsDefaults: false))

    example:
      frontier scatter output/snr-forget --x attackAUC --y tugOfWar --colour forgetSuccess

    """

  static func run(_ words: [String]) throws {
    let arguments = try Arguments(
      words, of: "scatter",
      options: [("--x", "a column or an axis"), ("--y", "a column or an axis"), ("--colour", "a name"), ("--fix", "AXIS=VALUE")] + Arguments.style
        + Arguments.thresholds)
    let folder = OutputFolder(try arguments.path("an output folder", example: "output/quickstart --x snr --y retainLoss") { "output/\($0)" })
    let table = try ResultTable(of: folder), spec = table.spec, axes = spec.grid.axes
    Console.tell(table.notices)
    let numbers = axes.filter { $0.values.allSatisfy { $0.number != nil } }.map(\.name) + spec.experiment.columns.map(\.name)
    func needed(_ option: String) throws -> String {
      guard let name = try arguments.name(option, among: numbers, called: "column or axis of numbers") else {
        throw UsageError(description: "scatter needs \(option) NAME: a column (docs/columns.md) or an axis of the sweep")
      }
      return name
    }
    let success = try arguments.success(of: spec)
    let colour = try arguments.name("--colour", among: spec.experiment.events.map(\.name) + numbers, called: "event, column or axis of numbers")
    var request = ScatterRequest(x: try needed("--x"), y: try needed("--y"), colour: colour)
    request.fixed = try arguments.fixed(of: axes)
    request.suffix = Arguments.suffix(of: request.fixed, axes) + RenderCommand.difference(of: success, from: spec.success) + arguments.styleSuffix()
    let figure = ScatterFigure(table, success: success, style: try arguments.figureStyle()).figure(request, measure: CairoText())
    for path in try RenderCommand.write([figure], of: table, in: folder, formats: arguments.formats()) { print(path) }
  }
}
