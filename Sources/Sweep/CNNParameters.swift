import Model
import Stability

/// The parameters of one cell of the CNN experiment, by the names of a sweep specification. Their ranges are checked where they are used: by
/// `CNNTrial`.
public struct CNNParameters: Sendable, Hashable {
  public var samples = 80
  public var forgetFraction = 0.2
  public var dimension = 2000
  public var snr = 0.5
  public var labelNoise = 0.0
  public var filtersPerClass = 10
  public var initScale = 0.05
  public var loss = Loss.logistic
  public var trainStepSize = 3.0
  public var trainBatchSize = 20
  public var trainTargetLoss = 0.05
  public var trainMaxSteps = 20_000
  public var batchSize = 8
  public var forgetRatio = 0.2
  public var stepSize = 100.0
  public var unlearnSteps = 400
  public var sampling = Sampling.uniform
  public var testSamples = 200
  public var growthLimit = 1000.0

  public init() {}
}

extension CNNParameters {
  /// The cell as the mean field sees it with no network; nil for squared loss, which it does not describe.
  public var aPrioriMeanField: APrioriMeanField? {
    guard loss == .logistic, let split = try? ForgetSplit(samples: samples, forgetFraction: forgetFraction) else { return nil }
    return APrioriMeanField(
      snr: snr, samples: Double(samples), forgetCount: Double(split.forget.count), filtersPerClass: Double(filtersPerClass), stepSize: stepSize,
      steps: Double(unlearnSteps), targetLoss: trainTargetLoss, forgetRatio: forgetRatio)
  }
}

/// A parameter's name, what it means, and where it is kept.
public struct CNNParameter: Sendable {
  public let name: String
  /// One line, with the unit where there is one.
  public let summary: String
  private let access: Access

  private enum Access: Sendable {
    case count(WritableKeyPath<CNNParameters, Int> & Sendable)
    case number(WritableKeyPath<CNNParameters, Double> & Sendable)
    case loss(WritableKeyPath<CNNParameters, Loss> & Sendable)
    case sampling(WritableKeyPath<CNNParameters, Sampling> & Sendable)
  }

  /// Every parameter, in the order in which they act.
  public static let all: [CNNParameter] = [
    CNNParameter(name: "samples", summary: "training samples, n", access: .count(\.samples)),
    CNNParameter(name: "forgetFraction", summary: "share of the samples to forget, n_F / n", access: .number(\.forgetFraction)),
    CNNParameter(name: "dimension", summary: "dimension of a patch, d", access: .count(\.dimension)),
    CNNParameter(name: "snr", summary: "signal-to-noise ratio |mu| / (sigma_p sqrt d)", access: .number(\.snr)),
    CNNParameter(name: "labelNoise", summary: "probability that a training label is flipped", access: .number(\.labelNoise)),
    CNNParameter(name: "filtersPerClass", summary: "filters of each class, m", access: .count(\.filtersPerClass)),
    CNNParameter(name: "initScale", summary: "standard deviation of an initial weight", access: .number(\.initScale)),
    CNNParameter(name: "loss", summary: "logistic or squared", access: .loss(\.loss)),
    CNNParameter(name: "trainStepSize", summary: "step size of training", access: .number(\.trainStepSize)),
    CNNParameter(name: "trainBatchSize", summary: "samples in a training batch", access: .count(\.trainBatchSize)),
    CNNParameter(name: "trainTargetLoss", summary: "training stops at this mean loss", access: .number(\.trainTargetLoss)),
    CNNParameter(name: "trainMaxSteps", summary: "training gives up after this many steps", access: .count(\.trainMaxSteps)),
    CNNParameter(name: "batchSize", summary: "unlearning batch size B; each set's batch is min(B, its size)", access: .count(\.batchSize)),
    CNNParameter(name: "forgetRatio", summary: "share of a step that ascends on the forget set, alpha", access: .number(\.forgetRatio)),
    CNNParameter(name: "stepSize", summary: "step size of unlearning, eta", access: .number(\.stepSize)),
    CNNParameter(name: "unlearnSteps", summary: "steps of unlearning", access: .count(\.unlearnSteps)),
    CNNParameter(name: "sampling", summary: "unlearning batches: uniform (without replacement) or bernoulli", access: .sampling(\.sampling)),
    CNNParameter(name: "testSamples", summary: "fresh samples for the test accuracy", access: .count(\.testSamples)),
    CNNParameter(name: "growthLimit", summary: "growth of the mean loss that counts as escape", access: .number(\.growthLimit)),
  ]

  /// The parameter's value, as it would be written in a specification.
  public func text(in parameters: CNNParameters) -> String {
    switch access {
    case .count(let path): "\(parameters[keyPath: path])"
    case .number(let path): "\(parameters[keyPath: path])"
    case .loss(let path): parameters[keyPath: path].rawValue
    case .sampling(let path): parameters[keyPath: path].rawValue
    }
  }

  /// Sets the parameter from text. Refuses what is not of its kind.
  public func set(_ text: String, in parameters: inout CNNParameters) throws {
    switch access {
    case .count(let path):
      guard let value = Int(text) else { throw unreadable(text, "a whole number") }
      parameters[keyPath: path] = value
    case .number(let path):
      guard let value = Double(text) else { throw unreadable(text, "a number") }
      parameters[keyPath: path] = value
    case .loss(let path):
      guard let value = Loss(rawValue: text) else { throw unreadable(text, choices(Loss.self)) }
      parameters[keyPath: path] = value
    case .sampling(let path):
      guard let value = Sampling(rawValue: text) else { throw unreadable(text, choices(Sampling.self)) }
      parameters[keyPath: path] = value
    }
  }

  private func unreadable(_ text: String, _ allowed: String) -> ParameterError {
    ParameterError(parameter: name, value: text.isEmpty ? "(nothing)" : text, allowed: allowed)
  }

  private func choices<C: CaseIterable & RawRepresentable<String>>(_ type: C.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: " or ")
  }
}
