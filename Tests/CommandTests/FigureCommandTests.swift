import Foundation
import TestSupport
import Testing

/// `render`, `compare` and what `run` leaves at its end, from the outside.
@Suite struct FigureCommandTests {
  /// A small sweep of four axes, run once with its figures.
  private func sweep() throws -> (folder: TemporaryFolder, spec: String, output: String, run: Program.Result) {
    let folder = try TemporaryFolder(), spec = folder.path + "/small.json5", output = folder.path + "/output"
    try """
    { name: "small", experiment: "cnn", repetitions: 3,
      axes: { snr: [0.2, 0.5, 1], forgetRatio: [0.05, 0.2, 0.5], batchSize: [2, 5], stepSize: [20, 100] },
      parameters: { samples: 12, dimension: 40, filtersPerClass: 2, trainBatchSize: 4, testSamples: 5, unlearnSteps: 30, trainTargetLoss: 0.3 },
      views: [ { x: "snr", y: "forgetRatio", values: ["forgetSuccess", "jointSuccess"], frontiers: ["aPrioriMeanField", "tangent"] } ] }
    """.write(toFile: spec, atomically: true, encoding: .utf8)
    return (folder, spec, output, try Binary(.release).run(["run", spec, "--output", output]))
  }

  private func files(_ output: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: output + "/heatmaps").sorted() }

  @Test func aRunEndsWithFiguresAndVerdict() throws {
    let (folder, spec, output, run) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    #expect(run.status == 0 && run.talk.contains("drew \(output)/heatmaps/snr-forgetRatio-forgetSuccess.png"), "\(run.talk)")
    for words in ["forgotten (forget accuracy at most 0.5): 36 cells, 108 trials", "aPrioriMeanField", "escaped:", "onset of escape"] {
      #expect(run.output.contains(words), "\(words)")
    }
    let expected = [
      "criteria-benign", "criteria-escape", "criteria-forgetSuccess", "criteria-memorised", "criteria-memoryErased", "criteria-retainFailure",
      "snr-forgetRatio-forgetSuccess",
      "snr-forgetRatio-jointSuccess",
    ]
    #expect(try files(output) == expected.flatMap { name in ["pdf", "png", "svg"].map { "\(name).\($0)" } })
    // The page refers to files that are there.
    let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
    let references = page.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.1) }
    #expect(references.count == 3 * expected.count)
    for reference in references { #expect(FileManager.default.fileExists(atPath: output + "/" + reference), "\(reference)") }
    // The same results give the same files.
    let before = try files(output).map { try Data(contentsOf: URL(fileURLWithPath: output + "/heatmaps/" + $0)) }
    #expect(try Binary(.release).run(["run", spec, "--output", output]).output == run.output)
    #expect(try files(output).map { try Data(contentsOf: URL(fileURLWithPath: output + "/heatmaps/" + $0)) } == before)
    #expect(try Binary(.release).run(["run", spec, "--output", output + "2", "--no-figures"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: output + "2/heatmaps"))
  }

  @Test func compareAsText_CSV_AndJSONAgree() throws {
    let (folder, _, output, _) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    let explored = try Binary(.release).run(["compare", output, "--json", "--forget-at-most", "0.2", "--criteria", "tangent,typical"])
    let other = try #require(try JSONSerialization.jsonObject(with: Data(explored.output.utf8)) as? [String: Any])
    #expect((other["judgements"] as? [Any])?.count == 14 && (other["success"] as? [String: Any])?["forgetAccuracyAtMost"] as? Double == 0.2)

    let json = try Binary(.release).run(["compare", output, "--json"])
    #expect(json.output == (try String(contentsOfFile: output + "/comparison.json", encoding: .utf8)))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let judgements = try #require(object["judgements"] as? [[String: Any]])
    #expect(judgements.count > 20 && (object["success"] as? [String: Any])?["forgetAccuracyAtMost"] as? Double == 0.5)
    let rows = try String(contentsOfFile: output + "/comparison.csv", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(rows.count == judgements.count + 1 && rows.allSatisfy { $0.count == rows[0].count })
    for (judgement, row) in zip(judgements, rows.dropFirst()) {
      #expect(judgement["event"] as? String == row[0] && judgement["criterion"] as? String == row[1])
      let area = (judgement["areaUnderROC"] as? [String: Any])?["value"] as? Double
      let column = try #require(rows[0].firstIndex(of: "areaUnderROC"))
      // Foundation's JSON reader may be off by the last bit.
      if let area, let other = Double(row[column]) { #expect(abs(area - other) < 1e-14) } else { #expect(area == nil && row[column].isEmpty) }
    }
  }

  @Test func renderTakesOtherAxesFacetsAndThresholds() throws {
    let (folder, _, output, _) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    let binary = try Binary(.release)
    func drawn(_ options: [String]) throws -> [String] {
      try FileManager.default.removeItem(atPath: output + "/heatmaps")
      let result = try binary.run(["render", output] + options)
      #expect(result.status == 0, "\(result.talk)")
      return result.output.split(separator: "\n").map { String($0.dropFirst(output.count + 10)) }
    }
    #expect(try drawn([]) == ["snr-forgetRatio-forgetSuccess.png", "snr-forgetRatio-jointSuccess.png"])
    #expect(try drawn(["--view", "1", "--values", "noiseShare"]) == ["snr-forgetRatio-noiseShare.png"])
    // Each measurement has a scale, hence a figure, of its own; `retainLoss` is the column, not an event.
    let mixed = try drawn(["--values", "escape,retainLoss,noiseShare", "--facet", "batchSize", "--fix", "stepSize=100"])
    let end = "-batchSize-stepSize=100"
    #expect(mixed == ["escape", "retainLoss", "noiseShare"].map { "snr-forgetRatio\(end)-\($0).png" })
    let picture = try Data(contentsOf: URL(fileURLWithPath: output + "/heatmaps/snr-forgetRatio\(end)-retainLoss.png"))
    #expect(picture.range(of: Data("Mean of retainLoss, by".utf8)) != nil)
    #expect(try drawn(["--x", "batchSize", "--y", "stepSize", "--fix", "snr=0.5,forgetRatio=0.2"]) == ["batchSize-stepSize-snr=0.5,forgetRatio=0.2.png"])
    #expect(try drawn(["--y", "stepSize", "--facet", "batchSize", "--frontiers", "none"]) == ["snr-stepSize-batchSize-frontiers=none.png"])
    let plain = try Data(contentsOf: URL(fileURLWithPath: output + "/heatmaps/snr-stepSize-batchSize-frontiers=none.png"))
    #expect(
      try drawn(["--y", "stepSize", "--facet", "batchSize", "--frontiers", "none", "--forget-at-most", "0.99"])
        == ["snr-stepSize-batchSize-frontiers=none-forgetAtMost=0.99.png"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: output + "/heatmaps/snr-stepSize-batchSize-frontiers=none-forgetAtMost=0.99.png")) != plain)
  }

  /// Only the files that are asked for are written; slices and scatters have names that say what they are.
  @Test func formatsSlicesAndScatters() throws {
    let (folder, _, output, _) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    let binary = try Binary(.release)
    for (words, made, formats) in [
      (["render", "--view", "1", "--format", "pdf,svg", "--width", "8cm"], "snr-forgetRatio-8cm-jointSuccess", ["pdf", "svg"]),
      (
        ["slice", "--along", "snr", "--values", "forgetSuccess,forgetLoss", "--by", "stepSize"], "slice-snr-forgetSuccess+forgetLoss-by=stepSize",
        ["pdf", "png", "svg"]
      ),
      (
        ["slice", "--along", "snr", "--fix", "batchSize=5", "--frontiers", "drift", "--format", "png"], "slice-snr-forgetSuccess-batchSize=5-frontiers=drift",
        ["png"]
      ),
      (["scatter", "--x", "snr", "--y", "forgetLoss", "--colour", "escape", "--format", "svg"], "scatter-snr-forgetLoss-escape", ["svg"]),
    ] as [([String], String, [String])] {
      let before = Set(try files(output)), result = try binary.run([words[0], output] + words.dropFirst())
      #expect(result.status == 0 && result.output.contains("/heatmaps/\(made)."), "\(words): \(result.talk)")
      let new = Set(try files(output)).subtracting(before)
      #expect(new.filter { $0.hasPrefix(made + ".") } == Set(formats.map { "\(made).\($0)" }), "\(words): \(new)")
    }
    // A vector file is as wide as it was asked to be.
    let svg = try String(contentsOfFile: output + "/heatmaps/snr-forgetRatio-8cm-jointSuccess.svg", encoding: .utf8)
    let width = try #require(svg.firstMatch(of: /width="([\d.]+)pt"/)).output.1
    #expect(abs((Double(width) ?? 0) - 8 / 2.54 * 72) < 0.01)
  }

  private static let allCriteria =
    ["coherenceDivergence", "coherenceConvergence", "singleSample", "noiseRadius", "meanSquare", "contraction", "typical", "tangentEscape", "quenchedEscape"]
    .joined(separator: ",")
    + ",tangent,drift,meanField,aPrioriMeanField,quenched,closedForm,tangentRetain,meanFieldRetain,quenchedRetain,meanFieldMemory,aPrioriMemory"

  /// Whatever one looks at, the specification's own figures, tables and page stay as they are; what is new has names of its own.
  @Test func lookingDestroysNothing() throws {
    let (folder, _, output, _) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    let binary = try Binary(.release)
    func contents() throws -> [String: Data] {
      let paths = try FileManager.default.subpathsOfDirectory(atPath: output).filter { $0.contains(".") }
      return Dictionary(uniqueKeysWithValues: try paths.map { ($0, try Data(contentsOf: URL(fileURLWithPath: output + "/" + $0))) })
    }
    let before = try contents()
    #expect(before.count == 28 && before["report.html"] != nil && before["comparison.csv"] != nil)
    for words in [
      ["compare", "--forget-at-most", "0.2"], ["compare", "--criteria", "typical"], ["compare", "--retain-at-least", "0.5", "--json"],
      ["compare", "--fix", "snr=0.5,stepSize=20"], ["compare", "--by", "batchSize"], ["compare", "--by", "snr", "--fix", "batchSize=2", "--json"],
    ] {
      let result = try binary.run([words[0], output] + words.dropFirst())
      #expect(result.status == 0 && !result.output.isEmpty && result.talk.contains("printed only"), "\(result.talk)")
      #expect(try contents() == before, "\(words)")
    }
    for (words, told) in [
      (["--fix", "snr=7"], "snr has no value 7; it has: 0.2, 0.5, 1.0"), (["--fix", "snrr=1"], "did you mean snr?"),
      (["--fix", "snr"], "AXIS=VALUE is needed"),
      (["--by", "samples"], "no axis of the sweep 'samples'"), (["--by", "snr", "--fix", "snr=1"], "--by snr: --fix holds it"),
    ] {
      let result = try binary.run(["compare", output] + words)
      #expect(result.status == 64 && result.output.isEmpty && result.talk.contains(told), "\(result.talk)")
    }
    var known = before
    let looks: [(options: [String], made: String)] = [
      (["--forget-at-most", "0.2"], "snr-forgetRatio-forgetAtMost=0.2-jointSuccess"),
      (["--retain-at-least", "0.5"], "snr-forgetRatio-retainAtLeast=0.5-forgetSuccess"),
      (["--frontiers", "drift"], "snr-forgetRatio-frontiers=drift-jointSuccess"), (["--frontiers", "none"], "snr-forgetRatio-frontiers=none-forgetSuccess"),
      (["--values", "escape"], "snr-forgetRatio-escape"), (["--facet", "batchSize"], "snr-forgetRatio-batchSize"),
      (["--fix", "batchSize=2"], "snr-forgetRatio-batchSize=2"), (["--x", "forgetRatio", "--y", "snr"], "forgetRatio-snr-jointSuccess"),
      (["--x", "forgetRatio", "--y", "snr", "--frontiers", "drift"], "forgetRatio-snr-frontiers=drift-jointSuccess"),
      (["--x", "batchSize", "--y", "snr", "--values", "escape", "--fix", "stepSize=20.0"], "batchSize-snr-stepSize=20-escape"),
      (["--frontiers", Self.allCriteria, "--forget-at-most", "0.123", "--values", "noiseShare,escape,retainLoss"], ""),
      (["--view", "1", "--frontiers", "tangent", "--forget-at-most", "0.3"], "snr-forgetRatio-frontiers=tangent-forgetAtMost=0.3-forgetSuccess"),
      (["--width", "3.25in", "--font", "7pt"], "snr-forgetRatio-3.25in-7pt-jointSuccess"), (["--title", "none"], "snr-forgetRatio-untitled-forgetSuccess"),
      (["--title", "A title"], "snr-forgetRatio-titled-jointSuccess"), (["--panels", "1"], "snr-forgetRatio-panels=1-forgetSuccess"),
    ]
    for (options, made) in looks {
      let result = try binary.run(["render", output] + options)
      #expect(result.status == 0, "\(result.talk)")
      let now = try contents()
      // A name that would be too long is shortened, and a name all the same.
      let made = made.isEmpty ? String(result.output.split(separator: "\n")[0].dropFirst(output.count + 10).dropLast(4)) : made
      #expect(now["heatmaps/\(made).png"] != nil && known["heatmaps/\(made).png"] == nil, "\(options): \(now.keys.sorted())")
      for (path, bytes) in known { #expect(now[path] == bytes, "\(options) changed \(path)") }
      known = now
    }
    // The specification's own look is the same again.
    #expect(try binary.run(["render", output]).status == 0 && binary.run(["compare", output]).status == 0)
    let after = try contents()
    for path in Set(after.keys).union(known.keys) { #expect(after[path] == known[path], "\(path)") }
  }

  static let mistakes: [(arguments: [String], told: [String])] = [
    (["render", "--x", "SNR"], ["no axis 'SNR'", "did you mean snr"]),
    (["render", "--x", "snr", "--y", "snr"], ["two axes"]),
    (["render", "--view", "2"], ["--view 2", "from 1 to 1"]),
    (["render", "--values", "forgetsuccess"], ["no event or measurement 'forgetsuccess'", "forgetSuccess"]),
    (["render", "--frontiers", "tangant"], ["no criterion 'tangant'", "did you mean tangent"]),
    (["render", "--fix", "batchSize"], ["--fix batchSize", "AXIS=VALUE"]),
    (["render", "--fix", "batchSize=3"], ["batchSize has no value 3", "2, 5"]),
    (["render", "--values", ","], ["--values ,", "each once"]),
    (["render", "--values", "escape,escape"], ["each once"]),
    (["render", "--facet", "snr"], ["no free axis 'snr'", "batchSize, stepSize"]),
    (["render", "--fix", "snr=0.5"], ["no axis to fix 'snr'", "batchSize, stepSize"]),
    (["render", "--facet", "loss"], ["no free axis 'loss'"]),
    (["render", "--width", "3.25"], ["--width 3.25", "with its unit", "3.25in"]),
    (["render", "--width", "1000in"], ["from 1.4in to 40in"]),
    (["render", "--font", "7px"], ["--font 7px", "as in 7pt"]),
    (["render", "--format", "png,jpg"], ["no format of figures 'jpg'", "svg"]),
    (["render", "--panels", "0"], ["--panels 0", "from 1 to 64"]),
    (["slice"], ["slice needs --along AXIS", "snr, forgetRatio, batchSize, stepSize"]),
    (["slice", "--along", "SNR"], ["no axis 'SNR'", "did you mean snr"]),
    (["slice", "--along", "snr", "--by", "snr"], ["no other axis 'snr'"]),
    (["slice", "--along", "snr", "--by", "stepSize", "--frontiers", "drift"], ["give one of the two"]),
    (["slice", "--along", "snr", "--values", "forgot"], ["no event or measurement 'forgot'"]),
    (["scatter", "--x", "snr"], ["scatter needs --y NAME"]),
    (["scatter", "--x", "snr", "--y", "forgetloss"], ["no column or axis of numbers 'forgetloss'", "forgetLoss"]),
    (["scatter", "--x", "snr", "--y", "forgetLoss", "--colour", "forgotten"], ["no event, column or axis of numbers 'forgotten'"]),
    (["scatter", "--x", "snr", "--y", "forgetLoss", "--fix", "snr=7"], ["snr has no value 7"]),
    (["export", "--format", "csv", "--forget-at-most", "0.2"], ["--forget-at-most is for --what cells or margins", "leave it out for trials"]),
    (["export", "--format", "zarr", "--to", "x.zarr", "--criteria", "tangent"], ["--criteria", "has the margins of all"]),
    (["export", "--format", "csv", "--events", "escape"], ["--events is for --what boundaries"]),
    (["export", "--format", "cells"], ["--what cells --format csv"]),
    (["export", "--format", "zarr"], ["--to DIR", "FILE.zip"]),
    (["export", "--format", "zarr", "--what", "frontiers", "--to", "x"], ["do not lie on the grid"]),
    (["compare", "--forget-at-most", "50"], ["--forget-at-most 50", "from 0.0 to 1.0"]),
    (["compare", "--criteria", "typical,mean"], ["no criterion 'mean'"]),
  ]

  @Test func mistakesAreNamed() throws {
    let (folder, _, output, _) = try sweep()
    defer { withExtendedLifetime(folder) {} }
    for (arguments, told) in Self.mistakes {
      let result = try Binary(.release).run([arguments[0], output] + arguments.dropFirst())
      #expect(result.status == 64 && result.output.isEmpty, "\(arguments): \(result.talk)")
      for words in told { #expect(result.talk.contains(words), "'\(words)' in: \(result.talk)") }
    }
  }
}
