import Foundation
import TestSupport
import Testing

/// Help on standard output with exit code 0; a mistake on standard error with 64, and what to do instead.
@Suite struct UsageTests {
  @Test(arguments: [["help"], ["--help"], ["-h"]]) func helpNamesEveryCommand(arguments: [String]) throws {
    let result = try Binary(.release).run(arguments)
    #expect(result.status == 0 && result.talk.isEmpty)
    for command in ["run", "status", "render", "compare", "verify", "export", "trial", "criteria", "help"] {
      #expect(result.output.contains("\n  \(command) "))
    }
  }

  @Test(arguments: ["run", "status", "render", "compare", "verify", "export", "trial", "criteria"]) func everyCommandExplainsItself(command: String) throws {
    let binary = try Binary(.release)
    let texts = try [["help", command], [command, "--help"], [command, "-h"]].map { try binary.run($0) }
    #expect(texts.allSatisfy { $0.status == 0 && $0.talk.isEmpty && $0.output == texts[0].output })
    #expect(texts[0].output.hasPrefix("usage: frontier \(command)"))
    #expect(texts[0].output.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test func versionIsAVersion() throws {
    let result = try Binary(.release).run(["--version"])
    #expect(result.status == 0 && result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test func criteriaListsThemAll() throws {
    let result = try Binary(.release).run(["criteria"])
    #expect(result.status == 0)
    for name in ["coherenceDivergence", "coherenceConvergence", "singleSample", "noiseRadius", "meanSquare", "contraction", "typical"]
      + ["tangent", "drift", "meanField", "aPrioriMeanField", "closedForm", "tangentRetain", "meanFieldRetain"]
      + ["tangentEscape", "quenched", "quenchedRetain", "quenchedEscape", "meanFieldMemory", "aPrioriMemory"]
    {
      #expect(result.output.contains("\(name) "))
    }
    // What methods other than ascent change, in their own words.
    let lines = result.output.split(separator: "\n")
    for row in ["ascent 1 - p h", "npo 2 (1 - p) q/(1 + q), q = (p/p_t)^npoBeta h - npoBeta (1 - p)^2/2", "relabel p -h", "uniform p - 1/2 -h"] {
      #expect(lines.contains { $0.split(separator: " ").joined(separator: " ") == row }, "\(row)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  /// Typical mistakes, and the words that must be in what the user is told.
  static let mistakes: [(arguments: [String], told: [String])] = [
    ([], ["usage:", "no command given"]),
    (["trail"], ["no command 'trail'", "did you mean trial"]),
    (["draw"], ["no command 'draw'", "run, status, verify"]),
    (["help", "trail"], ["did you mean trial"]),
    (["trial", "SNR=1"], ["no parameter of the cnn experiment 'SNR'", "did you mean snr"]),
    (["trial", "steps=5"], ["no parameter of the cnn experiment 'steps'"]),
    (["trial", "snr"], ["'snr'", "name=value"]),
    (["trial", "--experiment", "hesian"], ["no experiment 'hesian'", "did you mean hessian"]),
    (["trial", "--experiment", "hessian", "snr=1"], ["no parameter of the hessian experiment 'snr'"]),
    (["trial", "--experiment", "hessian", "coherence=500"], ["coherence = 500", "from 1 to 100"]),
    (["trial", "snr=1", "snr=2"], ["snr=2", "snr is given twice"]),
    (["trial", "--snr", "1"], ["trial takes snr without dashes: snr=1"]),
    (["trial", "snr="], ["snr=", "a value is needed"]),
    (["trial", "snr=high"], ["snr", "high", "a number"]),
    (["trial", "snr=-1"], ["snr", "-1"]),
    (["trial", "snr=nan"], ["snr", "nan"]),
    (["trial", "samples=8.5"], ["samples", "8.5", "a whole number"]),
    (["trial", "samples=0"], ["samples", "0"]),
    (["trial", "loss=hinge"], ["no loss 'hinge'", "logistic, squared"]),
    (["trial", "trainBatchSize=81"], ["trainBatchSize", "81", "80"]),
    (["trial", "stepSize=inf"], ["stepSize", "inf"]),
    (["trial", "forgetFraction=0"], ["forgetFraction", "0"]),
    (["trial", "--seed"], ["--seed", "whole number"]),
    (["trial", "method=npo", "loss=squared"], ["method = npo", "ascent or relabel with squared loss; others need logistic"]),
    (["trial", "method=nop"], ["no method 'nop'", "did you mean npo?"]),
    (["trial", "npoBeta=0"], ["npoBeta", "above 0"]),
    (["trial", "reference=retained"], ["no reference 'retained'", "did you mean retrained?"]),
    (["trial", "relearnLimit=-1"], ["relearnLimit", "-1"]),
    (["trial", "--tug-of-war-at-least", "2"], ["--tug-of-war-at-least", "from 0.0 to 1.0"]),
    (["trial", "--experiment", "hessian", "--attack-excess-at-most", "0.2"], ["--attack-excess-at-most means nothing in the hessian experiment"]),
    (["trial", "--seed", "-4"], ["--seed", "-4"]),
    (["trial", "--verbose"], ["--verbose"]),
    (["criteria", "typical"], ["typical"]),
  ]

  @Test(arguments: mistakes.indices) func aMistakeIsNamed(index: Int) throws {
    let (arguments, told) = Self.mistakes[index]
    let result = try Binary(.release).run(arguments)
    #expect(result.status == 64 && result.output.isEmpty)
    for words in told { #expect(result.talk.contains(words), "'\(words)' in: \(result.talk)") }
  }

  /// A specification that is not there: the nearest file beside it, or of those that are shipped.
  @Test(arguments: ["run", "submit"]) func aMisspeltSpecificationIsFound(command: String) throws {
    let folder = try TemporaryFolder(), binary = try Binary(.release)
    try "{}".write(toFile: folder.path + "/widths.json5", atomically: true, encoding: .utf8)
    for name in ["/width.json5", "/wdiths", "/WIDTHS.json5"] {
      let result = try binary.run([command, folder.path + name])
      #expect(result.status == 66 && result.talk.contains("did you mean \(folder.path)/widths.json5?"), "\(result.talk)")
    }
    let result = try binary.run([command, folder.path + "/nothing-like-it.json5"])
    #expect(result.status == 66 && !result.talk.contains("did you mean"))
  }

  /// Results in place of their specification: what the folder is, and what can be done with it.
  @Test(arguments: ["run", "submit"]) func aFolderIsNoSpecification(command: String) throws {
    let sweep = try SweepCase(repetitions: 1)
    let empty = try sweep.binary.run([command, sweep.folder.path])
    #expect(empty.status == 66 && empty.talk.contains("\(sweep.folder.path): it is a folder; \(command) takes a specification"), "\(empty.talk)")
    try sweep.run()
    let result = try sweep.binary.run([command, sweep.output])
    #expect(result.status == 66)
    for words in ["a folder of results, of the sweep small", "frontier status \(sweep.output)", "--output \(sweep.output)"] {
      #expect(result.talk.contains(words), "\(result.talk)")
    }
  }
}
