/// A theory that gives every cell a margin; the frontier is where the margin is zero. A value in a table: what it says of itself, and a function of what it
/// is judged by.
public struct Criterion<Input>: Sendable {
  /// The name in specifications, columns and commands.
  public let name: String
  /// A few words for legends.
  public let title: String
  /// When it speaks, as a formula in the symbols of docs/theory.md.
  public let formula: String
  public let claim: Claim
  public let predicts: Prediction
  public let citation: Citation
  /// Of a form of the parameters alone: those that its frontier can be followed in, at any resolution. Nil for a criterion that needs a trained network.
  public let followed: Set<String>?
  private let assessOne: @Sendable (Input) throws(Undefined) -> Assessment
  private let marginsOfMany: (@Sendable ([Input]) -> [Double?])?

  /// - Parameters:
  ///   - many: the margins of many inputs, where that is faster than one after the other.
  ///   - assess: the criterion itself.
  public init(
    _ name: String, _ title: String, formula: String, claim: Claim, predicts: Prediction, citation: Citation, followed: Set<String>? = nil,
    many: (@Sendable ([Input]) -> [Double?])? = nil, assess: @escaping @Sendable (Input) throws(Undefined) -> Assessment
  ) {
    (self.name, self.title, self.formula, self.claim, self.predicts, self.citation) = (name, title, formula, claim, predicts, citation)
    (self.followed, marginsOfMany, assessOne) = (followed, many, assess)
  }

  public var needsNetwork: Bool { followed == nil }

  public func assess(_ input: Input) throws(Undefined) -> Assessment { try assessOne(input) }

  /// Nil where it says nothing.
  public func margins(_ inputs: [Input]) -> [Double?] {
    marginsOfMany?(inputs) ?? inputs.map { input in (try? assess(input))?.margin }
  }

  /// The same criterion of another input, of which `view` makes its own.
  public func judging<Other>(_ view: @escaping @Sendable (Other) throws(Undefined) -> Input) -> Criterion<Other> {
    let many = marginsOfMany.map { many in
      { @Sendable (others: [Other]) -> [Double?] in
        let inputs = others.map { other in try? view(other) }
        var margins = many(inputs.compactMap { $0 })[...]
        return inputs.map { $0 == nil ? nil : margins.popFirst() ?? nil }
      }
    }
    return Criterion<Other>(
      name, title, formula: formula, claim: claim, predicts: predicts, citation: citation, followed: followed, many: many
    ) { other throws(Undefined) in try assessOne(view(other)) }
  }
}

/// What a criterion says about one cell.
public struct Assessment: Sendable, Equatable {
  /// The criterion's own quantity.
  public let value: Double
  /// Positive where the event is predicted, zero on the frontier.
  public let margin: Double

  public init(value: Double, margin: Double) {
    self.value = value
    self.margin = margin
  }

  /// Of a quantity that predicts the event from a limit upwards.
  init(_ value: Double, atLeast limit: Double) { self.init(value: value, margin: value - limit) }

  /// Of one that predicts it from a limit downwards.
  init(_ value: Double, atMost limit: Double) { self.init(value: value, margin: limit - value) }
}

/// What a criterion predicts, by its name in tables.
public struct Prediction: Sendable {
  public let name: String
  /// As in "predicts that ...".
  public let words: String
  /// For legends.
  public let short: String

  public init(_ name: String, _ words: String, short: String? = nil) { (self.name, self.words, self.short) = (name, words, short ?? name) }

  public static let escape = Prediction("escape", "that the run leaves the neighbourhood of the trained weights")
  public static let forget = Prediction("forget", "that the forget set is forgotten", short: "forgotten")
  public static let memory = Prediction(
    "memory", "that the forget set can no longer be told from fresh samples by its loss", short: "memory erased")
  public static let retainLoss = Prediction("retainLoss", "that the retain set is lost", short: "retain set lost")
}

extension Prediction: Hashable {
  public static func == (a: Prediction, b: Prediction) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a criterion claims.
public enum Claim: String, Sendable, CaseIterable {
  /// A positive margin is certain divergence in mean square; a negative one says nothing.
  case sufficientForDivergence
  /// A negative margin is certain convergence in mean square; a positive one says nothing.
  case sufficientForConvergence
  /// A negative margin is convergence for some Hessians of the same coherence: the bound's other side.
  case attained
  /// Both signs are exact for the mean square of the linearised run.
  case exactInMeanSquare
  /// Both signs are exact for almost every linearised run.
  case exactTypically
  /// A prediction of the nonlinear run that is neither a bound nor exact.
  case prediction
}

public struct Citation: Sendable, Equatable {
  public let text: String

  /// Chang and Khanna.
  public static let paper = Citation(text: "Chang, Khanna: Why Some Models Resist Unlearning: A Linear Stability Perspective, arXiv 2602.02986")
  /// Chang and Khanna, of sharpness-aware steps.
  public static let sharpnessAware = Citation(
    text: "Chang, Khanna: A Unified Stability Analysis of SAM vs SGD: Role of Data Coherence and Emergence of Simplicity Bias, arXiv 2511.17378")
  /// Dexter et al.
  public static let sgdStability = Citation(
    text: "Dexter et al.: A Precise Characterization of SGD Stability Using Loss Surface Geometry, arXiv 2401.12332")
  public static let here = Citation(text: "this project, docs/theory.md")
}
