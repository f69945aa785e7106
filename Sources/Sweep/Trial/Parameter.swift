import Model

/// A value of a parameter, as a specification or an axis holds it.
public enum ParameterValue: Sendable, Hashable {
  case count(Int)
  case number(Double)
  case choice(String)

  /// How it is written in a specification, an identity and a result; reading a number back gives the same bits.
  public var text: String {
    switch self {
    case .count(let value): "\(value)"
    case .number(let value): "\(value)"
    case .choice(let value): value
    }
  }
}

extension ParameterValue {
  /// Nil for a name.
  public var number: Double? {
    switch self {
    case .count(let count): Double(count)
    case .number(let number): number
    case .choice: nil
    }
  }
}

/// What values a parameter takes.
public enum ParameterKind: Sendable, Hashable {
  case count
  case number
  case choice([String])

  /// For error messages.
  public var words: String {
    switch self {
    case .count: "a whole number"
    case .number: "a number"
    case .choice(let names): names.joined(separator: " or ")
    }
  }

  /// The value that a word of a command line stands for; nil when it is not of this kind.
  public func value(from text: String) -> ParameterValue? {
    switch self {
    case .count: Int(text).map { .count($0) }
    case .number: Double(text).map { .number($0) }
    case .choice(let names): names.contains(text) ? .choice(text) : nil
    }
  }
}

/// A parameter of an experiment, whatever the experiment.
public struct ParameterInfo: Sendable {
  public let name: String
  /// One line, with the unit where there is one.
  public let summary: String
  public let kind: ParameterKind
  public let standard: ParameterValue
}

/// A parameter's name, what it means, and where `Owner` keeps it.
public struct Parameter<Owner>: Sendable {
  public let name: String
  public let summary: String
  private let access: Access

  private enum Access: Sendable {
    case count(WritableKeyPath<Owner, Int> & Sendable)
    case number(WritableKeyPath<Owner, Double> & Sendable)
    case loss(WritableKeyPath<Owner, Loss> & Sendable)
    case sampling(WritableKeyPath<Owner, Sampling> & Sendable)
  }

  init(_ name: String, _ path: WritableKeyPath<Owner, Int> & Sendable, _ summary: String) {
    (self.name, self.summary, access) = (name, summary, .count(path))
  }

  init(_ name: String, _ path: WritableKeyPath<Owner, Double> & Sendable, _ summary: String) {
    (self.name, self.summary, access) = (name, summary, .number(path))
  }

  init(_ name: String, _ path: WritableKeyPath<Owner, Loss> & Sendable, _ summary: String) {
    (self.name, self.summary, access) = (name, summary, .loss(path))
  }

  init(_ name: String, _ path: WritableKeyPath<Owner, Sampling> & Sendable, _ summary: String) {
    (self.name, self.summary, access) = (name, summary, .sampling(path))
  }

  public var kind: ParameterKind {
    switch access {
    case .count: .count
    case .number: .number
    case .loss: .choice(Loss.allCases.map(\.rawValue))
    case .sampling: .choice(Sampling.allCases.map(\.rawValue))
    }
  }

  public func value(in owner: Owner) -> ParameterValue {
    switch access {
    case .count(let path): .count(owner[keyPath: path])
    case .number(let path): .number(owner[keyPath: path])
    case .loss(let path): .choice(owner[keyPath: path].rawValue)
    case .sampling(let path): .choice(owner[keyPath: path].rawValue)
    }
  }

  func copy(from source: Owner, to target: inout Owner) {
    switch access {
    case .count(let path): target[keyPath: path] = source[keyPath: path]
    case .number(let path): target[keyPath: path] = source[keyPath: path]
    case .loss(let path): target[keyPath: path] = source[keyPath: path]
    case .sampling(let path): target[keyPath: path] = source[keyPath: path]
    }
  }

  /// Refuses a value of another kind.
  public func set(_ value: ParameterValue, in owner: inout Owner) throws(ParameterError) {
    switch (access, value) {
    case (.count(let path), .count(let value)): owner[keyPath: path] = value
    case (.number(let path), .number(let value)): owner[keyPath: path] = value
    case (.loss(let path), .choice(let name)):
      guard let value = Loss(rawValue: name) else { throw refusal(name) }
      owner[keyPath: path] = value
    case (.sampling(let path), .choice(let name)):
      guard let value = Sampling(rawValue: name) else { throw refusal(name) }
      owner[keyPath: path] = value
    default: throw refusal(value.text)
    }
  }

  /// Sets the parameter from a word of a command line. Refuses what is not of its kind.
  public func set(_ text: String, in owner: inout Owner) throws(ParameterError) {
    guard let value = kind.value(from: text) else { throw refusal(text.isEmpty ? "(nothing)" : text) }
    try set(value, in: &owner)
  }

  func info(standard: Owner) -> ParameterInfo {
    ParameterInfo(name: name, summary: summary, kind: kind, standard: value(in: standard))
  }

  private func refusal(_ text: String) -> ParameterError { ParameterError(parameter: name, value: text, allowed: kind.words) }
}
