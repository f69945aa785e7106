import Stability

/// Something that happens in a trial or does not, as a function of what the trial measured. Figures and tables speak of it in the words that it brings.
public struct Event: Sendable {
  /// What it is about, which decides how its boundary is drawn.
  public enum Subject: Sendable { case forgetting, keeping, both, run }

  /// Templates: a threshold's name in braces stands for its value.
  public struct Words: Sendable {
    /// Of a panel, as in "Forgotten: forget accuracy ≤ {forgetAccuracyAtMost}".
    public let panel: String
    /// Of a table, as in "forgotten (forget accuracy at most {forgetAccuracyAtMost})".
    let table: String
    /// What a panel shows, as in "what is forgotten".
    public let subject: String
    /// What half of the trials do at the boundary, as in "forget".
    public let trials: String
    /// Of a region of a heatmap, and on a scale of two events, as in "forgotten"; empty for an event whose regions are not named.
    public let pair: String

    public init(panel: String, table: String, subject: String, trials: String, pair: String = "") {
      (self.panel, self.table, self.subject, self.trials, self.pair) = (panel, table, subject, trials, pair)
    }
  }

  public let name: String
  public let subject: Subject
  public let words: Words
  /// What criteria must predict to be made for it; nil for an event that none predicts.
  public let prediction: Prediction?
  /// Of the criteria that are drawn over it, what they predict: itself as a rule.
  public let drawn: [Prediction]
  /// Whether views can show it.
  public let isShown: Bool
  /// The two events of which it is both, and whose shares are shown at once; none of a simple one.
  public let parts: [String]
  /// When it has happened, as data; nil where a function says so.
  public let rule: EventTest?
  private let thresholds: [Threshold]
  private let test: @Sendable (Row, SuccessThresholds) -> Bool?

  /// - Parameters:
  ///   - drawn: what criteria predict that are drawn over it besides those of `prediction`: of its opposite, or of what it is nearest to.
  ///   - test: nil where it is not known, as in a trial that did not get so far.
  public init(
    _ name: String, _ subject: Subject, _ words: Words, predictedBy prediction: Prediction? = nil, drawnWith drawn: [Prediction] = [], isShown: Bool = true,
    parts: [String] = [],
    thresholds: [Threshold] = [], test: @escaping @Sendable (Row, SuccessThresholds) -> Bool?
  ) {
    (self.name, self.subject, self.words, self.prediction, self.isShown) = (name, subject, words, prediction, isShown)
    (self.parts, self.thresholds, self.test, rule) = (parts, thresholds, test, nil)
    self.drawn = drawn + (prediction.map { [$0] } ?? [])
  }

  /// An event whose test is data, which can be judged at other thresholds outside of this program too.
  public init(
    _ name: String, _ subject: Subject, _ words: Words, predictedBy prediction: Prediction? = nil, drawnWith drawn: [Prediction] = [], isShown: Bool = true,
    parts: [String] = [], thresholds: [Threshold] = [], rule: EventTest
  ) {
    (self.name, self.subject, self.words, self.prediction, self.isShown) = (name, subject, words, prediction, isShown)
    (self.parts, self.thresholds, self.rule, test) = (parts, thresholds, rule, { rule($0, $1) })
    self.drawn = drawn + (prediction.map { [$0] } ?? [])
  }

  public func happened(_ row: Row, _ success: SuccessThresholds) -> Bool? { test(row, success) }

  /// The title of a panel.
  ///
  /// - Parameter number: writes a threshold.
  public func panelTitle(_ success: SuccessThresholds, number: (Double) -> String) -> String { filled(words.panel, success, number) }

  /// What a table calls it.
  public func tableTitle(_ success: SuccessThresholds) -> String { filled(words.table, success) { "\($0)" } }

  private func filled(_ template: String, _ success: SuccessThresholds, _ number: (Double) -> String) -> String {
    thresholds.reduce(template) { text, threshold in
      let parts = text.split(separator: "{\(threshold.name)}", omittingEmptySubsequences: false)
      return parts.joined(separator: number(success[threshold]))
    }
  }
}

extension Event: Hashable {
  public static func == (a: Event, b: Event) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
