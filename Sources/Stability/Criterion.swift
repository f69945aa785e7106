/// A theory that gives every cell a margin; the frontier is where the margin is zero. One small type each, in a file of its own kind; `Criteria.all`
/// lists them.
public protocol Criterion: Sendable {
  /// The name in specifications, columns and commands.
  var name: String { get }
  /// A few words for legends.
  var title: String { get }
  /// When it speaks, as a formula in the symbols of docs/theory.md.
  var formula: String { get }
  var claim: Claim { get }
  var outcome: Outcome { get }
  var citation: Citation { get }
  /// False for a form of the parameters alone, whose frontier can be drawn at any resolution.
  var needsNetwork: Bool { get }

  func assess(_ test: HessianTest) throws(Undefined) -> Assessment
}

extension Criterion {
  public var needsNetwork: Bool { true }
}

/// What a criterion says about one cell.
public struct Assessment: Sendable, Equatable {
  /// The criterion's own quantity.
  public let value: Double
  /// Positive where the outcome is predicted, zero on the frontier.
  public let margin: Double

  public init(value: Double, margin: Double) {
    self.value = value
    self.margin = margin
  }
}

/// What a criterion predicts.
public enum Outcome: String, Sendable, CaseIterable {
  /// The run leaves the neighbourhood of the trained weights.
  case escape
  /// The forget set is forgotten.
  case forget
  /// The retain set is lost.
  case retainLoss
}

/// How far a criterion's word goes.
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
  /// Dexter et al.
  public static let sgdStability = Citation(
    text: "Dexter et al.: A Precise Characterization of SGD Stability Using Loss Surface Geometry, arXiv 2401.12332")
  public static let here = Citation(text: "this project, docs/theory.md")
}

/// Every criterion. A new one is a type, and its entry in the list that opens or closes the same file.
public enum Criteria {
  public static var all: [any Criterion] { escape + forgetting() }
}
