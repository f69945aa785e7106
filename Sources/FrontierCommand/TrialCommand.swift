import Engine
import Experiments
import Exports
import JSONText
import Model
import Platform
import Specs
import Storage
import Verdicts

/// `frontier trial`: one repetition of one cell of any experiment, from parameters on the command line, and what came of it.
struct TrialCommand {
  private let experiment: any Experiment
  private let seed: UInt64
  private let repetition: Int
  private var cell: Cell
  /// Of a trial with images, the block that names them.
  private let data: JSON?

  /// Of the table's first column, in characters.
  private static let nameWidth = 28

  static var help: String {
    let tables = Catalogue.standard.experiments.map { experiment in
      let lines = experiment.parameters.map { "  \($0.name)=\($0.standard.text)".padded(to: 28) + $0.meaning }
      return "parameters of the \(experiment.name) experiment and their defaults:\n" + lines.joined(separator: "\n")
    }
    return """
      usage: frontier trial [--experiment E] [name=value ...] [--seed S] [--repetition K]
                            [--data SPEC] [--trace FILE] [--json] [thresholds]

      Runs one trial. Of the cnn experiment: draws signal-plus-noise data, trains the two-layer ReLU
      network, unlearns the forget set, and prints what was measured, the Hessian test of the trained
      network with it; "before" figures are those of the trained network before it unlearns. Of the
      hessian experiment: one run of the synthetic test. The same arguments give the same bits, always.
      A figure that does not exist is a dash and the reason.

      It ends with a verdict: what happened, and what each criterion made for it had said, or why it
      is undefined here.

      \(tables.joined(separator: "\n\n"))

      options:
        --experiment E         cnn (default) or hessian
        --data SPEC            with the images of this specification, or of the sweep in this folder, in
                               the place of signal plus noise; snr=natural is then their own ratio
        --seed S               seed of all random draws, a whole number from 0 (default 1)
        --repetition K         which repetition under that seed, from 0 (default 0)
        --trace FILE           the run step by step, from step 0 before it: as a table (FILE.csv;
                               docs/columns.md) or a picture (FILE.png, .svg or .pdf). It is the same
                               run; to look at every step takes about samples / (2 batchSize) times as
                               long as to make it
        --json                 one JSON object instead of a table
      \(Arguments.thresholdHelp(indent: 2, width: 23, showsDefaults: true))
        --help                 this text

      example: at low SNR the forget set goes and the rest stays; at high SNR it resists
        frontier trial snr=0.1 forgetRatio=0.2
        frontier trial snr=1 forgetRatio=0.2
        frontier trial --experiment hessian coherence=5 batchSize=2
        frontier trial snr=0.1 forgetRatio=0.2 --trace trace.png
        frontier trial --data sweeps/digits.json5 snr=natural patches=together stepSize=20

      """
  }

  static func run(_ words: [String]) throws {
    let names = Catalogue.standard.names
    let arguments = try Arguments(
      words, of: "trial",
      options: [
        ("--experiment", names.joined(separator: " or ")), ("--seed", "a whole number"), ("--repetition", "a whole number"), ("--data", "a specification"),
        ("--trace", "a file"),
        ("--json", nil),
      ] + Arguments.thresholds, values: Catalogue.standard.experiments.flatMap { $0.parameters.map(\.name) })
    let name = try arguments.name("--experiment", among: names, called: "experiment") ?? names[0]
    guard let experiment = Catalogue.standard[name] else { throw UsageError(description: "there is no experiment \(name)") }
    let command = try TrialCommand(arguments, experiment: experiment)
    let file = try arguments.text("--trace").map { path throws(UsageError) in try TraceFile(path) }
    let result: TrialResult, spec: SweepSpec
    do {
      try command.cell.check()
      try command.cell.memory.require(for: "the trial")
      _ = try command.cell.parameters(as: CNNParameters.self)?.images?.images()
      spec = try command.spec()
      Console.tell(spec.notices)
      let shared = file == nil ? Preparation() : try command.cell.prepare(seed: command.seed, repetition: command.repetition)
      result = command.cell.measure(seed: command.seed, repetition: command.repetition, with: shared)
      if let file { try command.write(to: file, with: shared) }
    } catch let error as ParameterError {
      throw UsageError(description: "\(error)")
    }
    let verdict = TrialVerdict(of: result, spec: spec, success: try arguments.success(of: spec))
    let columns = zip(command.experiment.columns, result.values)
    guard arguments.has("--json") else {
      let table = columns.map { ($0.name.padded(to: nameWidth) + $1.words).wrapped(indent: nameWidth) }
      return print(table.joined(separator: "\n") + "\n\n" + verdict.text)
    }
    print(JSON.object(columns.map { ($0.name, $1.json) } + [("verdict", verdict.json)]).text)
  }

  /// A trial that has no course is still a result, which is printed all the same.
  private func write(to file: TraceFile, with shared: Preparation) throws {
    do {
      try file.write(cell.trace(seed: seed, repetition: repetition, with: shared), of: cell, seed: seed, repetition: repetition)
      Console.say("frontier: wrote \(file.path)")
    } catch let error as NoTrace {
      Console.say("frontier: \(error); \(file.path) is not written")
    }
  }

  private init(_ arguments: Arguments, experiment: any Experiment) throws {
    self.experiment = experiment
    (cell, data) = try Self.cell(of: experiment, imagesOf: arguments.text("--data"))
    seed = try arguments.whole("--seed", in: 0...UInt64(Int.max)) ?? 1
    repetition = try arguments.whole("--repetition", in: 0...Int.max) ?? 0
    let overrides = try Overrides(arguments.assignments(after: 0, takes: "trial takes options and name=value words"))
    for assignment in overrides.assignments { try assign(assignment) }
  }

  private static func cell(of experiment: any Experiment, imagesOf path: String?) throws -> (Cell, JSON?) {
    var cell = experiment.cell
    guard let path else { return (cell, nil) }
    let spec = Files.isFolder(path) ? try OutputFolder(path).lastSpec() : try SweepSpec(json5: Files.read(path), file: path)
    guard let images = spec.imageData, let block = spec.imageBlock else {
      throw UsageError(description: "--data \(path): the sweep \(spec.name) has no images")
    }
    guard cell.use(images) else { throw UsageError(description: "--data \(path): the \(experiment.name) experiment takes no images") }
    return (cell, block)
  }

  private mutating func assign(_ assignment: Overrides.Assignment) throws {
    let (name, text) = (assignment.name, assignment.text), parameters = experiment.parameters
    guard let index = parameters.firstIndex(where: { $0.name == name }) else {
      throw UsageError(description: unknown(name, among: parameters.map(\.name), called: "parameter of the \(experiment.name) experiment"))
    }
    if name == "data" { throw UsageError(description: "data=\(text): images are given by --data SPEC, a specification that names their files") }
    if name == "snr", text == "natural" {
      guard let facts = cell.parameters(as: CNNParameters.self)?.images?.facts else {
        throw UsageError(description: "snr=natural is the ratio of images, which --data SPEC gives; a number is needed without it")
      }
      return try cell.set(index, to: .number(facts.naturalSNR))
    }
    if case .choice(let names) = parameters[index].kind, !names.contains(text) { throw UsageError(description: unknown(text, among: names, called: name)) }
    guard let value = parameters[index].kind.value(from: text) else {
      let error = ParameterError(parameter: name, value: text.isEmpty ? "(nothing)" : text, allowed: parameters[index].kind.words)
      throw UsageError(description: "\(error)")
    }
    try cell.set(index, to: value)
  }

  /// The trial as a sweep of one cell, for whoever judges what sweeps measured.
  private func spec() throws -> SweepSpec {
    let parameters = zip(experiment.parameters, cell.values).filter { $0.0.name != "data" }.map { ($0.name, $1.json) }
    let text = JSON.object(
      [
        ("name", .string("trial")), ("experiment", .string(experiment.name)), ("repetitions", .whole(1)), ("parameters", .object(parameters)),
      ] + (data.map { [("data", $0)] } ?? [])
    ).text
    return try SweepSpec(json5: Array(text.utf8), file: "the trial")
  }
}
