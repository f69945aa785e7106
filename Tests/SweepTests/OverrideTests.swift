import Experiments
import Specs
import Testing

/// Values that take the place of a specification's: what comes of them is a specification that can be run by itself.
@Suite struct OverrideTests {
  private static let text = """
    {
      name: "base", experiment: "cnn", seed: 3, repetitions: 4, // a comment
      axes: { snr: {from: 0.1, to: 1.6, count: 5, scale: "log"}, forgetRatio: [0.02, 0.5,], method: ["ascent", 'npo'] },
      parameters: { stepSize: 1e2, batchSize: 0x8 },
      success: { forgetAccuracyAtMost: .4 },
      views: [
        { x: "snr", y: "forgetRatio", values: ["forgetSuccess"], frontiers: ["drift"] }, { x: "forgetRatio", y: "method", values: ["escape"] },
      ],
    }
    """

  private func base() throws -> SweepSpec { try SweepSpec(json5: Array(Self.text.utf8), file: "base.json5") }

  private func applied(_ words: String...) throws -> (spec: SweepSpec, notices: [String]) {
    try Overrides(words.map { try #require(Overrides.Assignment($0)) }).applied(to: base(), file: "base.json5")
  }

  @Test func withoutAnyTheTextIsTheFiles() throws {
    let (spec, notices) = try applied()
    #expect(try spec == base())
    #expect(notices.isEmpty)
  }

  /// The same cells as a file with these values, and everything else as it was.
  @Test func theyTakeTheirPlaces() throws {
    let (spec, notices) = try applied("stepSize=50", "snr=0.1,0.2", "repetitions=2", "seed=9", "unlearnSteps=10..40:4")
    #expect(spec.seed == 9 && spec.repetitions == 2 && notices.isEmpty)
    #expect(spec.grid.axes.map(\.name) == ["snr", "forgetRatio", "method", "unlearnSteps"])
    #expect(spec.grid.axes[0].values == [.number(0.1), .number(0.2)] && spec.grid.axes[3].values == [10, 20, 30, 40].map { .count($0) })
    let fixed = Dictionary(uniqueKeysWithValues: spec.fixedParameters.map { ($0.name, $0.value) })
    #expect(fixed["stepSize"] == .number(50) && fixed["batchSize"] == .count(8))
    let base = try base()
    #expect(spec.views == base.views && spec.success == base.success)
    let same = try applied("snr=0.1..1.6:5:log").spec
    #expect(same.grid == base.grid)
  }

  /// The text is the whole truth: read again it is the same sweep, whatever the order in which the values were given and however they were written.
  @Test func theTextCanBeRunByItself() throws {
    let spec = try applied("snr=0.5", "stepSize=50").spec
    let again = try SweepSpec(json5: Array(spec.source.utf8), file: "again.json5")
    #expect(again.grid == spec.grid && again.name == spec.name && again.views == spec.views)
    #expect(spec.source.hasPrefix("// The sweep base with snr=0.5 stepSize=50.\n"))
    #expect(try applied("stepSize=5e1", "snr=.5").spec == spec)
    #expect(try applied("repetitions=3.0").spec == applied("repetitions=3").spec)
  }

  @Test func theNameTellsThem() throws {
    #expect(try applied("stepSize=50").spec.name == "base-stepSize=50")
    #expect(try applied("stepSize=50", "seed=2", "snr=0.1..2:3:log").spec.name == "base-seed=2-snr=0.1..2-3-log-stepSize=50")
    let named = try applied("name=mine", "stepSize=50").spec
    #expect(named.name == "mine" && named.source.contains("stepSize=50"))
    let many = (1...60).map { "\($0)" }.joined(separator: ","), long = try applied("snr=" + many).spec.name, other = try applied("snr=\(many),61").spec.name
    #expect(long.count == 100 && other.count == 100 && long != other && long.hasPrefix("base-snr=1,2,3"))
  }

  /// A view needs both of its axes.
  @Test func viewsOverAnAxisThatHasEndedAreLeftOut() throws {
    let (spec, notices) = try applied("snr=0.5")
    #expect(spec.views.map(\.y) == ["method"] && notices == ["the view over snr and forgetRatio is left out: snr has one value now"])
    #expect(try applied("forgetRatio=0.1").spec.views.isEmpty)
    #expect(try applied("forgetRatio=0.1", "method=npo").notices.last?.hasSuffix("forgetRatio and method have one value now") == true)
    #expect(try applied("snr=0.5,0.6").notices.isEmpty)
  }

  static let mistakes: [(words: [String], told: [String])] = [
    (["SNR=1"], ["SNR=1", "no parameter of the cnn experiment 'SNR'", "did you mean snr?"]),
    (["repetition=1"], ["did you mean repetitions?"]),
    (["axes=1"], ["no parameter of the cnn experiment 'axes'"]),
    (["snr=high"], ["snr=high: a number is needed"]),
    (["snr="], ["snr=: a value is needed"]),
    (["snr=nan"], ["a number is needed"]),
    (["snr=-1"], ["snr=-1: snr = -1.0 is out of range", "from 0.0"]),
    (["snr=1,-1"], ["snr=1,-1", "-1.0 is out of range"]),
    (["snr=1,,2"], ["snr=1,,2", "missing"]),
    (["snr=1,1.0"], ["snr=1,1.0", "twice"]),
    (["snr=1", "snr=2"], ["snr=2", "given twice", "snr=1"]),
    (["samples=8.5"], ["samples=8.5: a whole number is needed, not 8.5"]),
    (["batchSize=81"], ["batchSize=81", "from 1 to 80"]),
    (["samples=6"], ["samples=6", "base.json5 cannot be run with that", "trainBatchSize = 20 (its default)"]),
    (["method=nop"], ["method=nop: there is no choice 'nop'", "did you mean npo?"]),
    (["method=1..2:2"], ["method=1..2:2: there is no choice"]),
    (["snr=0.1..2"], ["snr=0.1..2", "from..to:count"]),
    (["snr=0..2:5:log"], ["0 has no logarithm"]),
    (["snr=1..2:3:lin"], ["no scale 'lin'"]),
    (["snr=1..2:1"], ["1 is out of range"]),
    (["repetitions=0"], ["repetitions=0: 0 is out of range"]),
    (["seed=-1"], ["seed=-1", "out of range"]),
    (["name=a/b"], ["name=a/b", "cannot name a sweep"]),
  ]

  @Test(arguments: mistakes.indices) func aMistakeIsNamed(index: Int) throws {
    let (words, told) = Self.mistakes[index]
    let error = #expect(throws: OverrideError.self) {
      _ = try Overrides(words.map { try #require(Overrides.Assignment($0)) }).applied(to: base(), file: "base.json5")
    }
    let text = try #require(error).description
    for part in told { #expect(text.contains(part), "'\(part)' in: \(text)") }
  }

  @Test(arguments: ["", "snr", "=1", "sweeps/a.json5"]) func otherWordsAreNoAssignment(word: String) { #expect(Overrides.Assignment(word) == nil) }
}
